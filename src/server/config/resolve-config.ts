import { isLoopbackHost } from '../../core/network.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError, type FieldIssue } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { type OutboundOptions, resolveSmtpOptions, type SmtpOptions } from '../../delivery/index.ts';
import { builtInKinds, type DeviceKind } from '../../devices/index.ts';
import { parseAdjureConfig } from '../../doors/adjure/index.ts';
import { dialectOf } from '../../store/index.ts';
import { configuredUrl, webauthnSettings } from '../kind-settings.ts';
import type { Config } from './config.ts';
import { describeIssues } from './describe-issues.ts';
import { type Environment, overlayEnvironment } from './environment.ts';
import { type HostPort, parseHostPort } from './host-port.ts';
import { readYaml } from './read-yaml.ts';
import { configSchema, type ParsedConfig } from './schema.ts';
import { smsGateways } from './sms-options.ts';
import { suggestName } from './suggest-name.ts';
import { yubicoOptions } from './yubico-options.ts';

export interface ResolveConfigOptions {
  /** The text of the configuration file (YAML or JSON). Default: there is none. */
  file?: string;
  /** Its name, for messages. */
  path?: string;
  env: Environment;
  /** As `countersign dev` starts it: messages go into the inbox unless a mail server is set, the log is for people. */
  development?: boolean;
  /** The device kinds that may be configured. Default: those that come with Countersign. */
  kinds?: readonly DeviceKind[];
  /** Reads a file that the configuration names. Default: from the disk. */
  readFile?: (path: string) => string;
}

/**
 * The configuration that a file and the environment say. Relative paths start at the working directory.
 *
 * @throws CountersignError `misconfigured`; its `issues` name every mistake at once, each with the option (or variable) and the fix
 */
export function resolveConfig(options: ResolveConfigOptions): Config {
  const { options: file, issues } = readYaml(options.file ?? '', options.path ?? 'the configuration file');
  const overlay = overlayEnvironment(file, options.env);
  issues.push(...overlay.issues);
  const result = configSchema.safeParse(overlay.options);
  let config: Config | undefined;
  if (result.success) {
    const context = new Resolution(issues, options.readFile ?? readFromDisk);
    config = assemble(result.data, context, options);
  } else {
    issues.push(...describeIssues(result.error, configSchema));
  }
  if (config !== undefined && issues.length === 0) return config;
  throw misconfigured(issues.map((issue) => ({ ...issue, path: sourceOf(issue.path, overlay.variables) })));
}

/** A refusal that says all of its issues in its detail, too. */
export function misconfigured(issues: readonly FieldIssue[]): CountersignError {
  const detail = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new CountersignError('misconfigured', { issues, detail });
}

/** Collects mistakes while the rest is looked at. */
class Resolution {
  readonly issues: FieldIssue[];
  readonly #readFile: (path: string) => string;

  constructor(issues: FieldIssue[], readFile: (path: string) => string) {
    this.issues = issues;
    this.#readFile = readFile;
  }

  refuse(path: string, message: string): undefined {
    this.issues.push({ path, message });
    return undefined;
  }

  read(option: string, path: string): string | undefined {
    try {
      return this.#readFile(path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return this.refuse(option, `names a file that cannot be read (${code})`);
    }
  }

  /** A secret that may stand in the configuration or in a file of its own. */
  secret(option: string, value: string | undefined, file: string | undefined): string | undefined {
    if (file === undefined) return value;
    if (value !== undefined) return this.refuse(`${option}File`, `must not be set together with ${option}`);
    const text = this.read(`${option}File`, file)?.replace(/\r?\n$/, '');
    return text === '' ? this.refuse(`${option}File`, 'names an empty file') : text;
  }
}

