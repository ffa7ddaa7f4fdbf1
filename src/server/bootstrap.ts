import { type Clock, offsetClock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { platformTenant } from '../core/ids.ts';
import type { Integration, Tenant } from '../core/model.ts';
import { type Random, randomText, systemRandom } from '../core/random.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller } from '../engine/index.ts';
import { parseOtpauthUri, totp } from '../otp/index.ts';
import { type BootstrapFile, readBootstrapFile, writeBootstrapFile } from './bootstrap-file.ts';
import type { Environment } from './config/environment.ts';
import { misconfigured } from './config/resolve-config.ts';
import type { RunningServer } from './start-server.ts';

export interface BootstrapOptions {
  /** OSS2FA_ADMIN_USERNAME, OSS2FA_ADMIN_EMAIL and OSS2FA_ADMIN_PASSWORD choose the administrator. Default: nothing is chosen. */
  env?: Environment;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: the operating system's generator. */
  random?: Random;
}

/** What a start has found or made. */
export type Bootstrapped =
  /** Everything was made now; only now are secrets shown. */
  | { state: 'created'; file: BootstrapFile }
  /** A start before has made it. */
  | { state: 'found'; file: BootstrapFile }
  /** There is an administrator, and no bootstrap.json: somebody has put it away. */
  | { state: 'put-away' };

const door = 'bootstrap';
const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: door }, door };
const demoUser = 'demo';
const alphanumeric = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

type Server = Pick<RunningServer, 'config' | 'engine' | 'store' | 'keys' | 'delivery' | 'url' | 'adjureUrl'>;

/**
 * Makes what a new installation needs to be tried: a tenant, an integration, an administrator, and a demo user whose authenticator has
 * been enrolled and verified. A second start makes nothing (OSS-71). The administrator is made last and is the mark of a
 * bootstrap that has come to its end; one that was cut short is taken up where it stopped.
 *
 * @throws CountersignError `misconfigured` when the chosen administrator is refused
 */
export async function bootstrap(server: Server, options: BootstrapOptions = {}): Promise<Bootstrapped> {
  const { config, engine, url, adjureUrl } = server;
  const administrators = await engine.administrators.list(system);
  const file = readBootstrapFile(config.dataDir);
  const places = { url, adjure: { url: adjureUrl } };
  if (administrators.length > 0) {
    if (file === undefined) return { state: 'put-away' };
    const made = administrators.find(({ login }) => login === file.admin.login);
    const token = file.admin.token ?? (made && (await engine.administrators.issueToken(system, made.id)).token);
    const current = { ...file, ...places, admin: { ...file.admin, ...(token !== undefined && { token }) } };
    if (JSON.stringify(current) !== JSON.stringify(file)) writeBootstrapFile(config.dataDir, current);
    return { state: 'found', file: current };
  }
  return { state: 'created', file: await makeAll(server, places, options) };
}

async function makeAll(
  server: Server,
  places: Pick<BootstrapFile, 'url' | 'adjure'>,
  { env = {}, clock = systemClock, random = systemRandom }: BootstrapOptions,
): Promise<BootstrapFile> {
  const { config, engine } = server;
  const login = chosen(env, 'OSS2FA_ADMIN_USERNAME') ?? 'admin';
  const email = chosen(env, 'OSS2FA_ADMIN_EMAIL') ?? 'admin@localhost';
  const password = chosen(env, 'OSS2FA_ADMIN_PASSWORD') ?? randomText(random, 24, alphanumeric);
  const person = { email, firstName: 'Default', lastName: 'Administrator', password };

  const tenant = await naming(() => findOrMakeTenant(engine, person));
  const integration = await findOrMakeIntegration(engine, { ...system, tenant: tenant.id });
  const file: BootstrapFile = {
    url: places.url,
    tenant: tenant.id,
    integration: { id: integration.integration.id, ...integration.credentials },
    admin: { login, password },
    demo: { user: demoUser, otpauth: await makeDemoUser(server, integration.integration, clock) },
    adjure: places.adjure,
  };
  // Before the administrator: once he is there, nothing of this can be made again.
  writeBootstrapFile(config.dataDir, file);
  const administrator = await naming(() => engine.administrators.create(system, { login, ...person }));
  const { token } = await engine.administrators.issueToken(system, administrator.id);
  const complete = { ...file, admin: { login, password, token } };
  writeBootstrapFile(config.dataDir, complete);
  return complete;
}

