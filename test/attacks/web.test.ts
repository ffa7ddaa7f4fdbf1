// Section "browser", as far as it concerns an API: what a page in somebody's browser can do to it, and what an answer tells.
import { describe, expect, onTestFinished, test } from 'vitest';
import { everyEndpoint, pathOf } from '../../src/doors/rest/rest.fixture.ts';
import { adjureDoor } from '../../src/doors/adjure/index.ts';
import { oss2faDoor } from '../../src/doors/oss2fa/index.ts';
import { restDoor } from '../../src/doors/rest/index.ts';
import type { Engine } from '../../src/engine/index.ts';
import { pathParameters } from '../../src/http/endpoint.ts';
import { createHandler } from '../../src/server/create-handler.ts';
import { startTestServer } from '../../src/server/server.fixture.ts';
import { type EveryDoor, openEveryDoor, type Sent, type Told } from './every-door.fixture.ts';
import { ask } from './raw-http.fixture.ts';

interface Call {
  method: string;
  target: string;
  sent: Sent;
}

/** A call of every route of every door with good credentials. What it is answered does not matter. */
function everyCall(t: EveryDoor): Call[] {
  const native = everyEndpoint().map(([, endpoint]): Call => {
    const headers = endpoint.security === 'integration' ? t.rest : t.admin;
    const target = pathOf(
      endpoint,
      pathParameters(endpoint.path).map(() => '1'),
    );
    return { method: endpoint.method, target, sent: { headers, ...(endpoint.body !== undefined && { body: {} }) } };
  });
  const older: [string, string, Sent][] = [
    ['POST', '/integration/clients/auth', { headers: t.oss2fa, body: { username: 'alice' } }],
    ['POST', '/integration/enrollments', { headers: t.oss2fa, body: { username: '<script>alert(1)</script>' } }],
    ['GET', '/integration/enrollments/1', { headers: t.oss2fa }],
    [
      'POST',
      '/integration/enrollments/1/prepare-device',
      { headers: t.oss2fa, body: { kind: '<script>', options: {} } },
    ],
    ['POST', '/integration/enrollments/1/complete', { headers: t.oss2fa, body: { token: '1' } }],
    ['POST', '/integration/challenges', { headers: t.oss2fa, body: { username: 'alice', reference: '<b>' } }],
    ['GET', '/integration/challenges/1', { headers: t.oss2fa }],
    ['POST', '/integration/challenges/1/complete', { headers: t.oss2fa, body: { token: '1' } }],
    ['GET', '/devices-kind', { headers: t.oss2fa }],
    ['POST', '/tenants', { headers: t.platform, body: { name: '<script>' } }],
    ['GET', '/tenants/integrations', { headers: t.admin }],
    ['POST', '/user/provision', { body: { user_id: '<script>alert(1)</script>' } }],
    ['GET', '/user/auth_code?user_id=alice', {}],
    ['POST', '/user/authenticate', { body: { user_id: 'alice', auth_code: '1' } }],
    ['POST', '/user/recovery/authenticate', { body: { user_id: 'alice', recovery_code: '1' } }],
    ['POST', '/user/recovery/regenerate', { body: { user_id: 'alice' } }],
    ['GET', '/user/qrcode?user_id=alice&issuer=%3Cscript%3E&username=%3Cscript%3E', {}],
    ['GET', '/healthcheck', {}],
  ];
  return [...native, ...older.map(([method, target, sent]) => ({ method, target, sent }))];
}

/** Each as it is, without credentials, by a method that it does not have, and as a page in a browser asks. */
async function everyAnswer(t: EveryDoor): Promise<[string, Told][]> {
  const answers: [string, Told][] = [];
  for (const { method, target, sent } of everyCall(t)) {
    const { headers = {} } = sent;
    const variants: [string, string, Sent][] = [
      ['as it is', method, sent],
      ['without credentials', method, { ...sent, headers: {}, source: '192.0.2.1' }],
      ['by another method', 'PUT', { headers, body: {} }],
      ['asked by a page', method, { ...sent, headers: { ...headers, Origin: 'https://example.net', Cookie: 'a=b' } }],
      [
        'asked first',
        'OPTIONS',
        { headers: { Origin: 'https://example.net', 'Access-Control-Request-Method': method } },
      ],
    ];
    for (const [name, by, given] of variants)
      answers.push([`${by} ${target}, ${name}`, await t.send(by, target, given)]);
  }
  return answers;
}