function assemble(parsed: ParsedConfig, context: Resolution, options: ResolveConfigOptions): Config {
  const { dataDir, publicUrl, trustedProxies, tls, limits, audit, doors } = parsed;
  const listen = readHostPort(parsed.listen);
  checkTls(parsed, listen, context);
  const settings = configuredKinds(parsed, listen);
  checkKinds(settings, options.kinds ?? builtInKinds(), context);
  const inbox = parsed.mail.inbox || (options.development === true && parsed.mail.host === undefined);
  if (parsed.mail.inbox && parsed.mail.host !== undefined) {
    context.refuse('mail.inbox', 'must not be set together with mail.host: messages are either kept or sent');
  }
  if (parsed.mail.inbox && parsed.sms.gateways.length > 0) {
    context.refuse('mail.inbox', 'must not be set together with sms.gateways: messages are either kept or sent');
  }
  const token = context.secret('metrics.token', parsed.metrics.token, parsed.metrics.tokenFile);
  if (token !== undefined && token.length < 16) {
    context.refuse('metrics.tokenFile', 'must hold a token of at least 16 characters');
  }
  const development = options.development === true;
  return {
    dataDir,
    ...(publicUrl !== undefined && { publicUrl: publicUrl.replace(/\/+$/, '') }),
    trustedProxies,
    tls,
    limits,
    audit,
    log: development ? { ...parsed.log, format: 'pretty' } : parsed.log,
    listen,
    databaseUrl: databaseUrl(parsed, context),
    keysFile: parsed.keys.file ?? join(dataDir, 'keys.json'),
    smtp: smtpOptions(parsed.mail, context),
    inboxFolder: inbox ? join(dataDir, 'inbox') : undefined,
    smsGateways: smsGateways(parsed.sms, context),
    webPush: webPushOptions(parsed, context),
    outbound: outboundOptions(parsed.outbound, context),
    yubico: yubicoOptions(parsed.yubico, context),
    kinds: parsed.kinds,
    doors: {
      rest: doors.rest,
      oss2fa: doors.oss2fa,
      wsapi: doors.wsapi,
      adjure: {
        enabled: doors.adjure.enabled,
        listen: doors.adjure.listen === undefined ? undefined : readHostPort(doors.adjure.listen),
        plain: doors.adjure.plain,
        integration: doors.adjure.integration,
        settings: adjureSettings(doors.adjure, context),
      },
      portal: doors.portal,
    },
    metrics: {
      enabled: parsed.metrics.enabled,
      listen: parsed.metrics.listen === undefined ? undefined : readHostPort(parsed.metrics.listen),
      token,
    },
  };
}

function databaseUrl({ dataDir, database }: ParsedConfig, context: Resolution): string {
  const url =
    context.secret('database.url', database.url, database.urlFile) ?? `sqlite:${join(dataDir, 'countersign.db')}`;
  try {
    dialectOf(url);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    context.refuse(database.urlFile === undefined ? 'database.url' : 'database.urlFile', error.detail ?? error.message);
  }
  return url;
}

