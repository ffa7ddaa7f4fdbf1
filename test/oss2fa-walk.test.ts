import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { oss2faDoor } from '../src/doors/oss2fa/index.ts';
import { createTestEngine, type TestEngine } from '../src/testing/index.ts';

interface Server extends TestEngine {
  /** Sends exactly these headers and no others, over a connection of its own. */
  call(method: string, path: string, headers: Record<string, string>, body?: string): Promise<Answer>;
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: unknown;
}

interface EnrollmentBody {
  pk: number;
  status: number;
  public_details: { provisioning_uri: string; qr_code: string };
}

/** The door behind a real listener. */
async function startServer(): Promise<Server> {
  const engine = await createTestEngine();
  const door = oss2faDoor({ engine: engine.engine });
  const server = createAdaptorServer({
    fetch: (request) => {
      const [, segment = ''] = new URL(request.url).pathname.split('/');
      if (!door.segments.includes(segment)) return new Response(null, { status: 404 });
      return door.app.fetch(request, { source: '127.0.0.1', secure: false });
    },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(async () => {
    await new Promise((resolve) => {
      server.close(resolve);
    });
    await engine.close();
  });

  return {
    ...engine,
    call: (method, path, headers, body) =>
      new Promise((resolve, reject) => {
        const sent = request({ host: '127.0.0.1', port, method, path, headers, agent: false }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.on('end', () => {
            const answer: unknown = text === '' ? undefined : JSON.parse(text);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: answer });
          });
        });
        sent.on('error', reject);
        sent.end(body);
      }),
  };
}

/** What a camera reads from the picture. */
function scan(png: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-qr-'));
  try {
    const file = join(folder, 'qr.png');
    writeFileSync(file, Buffer.from(png, 'base64'));
    return execFileSync('zbarimg', ['--raw', '-q', file], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What an authenticator app shows that has read the URI. */
function appCode(uri: string, at: number): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const options = ['--totp', '--base32', '--now', `@${Math.floor(at / 1000)}`, secret];
  return execFileSync('oathtool', options, { encoding: 'utf8' }).trim();
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

describe('the OSS2FA API over HTTP', () => {
  test('OSS-01 OSS-11 OSS-13 OSS-18 OSS-70 the documented example, its headers verbatim', async () => {
    const server = await startServer();
    const headers = {
      Host: '127.0.0.1:8300',
      Accept: 'application/json; version=1.0',
      'X-Integration-Token': server.token,
    };
    const begun = await server.call('POST', '/integrations/enrollments', headers, '{\n  "username": "john.doe"\n}\n');
    expect(begun.status).toBe(201);
    const { pk } = begun.body as EnrollmentBody;
    expect(begun.body).toMatchObject({ username: 'john.doe', status: 1, device_selection: null, public_details: null });

    const path = `/integrations/enrollments/${pk}`;
    const prepared = await server.call(
      'POST',
      `${path}/prepare-device`,
      headers,
      '{\n  "kind": "TOTP",\n  "options": {\n    "generate_qr_code": true\n  }\n}\n',
    );
    expect(prepared.status).toBe(200);
    const { public_details: details } = prepared.body as EnrollmentBody;
    expect(scan(details.qr_code)).toBe(details.provisioning_uri);

    const token = appCode(scan(details.qr_code), server.clock.now());
    const completed = await server.call('POST', `${path}/complete`, headers, `{\n  "token": "${token}"\n}\n`);
    expect([completed.status, completed.text]).toEqual([201, '']);
    expect(completed.headers).toMatchObject({
      'content-length': '0',
      vary: 'Accept',
      'x-client-id': expect.stringMatching(/^[1-9]\d*$/) as string,
      allow: 'POST, OPTIONS',
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(completed.headers).not.toHaveProperty('content-type');
  });

  test('OSS-55 OSS-57 OSS-02 OSS-28 OSS-35 OSS-39 dialect B from a new tenant to an answered challenge', async () => {
    const server = await startServer();
    const password = 'a quiet harbour at dawn';
    const person = { firstName: 'Root', lastName: 'Example', email: 'root@example.org', login: 'root', password };
    await server.engine.administrators.create(server.system, person);
    const post = async <Body>(path: string, body: unknown, Authorization: string, status: number): Promise<Body> => {
      const text = JSON.stringify(body);
      const headers = { Authorization, 'Content-Type': 'application/json', 'Content-Length': String(text.length) };
      const answer = await server.call('POST', path, headers, text);
      expect([path, answer.status]).toEqual([path, status]);
      return answer.body as Body;
    };

    const administrator = { first_name: 'Alice', last_name: 'Example', email: 'alice@example.org', password };
    await post('/tenants', { name: 'Example', administrator }, basic('root', password), 201);
    const alice = basic('alice@example.org', password);
    const keys = await post<{ access_key: string; secret_key: string }>(
      '/tenants/integrations',
      { name: 'VPN', notes: 'The gateway' },
      alice,
      201,
    );
    const listed = await server.call('GET', '/tenants/integrations', { Authorization: alice });
    expect(listed.body).toEqual([keys]);

    const vpn = basic(keys.access_key, keys.secret_key);
    const decide = () => post('/integration/clients/auth', { username: 'isaace' }, vpn, 200);
    expect(await decide()).toEqual({ result: 1 });

    const { pk } = await post<EnrollmentBody>('/integration/enrollments', { username: 'isaace' }, vpn, 201);
    const path = `/integration/enrollments/${pk}`;
    const prepare = { kind: 1, options: { generate_qr_code: true } };
    const { public_details: details } = await post<EnrollmentBody>(`${path}/prepare-device`, prepare, vpn, 200);
    const uri = scan(details.qr_code);
    expect(uri).toBe(details.provisioning_uri);
    await post(`${path}/complete`, { token: appCode(uri, server.clock.now()) }, vpn, 201);
    const shown = await server.call('GET', path, { Authorization: vpn });
    expect(shown.body).toMatchObject({ status: 3, username: 'isaace' });
    expect(shown.text).not.toContain(new URL(uri).searchParams.get('secret'));

    const decided = (await decide()) as { devices: { pk: number }[] };
    expect(decided).toMatchObject({ result: 2, devices: [{ kind: { pk: 1, name: 'OTP' }, name: 'OTP [isaace]' }] });

    const answer = async (token: string) => {
      const challenge = { username: 'isaace', device_pk: decided.devices[0]?.pk, reference: 'session 1' };
      const issued = await post<{ pk: number }>('/integration/challenges', challenge, vpn, 201);
      expect(issued).toMatchObject({ status: 2, public_details: null, reference: 'session 1' });
      const { status } = await post<{ status: number }>(
        `/integration/challenges/${issued.pk}/complete`,
        { token },
        vpn,
        200,
      );
      return status;
    };
    expect(await answer(appCode(uri, server.clock.now()))).toBe(4);
    server.clock.advance(60_000);
    expect(await answer(appCode(uri, server.clock.now()))).toBe(3);
    expect(await answer(appCode(uri, server.clock.now()))).toBe(4);
  });
});
