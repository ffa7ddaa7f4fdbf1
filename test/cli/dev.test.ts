import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeBase32, parseOtpauthUri } from '../../src/otp/index.ts';
import { build, type Cli, cli, freePort, oathtool, repository } from './cli.fixture.ts';

beforeAll(build);

let cs: Cli;
let port: number;
beforeEach(async () => {
  port = await freePort();
  cs = cli({ COUNTERSIGN_LISTEN: `127.0.0.1:${port}`, COUNTERSIGN_ADJURE_LISTEN: `127.0.0.1:${await freePort()}` });
});
afterEach(() => cs.remove());

const started = /Countersign server started[^]*Mail and SMS/;

interface Bootstrap {
  url: string;
  tenant: string;
  integration: { token: string; accessKey: string; secretKey: string };
  admin: { login: string; password: string };
  demo: { user: string; otpauth: string };
  adjure: { url: string };
}

function bootstrapFile(): Bootstrap {
  return JSON.parse(readFileSync(join(cs.folder, 'bootstrap.json'), 'utf8')) as Bootstrap;
}

async function bash(script: string): Promise<string> {
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  const child = spawn('bash', ['-e'], {
    cwd: cs.folder,
    env: { ...cs.env, PATH: path },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(script);
  return text(child.stdout);
}

async function verify({ url, integration }: Bootstrap, user: string, code: string): Promise<unknown> {
  const response = await fetch(`${url}/v1/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${integration.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user, code }),
  });
  return ((await response.json()) as { accepted: unknown }).accepted;
}

function secretOf(uri: string): string {
  return encodeBase32(parseOtpauthUri(uri).secret);
}

describe('countersign dev', () => {
  test('makes all it needs, and tells in a banner how to try it', async () => {
    const server = await cs.start(['dev'], started);
    const { url, tenant, integration, admin, demo, adjure } = bootstrapFile();
    expect(url).toBe(`http://127.0.0.1:${port}`);
    expect(statSync(join(cs.folder, 'bootstrap.json')).mode & 0o777).toBe(0o600);
    for (const line of [
      `Listener 1: tcp (addr: "127.0.0.1:${port}", tls: "disabled")`,
      `Tenant: ${tenant}`,
      `Integration: ${integration.token}`,
      integration.accessKey,
      `${url}/dev/inbox`,
    ]) {
      expect(server.output()).toContain(line);
    }
    expect(server.output()).not.toContain(admin.password);
    expect((await fetch(`${adjure.url}/healthcheck`)).status).toBe(200);
    // The code after the next is the first that a verification at the start cannot have spent.
    expect(await verify(bootstrapFile(), demo.user, oathtool(secretOf(demo.otpauth), '--now', '+30 seconds'))).toBe(
      true,
    );
    expect(await server.stop('SIGINT')).toBe(0);
  });

  test('prints commands that work as they stand', async () => {
    const server = await cs.start(['dev'], started);
    const lines = server
      .output()
      .split('\n')
      .filter((line) => line.startsWith('  '));
    expect(lines.length).toBeGreaterThanOrEqual(6);
    const printed = await bash(lines.map((line) => `${line}\necho`).join('\n'));
    const answers = printed
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as object);
    expect(answers).toMatchObject([
      { userName: 'alice', state: 'prepared' },
      { enrollment: { state: 'completed' } },
      { accepted: true },
    ]);
    // An independent implementation agrees about the secret that was printed.
    const { shown } = answers[0] as { shown: { uri: string } };
    expect(await verify(bootstrapFile(), 'alice', oathtool(secretOf(shown.uri), '--now', '+30 seconds'))).toBe(true);
    const devices = (await cs.json(['devices', 'list', 'alice', '--json'])) as unknown[];
    expect(devices).toMatchObject([{ kind: 'totp', status: 'active' }]);
  });

  test('finds everything again at the second start, and shows no secret then', async () => {
    await (await cs.start(['dev'], started)).stop();
    const first = bootstrapFile();
    const server = await cs.start(['dev'], started);
    expect(bootstrapFile()).toEqual(first);
    expect(server.output()).not.toContain(first.integration.token);
    expect(server.output()).not.toContain(first.integration.secretKey);
    expect(await verify(first, 'demo', oathtool(secretOf(first.demo.otpauth), '--now', '+30 seconds'))).toBe(true);
  });

  test('serve --first-start makes an installation without a demo user, which a second start finds (OSS-68, OSS-71)', async () => {
    const first = await cs.start(['serve', '--first-start'], /===> Administrator/);
    const { integration, url } = bootstrapFile();
    expect(first.output()).toContain(integration.secretKey);
    const users = await fetch(`${url}/v1/users`, { headers: { Authorization: `Bearer ${integration.token}` } });
    expect(await users.json()).toEqual({ items: [] });
    await first.stop();
    const second = await cs.start(['serve', '--first-start'], /Countersign server started/);
    expect(second.output()).not.toContain(integration.secretKey);
    expect(bootstrapFile().integration).toEqual(integration);
  });

  test('is what "npm start" comes to, with the signals and the exit code of its own', async () => {
    const server = await cs.start([], started, {}, join(repository, 'scripts', 'start.mjs'));
    expect((await fetch(`${bootstrapFile().url}/readyz`)).status).toBe(200);
    expect(await server.stop('SIGTERM')).toBe(0);
  });

  test('says which variable chooses another port when somebody has this one', async () => {
    const other = await listen(port);
    try {
      const { status, stderr } = await cs.run(['dev']);
      expect(status).toBe(1);
      expect(stderr).toContain('in use');
      expect(stderr).toContain('COUNTERSIGN_LISTEN=');
    } finally {
      other.close();
    }
  });

  test('serves Adjure at the main address when its port is taken', async () => {
    const holder = await listen(5000).catch(() => undefined);
    try {
      // As if nobody had chosen: the test of a fixed port cannot be alone with it.
      await cs.start(['dev'], started, { COUNTERSIGN_ADJURE_LISTEN: '' });
      const { url, adjure } = bootstrapFile();
      expect(adjure.url).toBe(url);
      expect((await fetch(`${adjure.url}/healthcheck`)).status).toBe(200);
    } finally {
      holder?.close();
    }
  });

  test('keeps mail, and shows it with "inbox"', async () => {
    await cs.start(['dev'], started);
    const { url, integration } = bootstrapFile();
    const response = await fetch(`${url}/v1/enrollments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${integration.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'bob', kind: 'email', options: { address: 'bob@example.org' } }),
    });
    expect(response.status).toBe(201);
    expect(await cs.json(['inbox', '--json'])).toMatchObject([{ channel: 'mail', to: 'bob@example.org' }]);
    expect(await cs.done(['inbox', '--last'])).toMatch(/\b\d{6}\b/);
    expect(await cs.json(['inbox', '--json', '--to', 'alice@example.org'])).toEqual([]);
  });
});

async function listen(on: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(on, '127.0.0.1', resolve);
  });
  return server;
}