function smtpOptions(mail: ParsedConfig['mail'], context: Resolution): SmtpOptions | undefined {
  const password = context.secret('mail.password', mail.password, mail.passwordFile);
  const ca = mail.caFile === undefined ? undefined : context.read('mail.caFile', mail.caFile);
  const { host, port, secure, startTls, user, from, timeoutMs } = mail;
  if (host === undefined) {
    const stray = user !== undefined || password !== undefined;
    return stray ? context.refuse('mail.host', 'must be set when a user or a password is') : undefined;
  }
  const options: SmtpOptions = {
    host,
    port,
    from,
    timeoutMs,
    ...(secure !== undefined && { secure }),
    ...(startTls !== undefined && { startTls }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
  };
  try {
    resolveSmtpOptions(options);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    for (const { path, message } of error.issues) context.refuse(path.replace(/^delivery\./, ''), message);
  }
  return options;
}

function adjureSettings({ configFile, settings }: ParsedConfig['doors']['adjure'], context: Resolution): JsonObject {
  const set = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as JsonObject;
  const text = configFile === undefined ? undefined : context.read('doors.adjure.configFile', configFile);
  if (text === undefined) return set;
  try {
    return { ...parseAdjureConfig(text), ...set };
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    context.refuse('doors.adjure.configFile', error.detail ?? error.message);
    return set;
  }
}

function outboundOptions({ caFile, ...reach }: ParsedConfig['outbound'], context: Resolution): OutboundOptions {
  const ca = caFile === undefined ? undefined : context.read('outbound.caFile', caFile);
  return { ...reach, ...(ca !== undefined && { ca }) };
}

function webPushOptions({ webPush, publicUrl }: ParsedConfig, context: Resolution): Config['webPush'] {
  if (!webPush.enabled) return undefined;
  const subject = webPush.subject ?? (publicUrl?.startsWith('https:') === true ? publicUrl : undefined);
  return subject === undefined
    ? context.refuse(
        'webPush.subject',
        'must be set, e.g. mailto:admin@example.org, unless publicUrl is an https:// URL',
      )
    : { subject };
}

function checkTls({ tls, doors, metrics }: ParsedConfig, listen: HostPort, context: Resolution): void {
  if (tls.mode === 'files' && tls.cert === undefined) context.refuse('tls.cert', 'must be set for the mode files');
  if (tls.mode === 'files' && tls.key === undefined) context.refuse('tls.key', 'must be set for the mode files');
  if (tls.mode === 'auto' && (tls.cert === undefined) !== (tls.key === undefined)) {
    context.refuse(tls.cert === undefined ? 'tls.cert' : 'tls.key', 'must be set, too: a certificate needs its key');
  }
  if (tls.mode === 'files' || tls.mode === 'auto') {
    if (tls.cert !== undefined) context.read('tls.cert', tls.cert);
    if (tls.key !== undefined) context.read('tls.key', tls.key);
  }
  if (tls.mode !== 'off') return;
  const listeners: [option: string, address: HostPort][] = [['listen', listen]];
  if (metrics.listen !== undefined) listeners.push(['metrics.listen', readHostPort(metrics.listen)]);
  if (doors.adjure.listen !== undefined && !doors.adjure.plain) {
    listeners.push(['doors.adjure.listen', readHostPort(doors.adjure.listen)]);
  }
  for (const [option, { host }] of listeners) {
    if (isLoopbackHost(host)) continue;
    context.refuse(
      'tls.mode',
      `must not be off while ${option} is beyond loopback: listen on 127.0.0.1, or set auto or files, or proxy when a proxy in front terminates TLS`,
    );
  }
}

/** The kinds that are configured, each as the engine will see it. */
function configuredKinds({ kinds, publicUrl }: ParsedConfig, listen: HostPort): Config['kinds'] {
  const webauthn = kinds['webauthn'];
  if (webauthn === undefined) return kinds;
  const url = configuredUrl({ listen, ...(publicUrl === undefined ? {} : { publicUrl }) });
  return { ...kinds, webauthn: webauthnSettings(webauthn, url) };
}

function checkKinds(configured: Config['kinds'], kinds: readonly DeviceKind[], context: Resolution): void {
  for (const [name, configuration] of Object.entries(configured)) {
    const kind = kinds.find((candidate) => candidate.name === name);
    if (kind === undefined) {
      const known = kinds.map((candidate) => candidate.name);
      const near = suggestName(name, known);
      context.refuse(
        `kinds.${name}`,
        `is not a kind; ${near === undefined ? `there are ${known.join(', ')}` : `did you mean kinds.${near}?`}`,
      );
      continue;
    }
    const result = kind.configuration.safeParse(configuration);
    if (result.success) continue;
    for (const issue of describeIssues(result.error, kind.configuration)) {
      context.refuse([`kinds.${name}`, issue.path].filter((part) => part !== '').join('.'), issue.message);
    }
  }
}

/** The variable that has set an option, when it was one: there the mistake has to be corrected. */
function sourceOf(path: string, variables: ReadonlyMap<string, string>): string {
  for (const [option, variable] of variables) {
    if (path === option || path.startsWith(`${option}.`)) return `${variable} (${path})`;
  }
  return path;
}

function readHostPort(text: string): HostPort {
  const address = parseHostPort(text);
  if (address === undefined) throw new CountersignError('internal', { detail: 'the schema let a bad address pass' });
  return address;
}

function readFromDisk(path: string): string {
  return readFileSync(path, 'utf8');
}
