import { type Clock, offsetClock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { platformTenant } from '../core/ids.ts';
import type { Administrator, Integration, JsonObject, Tenant } from '../core/model.ts';
import { loopbackNetworks } from '../core/network.ts';
import { type Random, randomText, systemRandom } from '../core/random.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller } from '../engine/index.ts';
import { parseOtpauthUri, totp } from '../otp/index.ts';
import { type BootstrapFile, readBootstrapFile, writeBootstrapFile } from './bootstrap-file.ts';
import { type ChosenAdministrator, chooseAdministrator } from './choose-administrator.ts';
import type { Environment } from './config/environment.ts';
import type { RunningServer } from './start-server.ts';

export interface BootstrapOptions {
  /** OSS2FA_ADMIN_USERNAME, OSS2FA_ADMIN_EMAIL and OSS2FA_ADMIN_PASSWORD choose the administrator. Default: nothing is chosen. */
  env?: Environment;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: the operating system's generator. */
  random?: Random;
  /** Makes the demo user, whose secret stands in bootstrap.json. Default true. */
  demo?: boolean;
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
 * Makes what a new installation needs: a tenant, an integration, an administrator, and, to be tried, a demo user whose authenticator has
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
  { env = {}, clock = systemClock, random = systemRandom, demo = true }: BootstrapOptions,
): Promise<BootstrapFile> {
  const { config, engine } = server;
  const { login, password: chosen, ...person } = chooseAdministrator(env);
  const tenant =
    (await engine.tenants.findByName('Default')) ?? (await engine.tenants.create(system, { name: 'Default' })).tenant;
  const before = readBootstrapFile(config.dataDir);
  const unfinished = before?.tenant === tenant.id ? before : undefined;
  const password = chosen ?? unfinished?.admin.password ?? randomText(random, 24, alphanumeric);
  const file: BootstrapFile = {
    ...(unfinished ?? (await makeTenantContent(server, tenant, demo ? clock : undefined))),
    ...places,
    admin: { login, password },
  };
  // Before the administrators: once they are there, nobody can be told their password, or the credentials, again.
  writeBootstrapFile(config.dataDir, file);
  const administrator = await makeAdministrators(engine, tenant, { login, password, ...person });
  const { token } = await engine.administrators.issueToken(system, administrator.id);
  const complete = { ...file, admin: { login, password, token } };
  writeBootstrapFile(config.dataDir, complete);
  return complete;
}

async function makeTenantContent(
  server: Server,
  tenant: Tenant,
  clockOfDemo: Clock | undefined,
): Promise<Pick<BootstrapFile, 'tenant' | 'integration' | 'demo'>> {
  const caller = { ...system, tenant: tenant.id };
  // To be tried as Adjure's own documents show it; elsewhere nobody gets in without a token.
  const adjure = clockOfDemo === undefined ? {} : { openTo: [...loopbackNetworks] };
  const { integration, credentials } = await findOrMakeIntegration(server.engine, caller, adjure);
  return {
    tenant: tenant.id,
    integration: { id: integration.id, ...credentials },
    ...(clockOfDemo !== undefined && {
      demo: { user: demoUser, otpauth: await makeDemoUser(server, integration, clockOfDemo) },
    }),
  };
}

/** The tenant's own administrator, whose login is the address (OSS-72), then the platform's. */
async function makeAdministrators(
  engine: Engine,
  tenant: Tenant,
  { login, ...person }: Omit<ChosenAdministrator, 'password'> & { password: string },
): Promise<Administrator> {
  const ofTenant = { ...system, tenant: tenant.id };
  if ((await engine.administrators.list(ofTenant)).length === 0) await engine.administrators.create(ofTenant, person);
  return engine.administrators.create(system, { login, ...person });
}

async function findOrMakeIntegration(
  engine: Engine,
  caller: Caller,
  adjure: JsonObject,
): Promise<{ integration: Integration; credentials: { token: string; accessKey: string; secretKey: string } }> {
  const { items } = await engine.integrations.list(caller, { limit: 500 });
  const found = items.find(({ name }) => name === 'Default');
  if (found === undefined) {
    const { integration, ...credentials } = await engine.integrations.create(caller, {
      name: 'Default',
      notes: 'Default Integration',
      doors: { rest: {}, oss2fa: {}, adjure, portal: {} },
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
      tenant: integration.tenantId,
      actor: { type: 'system', id: door },
      door,
      integration,
    };
    const known = await engine.users.findByName(caller, demoUser);
    if (known !== undefined) await engine.users.remove(caller, known.id);
    const { id } = await engine.enrollments.begin(caller, { user: demoUser });
    const { shown } = await engine.enrollments.prepare(caller, id, { kind: 'totp', deviceName: 'Demo' });
    const uri = shown?.['uri'];
    const key = parseOtpauthUri(typeof uri === 'string' ? uri : '');
    if (typeof uri !== 'string' || key.type !== 'totp')
      throw new CountersignError('internal', { detail: 'the demo user has no TOTP device' });
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