/** The tenant, with an administrator of its own whose login is the address (OSS-72). */
async function findOrMakeTenant(
  engine: Engine,
  administrator: { email: string; firstName: string; lastName: string; password: string },
): Promise<Tenant> {
  const found = await engine.tenants.findByName('Default');
  return found ?? (await engine.tenants.create(system, { name: 'Default', administrator })).tenant;
}

async function findOrMakeIntegration(
  engine: Engine,
  caller: Caller,
): Promise<{ integration: Integration; credentials: { token: string; accessKey: string; secretKey: string } }> {
  const { items } = await engine.integrations.list(caller, { limit: 500 });
  const found = items.find(({ name }) => name === 'Default');
  if (found === undefined) {
    const { integration, ...credentials } = await engine.integrations.create(caller, {
      name: 'Default',
      notes: 'Default Integration',
      doors: { rest: {}, oss2fa: {}, adjure: { openTo: ['127.0.0.0/8', '::1/128'] } },
      readableSecretKey: true,
    });
    return { integration, credentials };
  }
  // Made by a start that was cut short before it could say what it had made: nobody knows these credentials.
  for (const { id } of await engine.integrations.credentials(caller, found.id)) {
    await engine.integrations.revoke(caller, found.id, id);
  }
  const { token = '' } = await engine.integrations.rotate(caller, found.id, 'token');
  const { accessKey = '', secretKey = '' } = await engine.integrations.rotate(caller, found.id, 'key');
  return { integration: found, credentials: { token, accessKey, secretKey } };
}

/**
 * Enrols an authenticator for the demo user as anybody would, and verifies a code of it. This spends two codes, so it is done by an engine
 * whose clock stands behind: the codes that a person will see in the next seconds are still good.
 *
 * @returns the `otpauth:` URI
 */
async function makeDemoUser(
  { config, store, keys, delivery }: Server,
  integration: Integration,
  clock: Clock,
): Promise<string> {
  let behind = 0;
  const past: Clock = { now: () => offsetClock(clock, -behind).now() };
  const engine = await createEngine({ store, keys, delivery, clock: past, serverKinds: config.kinds });
  try {
    const caller: IntegrationCaller = {
      ...{ tenant: integration.tenantId, actor: { type: 'system', id: door }, door },
      integration,
    };
    const known = await engine.users.findByName(caller, demoUser);
    if (known !== undefined) await engine.users.remove(caller, known.id);
    const { id } = await engine.enrollments.begin(caller, { user: demoUser });
    const { shown } = await engine.enrollments.prepare(caller, id, { kind: 'totp', deviceName: 'Demo' });
    const uri = String(shown?.['uri']);
    const key = parseOtpauthUri(uri);
    if (key.type !== 'totp') throw new CountersignError('internal', { detail: 'the demo user has no TOTP device' });
    const code = () => ({ code: totp({ ...key, time: past.now() }) });
    behind = 3 * key.period * 1000;
    const { accepted } = await engine.enrollments.complete(caller, id, code());
    behind = 2 * key.period * 1000;
    const outcome = await engine.verify(caller, { user: demoUser, answer: code() });
    if (!accepted || !outcome.accepted) {
      throw new CountersignError('internal', { detail: 'the server does not accept a code of its own demo user' });
    }
    return uri;
  } finally {
    await engine.close();
  }
}

function chosen(env: Environment, variable: string): string | undefined {
  const text = env[variable]?.trim();
  return text === '' ? undefined : text;
}

const variables: Record<string, string> = {
  login: 'OSS2FA_ADMIN_USERNAME',
  email: 'OSS2FA_ADMIN_EMAIL',
  'administrator.email': 'OSS2FA_ADMIN_EMAIL',
  password: 'OSS2FA_ADMIN_PASSWORD',
};

/** A refusal of the administrator names the variable that has chosen it. */
async function naming<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof CountersignError) || error.issues.length === 0) throw error;
    throw misconfigured(error.issues.map(({ path, message }) => ({ path: variables[path] ?? path, message })));
  }
}
