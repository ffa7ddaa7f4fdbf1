import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseAuditLine, verifyAudit } from '../audit/index.ts';
import { systemClock } from '../core/clock.ts';
import { platformTenant } from '../core/ids.ts';
import { systemRandom } from '../core/random.ts';
import { parseKeyFile, rotateSealingKey, saveKeyFile } from '../crypto/index.ts';
import { parseOtpauthUri, totp } from '../otp/index.ts';
import { generateCertificate } from '../../test/fixtures/certificate.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { createLog } from './log.ts';
import { startTestServer, temporaryFolder, type TestServer, type TestServerOptions } from './server.fixture.ts';
import { startServer } from './start-server.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function started(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await startTestServer(options);
  servers.push(server);
  return server;
}

function currentCode(uri: string): string {
  const key = parseOtpauthUri(uri);
  if (key.type !== 'totp') throw new Error('not a TOTP URI');
  return totp({ ...key, time: systemClock.now() });
}

interface Answer {
  status: number;
  text: string;
}

/** A request with headers that `fetch` does not let be set. */
function ask(url: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asking.on('error', reject).end();
  });
}

/** The status of a request over TLS to a server whose certificate is `ca`, and the certificate's fingerprint. */
function askSecurely(
  url: string,
  ca: string,
): Promise<{ status: number; fingerprint: string; protocol: string | null }> {
  return new Promise((resolve, reject) => {
    const asking = secureRequest(url, { ca, agent: false }, (response) => {
      const socket = response.socket as TLSSocket;
      const { fingerprint256 } = socket.getPeerCertificate();
      const protocol = socket.getProtocol();
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode ?? 0, fingerprint: fingerprint256, protocol }));
    });
    asking.on('error', reject).end();
  });
}

describe('a server', () => {
  let running: TestServer;
  beforeAll(async () => {
    running = await startTestServer();
  });
  afterAll(() => running.close());

  it('serves every door on one listener, and says what it is at the root', async () => {
    expect(await running.call('/v1/integration')).toMatchObject({ status: 200 });
    const oss2fa = await fetch(`${running.server.url}/integrations/enrollments`, {
      method: 'POST',
      headers: {
        'X-Integration-Token': running.file.integration.token,
        Accept: 'application/json; version=1.0',
        'Content-Type': 'application/json',
      },
      body: '{"username":"john.doe"}',
    });
    expect(oss2fa.status).toBe(201);
    const adjure = await fetch(`${running.server.adjureUrl}/user/provision`, {
      method: 'POST',
      body: '{"user_id":"123"}',
    });
    expect(await adjure.json()).toMatchObject({ user_id: '123' });
    expect(await (await fetch(running.server.url)).text()).toContain('Countersign');
    const json = await fetch(running.server.url, { headers: { Accept: 'application/json' } });
    expect(await json.json()).toMatchObject({ product: 'Countersign' });
  });

  it('answers unknown paths with a problem, and pages of its own only for reading', async () => {
    const unknown = await fetch(`${running.server.url}/nothing/here?x`);
    expect(unknown.status).toBe(404);
    expect(unknown.headers.get('content-type')).toBe('application/problem+json');
    expect(unknown.headers.get('x-content-type-options')).toBe('nosniff');
    const posted = await fetch(`${running.server.url}/healthz`, { method: 'POST' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
  });

  it('tells its health and readiness', async () => {
    expect((await fetch(`${running.server.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${running.server.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${running.server.url}/healthcheck`)).status).toBe(200);
  });

  it('counts requests and verdicts for Prometheus, without naming anybody', async () => {
    await running.call('/v1/verify', { user: 'demo', code: currentCode(running.file.demo.otpauth) });
    await running.call('/v1/verify', { user: 'demo', code: '000000' });
    const scrape = async () => (await fetch(`${running.server.url}/metrics`)).text();
    await expect.poll(scrape).toMatch(/^countersign_http_requests_total\{door="rest",method="POST",status="2xx"\} 2$/m);
    const text = await scrape();
    expect(text).toContain('countersign_verifications_total{operation="verify",outcome="accepted"} 1');
    expect(text).toContain('countersign_verifications_total{operation="verify",outcome="refused"} 1');
    expect(text).toMatch(/^countersign_http_request_duration_seconds_bucket\{door="rest",le="\+Inf"\} \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^countersign_event_loop_lag_seconds [\d.e-]+$/m);
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(
        /^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{[a-z]+="[^"]*"(?:,[a-z]+="[^"]*")*\})? [\d.e+-]+)$/,
      );
    }
    expect(text).not.toContain('demo');
  });

  it('shows the metrics to this machine only, and not to what a proxy passes on', async () => {
    const url = `${running.server.url}/metrics`;
    expect((await ask(url, {})).status).toBe(200);
    expect((await ask(url, { 'X-Forwarded-For': '127.0.0.1' })).status).toBe(404);
    expect((await ask(url, { Host: 'evil.example:80' })).status).toBe(404);
  });
});