describe('every answer of every door', () => {
  test('is kept by nobody, framed by nobody, and never a page (WEB-02, WEB-03, WEB-11)', async () => {
    const t = await openEveryDoor();
    await t.enrol('alice');
    for (const [name, { headers, status, text }] of await everyAnswer(t)) {
      expect([name, status, headers.get('cache-control')]).toEqual([name, status, 'no-store']);
      expect([name, headers.get('content-security-policy')]).toEqual([
        name,
        expect.stringContaining("frame-ancestors 'none'"),
      ]);
      expect([name, headers.get('content-security-policy')]).toEqual([
        name,
        expect.stringContaining("default-src 'none'"),
      ]);
      expect([name, headers.get('x-content-type-options')]).toEqual([name, 'nosniff']);
      expect([name, headers.get('referrer-policy')]).toEqual([name, 'no-referrer']);
      expect([name, headers.get('x-frame-options')]).toEqual([name, expect.stringMatching(/^(DENY|SAMEORIGIN)$/)]);
      const type = headers.get('content-type');
      const types = ['application/json', 'application/problem+json', 'image/png', null];
      expect([name, types.includes(type)]).toEqual([name, true]);
      if (text === '') continue;
      expect([name, type]).not.toEqual([name, null]);
    }
    expect(t.faults).toEqual([]);
  });

  test('sets no cookie and counts none, and no page may send it the credentials of its visitor (WEB-01, WEB-06)', async () => {
    const t = await openEveryDoor();
    await t.enrol('alice');
    for (const [name, { headers }] of await everyAnswer(t)) {
      expect([name, headers.get('set-cookie')]).toEqual([name, null]);
      expect([name, headers.get('access-control-allow-credentials')]).toEqual([name, null]);
      expect([name, [null, '*'].includes(headers.get('access-control-allow-origin'))]).toEqual([name, true]);
    }
    const bearer = t.rest['Authorization']?.replace('Bearer ', '') ?? '';
    for (const cookie of [
      `token=${bearer}; session=${bearer}; Authorization=${bearer}`,
      `__Host-session=${bearer}; session=x; session=${bearer}`,
      'x'.repeat(8000),
    ]) {
      for (const { method, target, sent } of everyCall(t)) {
        if (target === '/v1/openapi.json' || target === '/healthcheck') continue;
        const { status } = await t.send(method, target, { ...sent, headers: { Cookie: cookie }, source: '192.0.2.1' });
        expect([method, target, status]).toEqual([
          method,
          target,
          expect.toSatisfy((code: number) => [401, 403].includes(code)),
        ]);
      }
    }
  });

  test('takes nothing from a form of a page that a browser sends with the credentials it keeps (WEB-01)', async () => {
    const t = await openEveryDoor();
    for (const origin of ['https://example.net', 'null', 'http://localhost:8300']) {
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=b', 'text/plain']) {
        const headers = { ...t.admin, Origin: origin, 'Content-Type': type };
        for (const target of ['/v1/integrations', '/v1/administrators', '/tenants/integrations', '/tenants']) {
          const { status } = await t.send('POST', target, { headers, body: 'name=Evil&notes=x' });
          expect([target, type, status]).toEqual([
            target,
            type,
            expect.toSatisfy((code: number) => [403, 415].includes(code)),
          ]);
        }
      }
    }
    expect((await t.engine.integrations.list(t.caller)).items).toHaveLength(1);
  });

  test('that says something failed says nothing else: no reason, no statement, no place (WEB-13)', async () => {
    const t = await openEveryDoor();
    const secret = 'select secret from devices at /srv/countersign/dist/engine.js:1:2 hunter2';
    // Everything but who is asking fails with an error that tells too much.
    const { administrators, integrations } = t.engine;
    const kept = new Set<unknown>(
      [administrators, integrations].flatMap((part) =>
        ['authenticate', 'authenticateToken'].map((name): unknown => Reflect.get(part, name)),
      ),
    );
    const broken = (part: object): object =>
      new Proxy(part, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (kept.has(value)) return value;
          if (typeof value === 'object' && value !== null) return broken(value);
          return () => {
            throw Object.assign(new TypeError(secret, { cause: new Error(secret) }), { sql: secret });
          };
        },
      });
    const engine = broken(t.engine) as Engine;
    const faults: unknown[] = [];
    const report = (error: unknown) => void faults.push(error);
    const tokenlessIntegration = () => integrations.get(t.caller, t.integration.id);
    const handle = createHandler({
      doors: [
        restDoor({ engine, version: '0', report }),
        oss2faDoor({ engine, report }),
        adjureDoor({ engine, report, tokenlessIntegration }),
      ],
    });
    let failed = 0;
    for (const { method, target, sent } of everyCall(t)) {
      if (target === '/v1/openapi.json') continue;
      const body = sent.body === undefined ? {} : { body: JSON.stringify(sent.body) };
      const headers = { ...sent.headers, 'Content-Type': 'application/json' };
      const request = new Request(`http://localhost:8300${target}`, { method, headers, ...body });
      const response = await handle(request, { source: '127.0.0.1', secure: false });
      const all = (await response.text()) + JSON.stringify([...response.headers]);
      expect([method, target, all]).toEqual([
        method,
        target,
        expect.not.stringMatching(/hunter2|select |srv|\.js|\.ts|Error|    at /),
      ]);
      if (response.status >= 500) failed++;
    }
    expect(failed).toBeGreaterThan(20);
    expect(faults).toHaveLength(failed);
  });
});

describe('a browser that has been given too many cookies', () => {
  test('is told so, and served again when they are gone (WEB-06)', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.close());
    const port = Number(new URL(server.server.url).port);
    const many = { Cookie: Array.from({ length: 40 }, (_, index) => `c${index}=${'x'.repeat(1000)}`).join('; ') };
    expect((await ask(port, 'GET', '/healthz', { headers: many })).status).toBe(431);
    expect((await ask(port, 'GET', '/healthz')).status).toBe(200);
  });

  test('is not answered with anything of its own where a path looks like a file that may be kept (WEB-11)', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.close());
    const port = Number(new URL(server.server.url).port);
    const headers = { Authorization: `Bearer ${server.file.integration.token}` };
    for (const path of [
      '/v1/users/x.css',
      '/v1/users.css',
      '/v1/users;x.css',
      '/v1/whoami/logo.png',
      '/v1/whoami%2fx.js',
      '/healthz/x.css',
      '/',
    ]) {
      const answer = await ask(port, 'GET', path, { headers });
      expect([path, answer.headers['cache-control']]).toEqual([path, 'no-store']);
      expect([path, answer.text.includes(server.file.integration.id)]).toEqual([path, false]);
    }
  });
});
