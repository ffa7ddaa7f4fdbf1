import { parseSqlAlchemyUrl } from '../../doors/adjure/index.ts';
import { CountersignError, type FieldIssue } from '../../core/errors.ts';
import { suggestName } from './suggest-name.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

type Read = (text: string) => unknown;
const asText: Read = (text) => text;
const asNumber: Read = (text) => (/^\d{1,15}$/.test(text) ? Number(text) : text);
const asList: Read = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
/** JSON, or text that the schema refuses. */
const asJson: Read = (text) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};
/** What is neither stays text, and the schema refuses it: `False` must not count as true because it is not empty. */
const asBoolean: Read = (text) => {
  if (/^(?:true|yes|on|1)$/i.test(text)) return true;
  return /^(?:false|no|off|0)$/i.test(text) ? false : text;
};

/** Variables that set an option and count before the file. */
export const optionVariables: Readonly<Record<string, readonly [option: string, read: Read]>> = {
  COUNTERSIGN_DATA_DIR: ['dataDir', asText],
  COUNTERSIGN_LISTEN: ['listen', asText],
  COUNTERSIGN_PUBLIC_URL: ['publicUrl', asText],
  COUNTERSIGN_TRUSTED_PROXIES: ['trustedProxies', asList],
  COUNTERSIGN_DATABASE_URL: ['database.url', asText],
  COUNTERSIGN_DATABASE_URL_FILE: ['database.urlFile', asText],
  COUNTERSIGN_KEYS_FILE: ['keys.file', asText],
  COUNTERSIGN_TLS_MODE: ['tls.mode', asText],
  COUNTERSIGN_TLS_CERT: ['tls.cert', asText],
  COUNTERSIGN_TLS_KEY: ['tls.key', asText],
  COUNTERSIGN_MAIL_INBOX: ['mail.inbox', asBoolean],
  COUNTERSIGN_SMS_GATEWAYS: ['sms.gateways', asJson],
  COUNTERSIGN_OUTBOUND_ALLOWED_NETWORKS: ['outbound.allowedNetworks', asList],
  COUNTERSIGN_OUTBOUND_CA_FILE: ['outbound.caFile', asText],
  COUNTERSIGN_ADJURE_LISTEN: ['doors.adjure.listen', asText],
  COUNTERSIGN_LOG_LEVEL: ['log.level', asText],
  COUNTERSIGN_LOG_FORMAT: ['log.format', asText],
  COUNTERSIGN_METRICS_LISTEN: ['metrics.listen', asText],
  COUNTERSIGN_METRICS_TOKEN: ['metrics.token', asText],
  COUNTERSIGN_METRICS_TOKEN_FILE: ['metrics.tokenFile', asText],
};

/** Variables of the older systems (OSS-73): they set what neither the file nor a variable above says. */
export const olderVariables: Readonly<Record<string, readonly [option: string, read: Read]>> = {
  EMAIL_HOST: ['mail.host', asText],
  EMAIL_PORT: ['mail.port', asNumber],
  EMAIL_HOST_USER: ['mail.user', asText],
  EMAIL_HOST_PASSWORD: ['mail.password', asText],
  EMAIL_HOST_PASSWORD_FILE: ['mail.passwordFile', asText],
  CORS_ORIGIN_ALLOW_ALL: ['doors.oss2fa.corsAllowAll', asBoolean],
};

/** Read elsewhere: which file to read, and the keys themselves. */
const otherVariables = ['COUNTERSIGN_CONFIG', 'COUNTERSIGN_KEYS'];

export interface Overlay {
  options: Record<string, unknown>;
  /** Option → the variable that has set it: what an operator has to correct. */
  variables: Map<string, string>;
  issues: FieldIssue[];
}

