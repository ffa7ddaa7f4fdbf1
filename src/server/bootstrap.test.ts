import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { platformTenant, type TenantId } from '../core/ids.ts';
import { parseOtpauthUri, totp } from '../otp/index.ts';
import { formatBanner } from './banner.ts';
import { bootstrap } from './bootstrap.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { startTestServer, temporaryFolder } from './server.fixture.ts';
import { startServer } from './start-server.ts';

const run = promisify(execFile);

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const start = (options: Parameters<typeof startTestServer>[0] = {}) =>
  startTestServer({ dataDir: folder.path, ...options });
const system = { tenant: platformTenant, actor: { type: 'system' as const, id: 'test' }, door: 'test' };

/** Long enough for a request to arrive that was sent just now. */
const fetchStarted = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('the first start', () => {
  it('makes a tenant, an integration, administrators and a demo user, and writes them down for the owner alone', async () => {
    const { server, file, bootstrapped, close } = await start();
    const path = join(folder.path, 'bootstrap.json');
    expect(bootstrapped.state).toBe('created');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(file);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(file).toEqual({
      url: server.url,
      tenant: expect.stringMatching(/^tnt_/),
      integration: {
        id: expect.stringMatching(/^int_/),
        token: expect.stringMatching(/^cst_/),
        accessKey: expect.stringMatching(/^[A-Za-z0-9]{32}$/),
        secretKey: expect.stringMatching(/^[A-Za-z0-9]{48}$/),
      },
      admin: { login: 'admin', password: expect.stringMatching(/^.{24}$/), token: expect.stringMatching(/^csa_/) },
      demo: { user: 'demo', otpauth: expect.stringMatching(/^otpauth:\/\/totp\//) },
      adjure: { url: server.url },
    });
    const { engine } = server;
    expect(await engine.integrations.authenticate({ token: file.integration.token })).toMatchObject({
      name: 'Default',
    });
    expect(await engine.integrations.authenticate(file.integration)).toMatchObject({ notes: 'Default Integration' });
    expect(await engine.administrators.authenticateToken(file.admin.token ?? '')).toMatchObject({ login: 'admin' });
    await close();
  });

  it('leaves out the demo user where nobody wants to try, and the banner tells no less (OSS-68)', async () => {
    const env = { COUNTERSIGN_DATA_DIR: folder.path };
    const server = await startServer(resolveConfig({ file: 'listen: 127.0.0.1:0', env }), { env });
    const bootstrapped = await bootstrap(server, { env, demo: false });
    if (bootstrapped.state !== 'created') throw new Error('nothing was made');
    const { demo, tenant, integration } = bootstrapped.file;
    expect(demo).toBeUndefined();
    const made = await server.engine.integrations.get({ ...system, tenant: tenant as TenantId }, integration.id);
    expect(made.doors['adjure']).toEqual({});
    const banner = formatBanner(server, bootstrapped, { tour: false });
    for (const told of [tenant, integration.token, integration.accessKey, integration.secretKey, 'server started']) {
      expect(banner).toContain(told);
    }
    await server.close();
  });

  it('is complete before anybody is answered: requests that come earlier wait for it', async () => {
    const env = { COUNTERSIGN_DATA_DIR: folder.path };
    const config = resolveConfig({ file: 'listen: 127.0.0.1:0', env, development: true });
    let early: Promise<string> | undefined;
    const server = await startServer(config, {
      env,
      prepare: async (starting) => {
        // What stands in the folder when the probe is answered.
        early = fetch(`${starting.url}/healthz`).then(() => readFileSync(join(folder.path, 'bootstrap.json'), 'utf8'));
        await fetchStarted();
        await bootstrap(starting, { env });
      },
    });
    expect(JSON.parse((await early) ?? '')).toMatchObject({ url: server.url, demo: { user: 'demo' } });
    await server.close();
  });

  it('leaves the codes that a person will type next', async () => {
    const { call, file, close } = await start();
    const key = parseOtpauthUri(file.demo.otpauth);
    const code = key.type === 'totp' ? totp({ ...key, time: systemClock.now() }) : '';
    expect(await call('/v1/verify', { user: 'demo', code })).toMatchObject({ body: { accepted: true } });
    expect(await call('/v1/verify', { user: 'demo', code })).toMatchObject({ body: { accepted: false } });
    await close();
  });

  it('is recorded: the demo user was enrolled and verified for real', async () => {
    const { server, file, close } = await start();
    const caller = { ...system, tenant: file.tenant as typeof platformTenant };
    const { items } = await server.engine.audit.query(caller, { limit: 100 });
    const accepted = items.filter(({ outcome }) => outcome === 'accepted').map(({ event }) => event);
    expect(accepted.length).toBeGreaterThanOrEqual(2);
    await close();
  });

  it('takes the administrator from the environment, for the platform and for the default tenant (OSS-72)', async () => {
    const env = {
      OSS2FA_ADMIN_USERNAME: 'root',
      OSS2FA_ADMIN_EMAIL: 'alice@example.org',
      OSS2FA_ADMIN_PASSWORD: 'correct horse battery',
    };
    const { server, file, close } = await start({ env });
    expect(file.admin).toMatchObject({ login: 'root', password: 'correct horse battery' });
    const { administrators } = server.engine;
    const signIn = (login: string) => administrators.authenticate(login, 'correct horse battery', undefined);
    expect(await signIn('root')).toMatchObject({ tenantId: platformTenant });
    expect(await signIn('alice@example.org')).toMatchObject({ tenantId: file.tenant });
    await close();
  });

  it.each([
    [{ OSS2FA_ADMIN_PASSWORD: 'short' }, 'OSS2FA_ADMIN_PASSWORD'],
    [{ OSS2FA_ADMIN_USERNAME: 'a b' }, 'OSS2FA_ADMIN_USERNAME'],
    [{ OSS2FA_ADMIN_EMAIL: 'nobody' }, 'OSS2FA_ADMIN_EMAIL'],
    [{ OSS2FA_ADMIN_USERNAME: 'alice@example.org', OSS2FA_ADMIN_EMAIL: 'alice@example.org' }, 'OSS2FA_ADMIN_USERNAME'],
  ])('refuses %j and names the variable; the next start with a better one goes on', async (env, variable) => {
    const config = resolveConfig({ env: { COUNTERSIGN_DATA_DIR: folder.path, COUNTERSIGN_LISTEN: '127.0.0.1:0' } });
    const server = await startServer({ ...config, log: { ...config.log, level: 'silent' } });
    await expect(bootstrap(server, { env })).rejects.toMatchObject({
      code: 'misconfigured',
      issues: [expect.objectContaining({ path: variable })],
    });
    await server.close();
    const next = await start();
    expect(next.bootstrapped.state).toBe('created');
    expect(await next.call('/v1/integration')).toMatchObject({ status: 200 });
    await next.close();
  });
});

describe('the second start', () => {
  it('makes nothing and keeps everything (OSS-71)', async () => {
    const first = await start();
    await first.close();
    const second = await start();
    expect(second.bootstrapped.state).toBe('found');
    expect(second.file).toEqual({ ...first.file, url: second.server.url, adjure: { url: second.server.url } });
    expect(JSON.parse(readFileSync(join(folder.path, 'bootstrap.json'), 'utf8'))).toEqual(second.file);
    const { tenants, integrations } = second.server.engine;
    const names = (await tenants.list(system)).items.map(({ name }) => name);
    expect(names.filter((name) => name === 'Default')).toHaveLength(1);
    const caller = { ...system, tenant: second.file.tenant as typeof platformTenant };
    expect((await integrations.list(caller)).items).toHaveLength(1);
    expect(await second.call('/v1/integration')).toMatchObject({ status: 200 });
    await second.close();
  });

  it('makes nothing when somebody has put bootstrap.json away', async () => {
    const first = await start();
    await first.close();
    rmSync(join(folder.path, 'bootstrap.json'));
    const config = resolveConfig({ env: { COUNTERSIGN_DATA_DIR: folder.path, COUNTERSIGN_LISTEN: '127.0.0.1:0' } });
    const server = await startServer({ ...config, log: { ...config.log, level: 'silent' } });
    const bootstrapped = await bootstrap(server);
    expect(bootstrapped).toEqual({ state: 'put-away' });
    expect(formatBanner(server, bootstrapped)).toContain('==> Countersign server started');
    expect(statSync(join(folder.path, 'bootstrap.json'), { throwIfNoEntry: false })).toBeUndefined();
    await server.close();
  });

  it('finishes what a first start that was cut short before its end has left', async () => {
    const first = await start();
    const { token: _, ...admin } = first.file.admin;
    await first.close();
    writeFileSync(join(folder.path, 'bootstrap.json'), JSON.stringify({ ...first.file, admin }));
    const second = await start();
    expect(second.file.admin).toEqual({ ...admin, token: expect.stringMatching(/^csa_/) });
    await second.close();
  });

  it('goes on where a first start was cut short before it had written anything down', async () => {
    const config = resolveConfig({ env: { COUNTERSIGN_DATA_DIR: folder.path, COUNTERSIGN_LISTEN: '127.0.0.1:0' } });
    const server = await startServer({ ...config, log: { ...config.log, level: 'silent' } });
    const { tenant } = await server.engine.tenants.create(system, { name: 'Default' });
    const caller = { ...system, tenant: tenant.id };
    const lost = await server.engine.integrations.create(caller, { name: 'Default', doors: { rest: {} } });
    await server.close();
    const next = await start();
    expect(next.bootstrapped.state).toBe('created');
    expect(next.file).toMatchObject({ tenant: tenant.id, integration: { id: lost.integration.id } });
    expect(await next.call('/v1/integration')).toMatchObject({ status: 200 });
    expect(await next.server.engine.integrations.authenticate(lost)).toBeUndefined();
    await next.close();
  });
});

describe('the banner', () => {
  it('shows listener, tenant, integration token, version and "server started" in this order (OSS-69, OSS-71)', async () => {
    const first = await start();
    const { file } = first;
    const text = formatBanner(first.server, first.bootstrapped);
    const address = first.server.url.replace('http://', '');
    expect(text.split('\n').slice(0, 6)).toEqual([
      `Listener 1: tcp (addr: "${address}", tls: "disabled")`,
      `Tenant: ${file.tenant}`,
      `Integration: ${file.integration.token}`,
      expect.stringMatching(/^Version: Countersign v\d+\.\d+\.\d+$/),
      '',
      '==> Countersign server started',
    ]);
    const { accessKey, secretKey } = file.integration;
    expect(text).toContain(
      `===> Integration (name=\`Default\`, access_key=\`${accessKey}\`, secret_key=\`${secretKey}\`)`,
    );
    await first.close();

    const second = await start();
    const later = formatBanner(second.server, second.bootstrapped, { tour: true });
    expect(later).toContain('==> Countersign server started');
    for (const secret of [file.integration.token, secretKey, accessKey, file.admin.password]) {
      expect(later).not.toContain(secret);
    }
    await second.close();
  });

  it.each<[start: string, before: number]>([
    ['first', 0],
    ['second', 1],
  ])('prints commands on the %s start that work as printed', async (_start, before) => {
    for (let count = 0; count < before; count++) await (await start()).close();
    const running = await start();
    // Another program computes the codes: what is tried are the lines.
    const command = join(folder.path, 'app');
    writeFileSync(
      command,
      `#!/bin/sh\nexec oathtool --totp --base32 "$(printf %s "$2" | sed 's/.*secret=\\([A-Z2-7]*\\).*/\\1/')"\n`,
    );
    chmodSync(command, 0o755);
    const banner = formatBanner(running.server, running.bootstrapped, { command, tour: true });
    const lines = banner.split('\n').filter((line) => line.startsWith('  '));
    const { stdout } = await run('bash', ['-euc', lines.join('\n')]);
    expect(stdout).toContain('otpauth://totp/');
    expect(stdout).toContain('"state":"completed"');
    expect(stdout).toContain('"accepted":true');
    const page = await fetch(/http:[\w.:/]+\/portal\/enrollment\/\?token=[\w-]+$/m.exec(stdout)?.[0] ?? '');
    expect(await page.text()).toContain('bob');
    await running.close();
  });

  it('prints commands that trust the certificate that the server has made', async () => {
    const running = await start({ config: { listen: '0.0.0.0:0' } });
    const banner = formatBanner(running.server, running.bootstrapped, { command: 'true' });
    expect(banner).toContain(`tls: "enabled"`);
    expect(banner).toContain(`===> Certificate: sha256 ${running.server.fingerprint}`);
    const lines = banner.split('\n').filter((line) => line.startsWith('  '));
    const { stdout } = await run('bash', ['-euc', lines.slice(0, 2).join('\n')]);
    expect(stdout).toContain('otpauth://totp/');
    await running.close();
  });

  it('says where messages can be read', async () => {
    const running = await start();
    expect(formatBanner(running.server, running.bootstrapped)).toContain(`${running.server.url}/dev/inbox`);
    await running.close();
  });
});