describe('what is open to this machine', () => {
  it('is not open to the callers of a proxy on it that nobody has named (BF-09, OTP-17)', async () => {
    const { server } = await started();
    await fetch(`${server.url}/user/provision`, { method: 'POST', body: '{"user_id":"1"}' });
    const url = `${server.url}/user/auth_code?user_id=1`;
    expect((await ask(url, {})).status).toBe(200);
    for (const field of ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via']) {
      expect((await ask(url, { [field]: '127.0.0.1' })).status).toBe(401);
    }
  });
});

describe('the inbox of a development server', () => {
  async function withMail(): Promise<TestServer> {
    const running = await started();
    const begun = await running.call('/v1/enrollments', {
      user: 'alice',
      kind: 'email',
      options: { address: 'alice@example.org' },
    });
    expect(begun.status).toBe(201);
    return running;
  }

  it('shows what would have been sent, as a page and as JSON', async () => {
    const { server } = await withMail();
    const page = await fetch(`${server.url}/dev/inbox`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('To alice@example.org');
    const json = (await (await fetch(`${server.url}/dev/inbox?format=json`)).json()) as { items: { text: string }[] };
    expect(json.items).toEqual([expect.objectContaining({ channel: 'mail', to: 'alice@example.org' })]);
    expect(json.items[0]?.text).toMatch(/\d{6}/);
  });

  it('is for this machine only: not through a proxy, not under a strange name, and nowhere else', async () => {
    const { server } = await withMail();
    const url = `${server.url}/dev/inbox`;
    expect((await ask(url, {})).status).toBe(200);
    expect((await ask(url, { 'X-Forwarded-For': '127.0.0.1' })).status).toBe(404);
    expect((await ask(url, { Via: '1.1 proxy' })).status).toBe(404);
    expect((await ask(url, { Host: 'rebound.example:8300' })).status).toBe(404);
    const production = await started({ development: false });
    expect((await fetch(`${production.server.url}/dev/inbox`)).status).toBe(404);
    const open = await started({ config: { listen: '0.0.0.0:0', tls: { mode: 'proxy' }, mail: { inbox: true } } });
    expect((await fetch(`${open.server.url}/dev/inbox`)).status).toBe(404);
  });
});

describe('transport security', () => {
  it('is on beyond loopback, with a certificate made on the first start and kept (OSS-68)', async () => {
    const folder = temporaryFolder();
    try {
      const options = { dataDir: folder.path, config: { listen: '0.0.0.0:0' } };
      const first = await startTestServer(options);
      const { url, fingerprint, addresses } = first.server;
      expect(url).toMatch(/^https:\/\/localhost:\d+$/);
      expect(addresses).toEqual([expect.objectContaining({ name: 'main', secure: true })]);
      const pem = readFileSync(join(folder.path, 'tls', 'cert.pem'), 'utf8');
      expect(statSync(join(folder.path, 'tls', 'key.pem')).mode & 0o777).toBe(0o600);
      for (const name of ['localhost', '127.0.0.1']) {
        const answer = await askSecurely(`${url.replace('localhost', name)}/healthz`, pem);
        expect(answer).toEqual({ status: 200, fingerprint, protocol: 'TLSv1.3' });
      }
      await expect(fetch(`${url.replace('https', 'http')}/healthz`)).rejects.toThrow('fetch failed');
      await first.close();

      const second = await startTestServer(options);
      expect(second.server.fingerprint).toBe(fingerprint);
      await second.close();
    } finally {
      folder.remove();
    }
  });

  it('takes a renewed certificate from its files while it serves', async () => {
    const folder = temporaryFolder();
    const cert = join(folder.path, 'cert.pem');
    const key = join(folder.path, 'key.pem');
    const put = (made: { cert: string; key: string }) => {
      writeFileSync(cert, made.cert);
      writeFileSync(key, made.key);
    };
    try {
      const [old, renewed] = [await generateCertificate(), await generateCertificate()];
      put(old);
      const { chooseCertificate } = await import('./choose-certificate.ts');
      const config = resolveConfig({
        env: { COUNTERSIGN_TLS_MODE: 'files', COUNTERSIGN_TLS_CERT: cert, COUNTERSIGN_TLS_KEY: key },
      });
      const chosen = await chooseCertificate(config, config.listen, systemClock);
      expect(chosen.current).toEqual(old);
      expect(chosen.renewed(() => undefined)).toBeUndefined();
      put({ cert: renewed.cert, key: old.key });
      const reports: unknown[] = [];
      expect(chosen.renewed((error) => reports.push(error))).toBeUndefined();
      expect(reports).toEqual([expect.objectContaining({ code: 'misconfigured' })]);
      put({ cert: `${renewed.cert}\n`, key: `${renewed.key}\n` });
      expect(chosen.renewed(() => undefined)?.cert).toContain(renewed.cert);
    } finally {
      folder.remove();
    }
  });

  it('with files is on everywhere', async () => {
    const folder = temporaryFolder();
    const made = await generateCertificate();
    writeFileSync(join(folder.path, 'c.pem'), made.cert);
    writeFileSync(join(folder.path, 'k.pem'), made.key);
    try {
      const { server } = await started({
        config: { tls: { mode: 'files', cert: join(folder.path, 'c.pem'), key: join(folder.path, 'k.pem') } },
      });
      expect(await askSecurely(`${server.url}/healthz`, made.cert)).toMatchObject({ status: 200 });
    } finally {
      folder.remove();
    }
  });
});

describe('the second listener of the Adjure door', () => {
  it('serves that door and nothing else (ADJ-53)', async () => {
    const { server, file } = await started({ config: { doors: { adjure: { listen: '127.0.0.1:0' } } } });
    expect(server.adjureUrl).not.toBe(server.url);
    expect(file.adjure.url).toBe(server.adjureUrl);
    const answer = await fetch(`${server.adjureUrl}/user/provision`, { method: 'POST', body: '{"user_id":"1"}' });
    expect(answer.status).toBe(200);
    const other = await fetch(`${server.adjureUrl}/v1/integration`);
    expect(other.status).toBe(404);
    expect(await other.json()).toHaveProperty('error_code');
  });

  it('is laid over with the settings of the configuration (ADJ-04, ADJ-25)', async () => {
    const { server } = await started({
      config: { doors: { adjure: { listen: '127.0.0.1:0', settings: { keyLength: 8, authCode: true } } } },
    });
    await fetch(`${server.adjureUrl}/user/provision`, { method: 'POST', body: '{"user_id":"1"}' });
    const { code } = (await (await fetch(`${server.adjureUrl}/user/auth_code?user_id=1`)).json()) as { code: string };
    expect(code).toMatch(/^\d{8}$/);
    const closed = await started({ config: { doors: { adjure: { settings: { openTo: [] } } } } });
    expect((await fetch(`${closed.server.url}/user/auth_code?user_id=1`)).status).toBe(401);
  });
});

describe('the metrics', () => {
  it('have a listener of their own where one is set, and ask for the token where one is set', async () => {
    const token = '0123456789abcdef';
    const { server } = await started({ config: { metrics: { listen: '127.0.0.1:0', token } } });
    expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
    const address = server.addresses.find(({ name }) => name === 'metrics')?.address;
    const url = `http://${address}/metrics`;
    expect((await fetch(url)).status).toBe(401);
    expect((await fetch(url, { headers: { Authorization: 'Bearer 0123456789abcdeX' } })).status).toBe(401);
    expect((await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
  });
});

describe('a server in trouble', () => {
  it('is alive and not ready when its database is gone (ADJ-49)', async () => {
    const folder = temporaryFolder();
    const config = resolveConfig({ env: { COUNTERSIGN_DATA_DIR: folder.path, COUNTERSIGN_LISTEN: '127.0.0.1:0' } });
    const lines: string[] = [];
    const log = createLog({ level: 'info', format: 'json' }, { write: (line: string) => void lines.push(line) });
    const server = await startServer(config, { log });
    try {
      await server.store.close();
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      const ready = await fetch(`${server.url}/readyz`);
      expect(ready.status).toBe(503);
      expect(ready.headers.get('retry-after')).toBe('1');
      expect((await fetch(`${server.url}/healthcheck`)).status).toBeGreaterThanOrEqual(500);
    } finally {
      await server.close();
      folder.remove();
    }
  });

  it('does not start without the keys of its database', async () => {
    const folder = temporaryFolder();
    try {
      const first = await startTestServer({ dataDir: folder.path });
      await first.close();
      rmSync(join(folder.path, 'keys.json'));
      await expect(startTestServer({ dataDir: folder.path })).rejects.toMatchObject({ code: 'misconfigured' });
    } finally {
      folder.remove();
    }
  });

  it('names the folder when it cannot use it', async () => {
    const config = resolveConfig({ env: { COUNTERSIGN_DATA_DIR: '/dev/null/data' } });
    await expect(startServer(config)).rejects.toMatchObject({ code: 'misconfigured', issues: [{ path: 'dataDir' }] });
  });
});

describe('a stop', () => {
  it('signs the audit heads, also outside the database, and the trail verifies with the public key alone', async () => {
    const folder = temporaryFolder();
    try {
      const { server, close, call, file } = await startTestServer({ dataDir: folder.path });
      await call('/v1/verify', { user: 'demo', code: currentCode(file.demo.otpauth) });
      const publicKey = server.engine.audit.publicKey();
      await close();
      const path = join(folder.path, 'audit-heads.jsonl');
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const outside = readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map(parseAuditLine)
        .flatMap((line) => (line.type === 'head' ? [line.head] : []));

      const again = await startTestServer({ dataDir: folder.path });
      const caller = { tenant: platformTenant, actor: { type: 'system' as const, id: 'test' }, door: 'test' };
      const verdict = await verifyAudit(again.server.engine.audit.export(caller), outside, publicKey);
      expect(verdict).toMatchObject({ intact: true });
      expect(verdict.intact && verdict.signedUpTo).toBeGreaterThan(5);
      await again.close();
    } finally {
      folder.remove();
    }
  });
});

describe('a key rotation while serving', () => {
  it('is followed without a restart', async () => {
    const { server, call, file, dataDir } = await started();
    const path = join(dataDir, 'keys.json');
    const before = server.keys.ring().activeKeyId;
    saveKeyFile(path, rotateSealingKey(parseKeyFile(readFileSync(path, 'utf8')), systemRandom, systemClock.now()));
    server.keys.refresh();
    expect(server.keys.ring().activeKeyId).not.toBe(before);
    const answer = await call('/v1/verify', { user: 'demo', code: currentCode(file.demo.otpauth) });
    expect(answer).toMatchObject({ status: 200, body: { accepted: true } });
  });
});

describe('the log', () => {
  it('has one JSON object per line and holds no token, password, code, secret or query (I6, OSS-67, ADJ-57)', async () => {
    const { server, call, file, lines } = await started();
    const code = currentCode(file.demo.otpauth);
    await call('/v1/verify', { user: 'demo', code });
    await call(`/v1/users?name=hunter2&token=${file.integration.token}`);
    await call('/v1/verify', { user: 'demo', code: 'hunter2', extra: 'hunter2' });
    const broken = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"code":"hunter2' };
    await fetch(`${server.url}/v1/verify`, {
      ...broken,
      headers: { ...broken.headers, Authorization: `Bearer ${file.integration.token}` },
    });
    await fetch(`${server.url}/hunter2?hunter2`);
    const { accessKey, secretKey } = file.integration;
    await fetch(`${server.url}/integration/clients/auth`, {
      method: 'POST',
      headers: { Authorization: `Basic ${btoa(`${accessKey}:${secretKey}`)}`, 'Content-Type': 'application/json' },
      body: '{"username":"demo"}',
    });
    await fetch(`${server.url}/user/provision`, { method: 'POST', body: '{"user_id":"1"}' });
    await fetch(`${server.url}/user/auth_code?user_id=1`);
    await expect.poll(() => lines.filter((line) => line.includes('"request"')).length).toBeGreaterThanOrEqual(8);

    const text = lines.join('');
    const { integration, admin, demo } = file;
    const secret = new URL(demo.otpauth).searchParams.get('secret') ?? '';
    for (const marker of [
      code,
      'hunter2',
      secret,
      integration.token,
      accessKey,
      secretKey,
      admin.password,
      admin.token ?? '',
    ]) {
      expect(marker).not.toBe('');
      expect(text).not.toContain(marker);
    }
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(({ door }) => door === 'rest');
    expect(told).toMatchObject({
      msg: 'request',
      method: 'POST',
      status: 200,
      ms: expect.any(Number),
      bytes: expect.any(Number),
    });
  });

  it('does not repeat what is told to it under the name of a secret', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', format: 'json' }, { write: (line: string) => void lines.push(line) });
    log.info({ token: 'hunter2', password: 'hunter2', code: '123456', door: 'rest' }, 'careless');
    expect(lines.join('')).not.toMatch(/hunter2|123456/);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('can be for people', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'info', format: 'pretty' }, { write: (line: string) => void lines.push(line) });
    log.warn({ door: 'rest', ms: 5 }, 'slow');
    expect(lines).toEqual([expect.stringMatching(/^\d\d:\d\d:\d\d warn  slow door=rest ms=5\n$/)]);
  });
});