/** Lays the environment over the options of the file. A variable that is empty counts as unset. */
export function overlayEnvironment(file: Record<string, unknown>, env: Environment): Overlay {
  const overlay: Overlay = { options: structuredClone(file), variables: new Map(), issues: misspeltVariables(env) };
  const set = (variable: string, option: string, value: unknown, over: boolean) => {
    if (putOption(overlay.options, option.split('.'), value, over)) overlay.variables.set(option, variable);
  };
  for (const [variable, [option, read]] of Object.entries(optionVariables)) {
    const text = textOf(env, variable);
    if (text !== undefined) set(variable, option, read(text), true);
  }
  for (const [variable, [option, read]] of Object.entries(olderVariables)) {
    const text = textOf(env, variable);
    if (text !== undefined) set(variable, option, read(text), false);
  }
  // That system knew no other port.
  if (overlay.variables.get('mail.host') === 'EMAIL_HOST') set('EMAIL_HOST', 'mail.port', 25, false);

  if (!hasOption(overlay.options, ['database', 'url']) && !hasOption(overlay.options, ['database', 'urlFile'])) {
    const [variable, url] = olderDatabase(env, overlay.issues);
    if (url !== undefined) set(variable, 'database.url', url, false);
  }
  return overlay;
}

/** The database of an older installation: ADJURE_DB_HOST, or MFA_DATABASE_* with the defaults of that system. */
function olderDatabase(env: Environment, issues: FieldIssue[]): [variable: string, url?: string] {
  const variable = 'ADJURE_DB_HOST';
  if (env[variable] !== undefined) {
    try {
      return [variable, parseSqlAlchemyUrl(env[variable])];
    } catch (error) {
      if (!(error instanceof CountersignError)) throw error;
      issues.push({ path: variable, message: (error.detail ?? error.message).replace(/^ADJURE_DB_HOST /, '') });
      return [variable];
    }
  }
  const [name, user, password, host, port] = ['NAME', 'USER', 'PASSWORD', 'HOST', 'PORT'].map((part) =>
    textOf(env, `MFA_DATABASE_${part}`),
  );
  if ([name, user, password, host, port].every((text) => text === undefined)) return ['MFA_DATABASE_HOST'];
  const login = `${encodeURIComponent(user ?? 'mfa')}:${encodeURIComponent(password ?? 'mfa')}`;
  const url = `postgresql://${login}@${host ?? 'localhost'}:${port ?? '5432'}/${encodeURIComponent(name ?? 'mfa')}`;
  return ['MFA_DATABASE_HOST', url];
}

/** A variable that is nearly one of ours. Others may bear our prefix for reasons of their own, e.g. Kubernetes' links. */
function misspeltVariables(env: Environment): FieldIssue[] {
  const known = [...Object.keys(optionVariables), ...otherVariables];
  return Object.keys(env).flatMap((name) => {
    if (!name.startsWith('COUNTERSIGN_') || known.includes(name) || /_(?:PORT|SERVICE)(?:_|$)/.test(name)) return [];
    const rest = (text: string) => text.slice('COUNTERSIGN_'.length);
    const meant = suggestName(rest(name), known.map(rest));
    return meant === undefined ? [] : [{ path: name, message: `is not known; did you mean COUNTERSIGN_${meant}?` }];
  });
}

function textOf(env: Environment, variable: string): string | undefined {
  const text = env[variable]?.trim();
  return text === undefined || text === '' ? undefined : text;
}

function hasOption(options: Record<string, unknown>, [name = '', ...rest]: readonly string[]): boolean {
  const value = Object.hasOwn(options, name) ? options[name] : undefined;
  return rest.length === 0 ? value !== undefined : isMapping(value) && hasOption(value, rest);
}

/** Whether it was set: not over what is there unless told so, and not where the file has something else than a mapping. */
function putOption(options: Record<string, unknown>, path: readonly string[], value: unknown, over: boolean): boolean {
  const [name = '', ...rest] = path;
  const current = Object.hasOwn(options, name) ? options[name] : undefined;
  if (rest.length === 0) {
    if (current !== undefined && !over) return false;
    options[name] = value;
    return true;
  }
  if (current !== undefined && !isMapping(current)) return false;
  const inner = current ?? {};
  options[name] = inner;
  return putOption(inner, rest, value, over);
}

/** A mapping of YAML or JSON. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
