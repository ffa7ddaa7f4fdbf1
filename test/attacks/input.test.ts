// Section "input confusion", as far as it needs a real listener: spellings of a path, header fields, the log.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyEndpoint, pathOf } from '../../src/doors/rest/rest.fixture.ts';
import { pathParameters } from '../../src/http/endpoint.ts';
import { createLog } from '../../src/server/log.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { ask, exchangeBytes } from './raw-http.fixture.ts';

let server: TestServer;
let port: number;
beforeAll(async () => {
  server = await startTestServer({ config: { log: { level: 'debug' } } });
  port = Number(new URL(server.server.url).port);
});
afterAll(() => server.close());

/** Some of the ways in which a path has been written to get past whoever looks at it first. */
function spellings(path: string): string[] {
  const [, first = '', ...rest] = path.split('/');
  const tail = rest.join('/');
  const hex = (text: string, escape: string) =>
    text.replace(/[a-z]/, (c) => `${escape}${c.charCodeAt(0).toString(16)}`);
  return [
    path,
    `${path}/`,
    `${path}//`,
    `/${path}`,
    `//localhost${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/healthz/..${path}`,
    `/healthz/%2e%2e${path}`,
    `/healthz;${path}`,
    `/healthz/..;${path}`,
    `/healthz%2f..${path}`,
    `/${first}//${tail}`,
    `/${first}/./${tail}`,
    `/${first}/;x=1/${tail}`,
    `/${first};x/${tail}`,
    `/${first}%2f${tail}`,
    `/${first}%252f${tail}`,
    `/${first}%5c${tail}`,
    `\\${path.slice(1)}`,
    path.toUpperCase(),
    hex(path, '%'),
    hex(path, '%25'),
    `${path}%00`,
    `${path}%00.css`,
    `${path}.json`,
    `${path}/x.css`,
    `${path}%20`,
    `${path}%23`,
    `${path}#`,
    `${path}#/healthz`,
    `${path}?`,
    `${path}?x=/healthz`,
    `${path}%3f`,
    `${path};.css`,
    `/%ef%bc%8f${path.slice(1)}`,
    `/v1/openapi.json/..${path}`,
    `/v1/openapi.json/../../${path}`,
    `http://localhost${path}`,
    `http://localhost/healthz/..${path}`,
    `http://healthz${path}`,
  ];
}

/** What a stranger may read: it names nobody and changes nothing. */
const open = new Set(['/', '/healthz', '/readyz', '/v1/openapi.json']);

describe('a path', () => {
  const routes = [
    ...everyEndpoint()
      .filter(([, { security }]) => security !== 'none')
      .map(([, { method, path }]): [string, string] => [method, path]),
    ['POST', '/integration/challenges'],
    ['POST', '/integrations/challenges/1/complete'],
    ['GET', '/devices-kind'],
    ['POST', '/tenants'],
    ['GET', '/tenants/integrations'],
    ['GET', '/user/auth_code?user_id=demo'],
    ['POST', '/user/provision'],
    ['GET', '/metrics'],
    ['GET', '/dev/inbox'],
  ] as [string, string][];

  test.each(routes)(
    '%s %s opens nothing without credentials, however it is written (INP-13, ADM-07)',
    async (method, path) => {
      const target = path.includes(':')
        ? pathOf(
            everyEndpoint().find(([, each]) => each.path === path)?.[1] as never,
            pathParameters(path).map(() => '1'),
          )
        : path;
      // What a proxy passes on is not of this machine, to which some things are open.
      const headers = { 'X-Forwarded-For': '192.0.2.1', 'Content-Type': 'application/json' };
      const body = ['GET', 'DELETE'].includes(method) ? {} : { body: '{}' };
      const wrong: unknown[] = [];
      for (const spelling of spellings(target)) {
        const { status, text } = await ask(port, method, spelling, { headers, ...body });
        if (status >= 400 && status < 500) continue;
        // A target that the server reads as one of its open pages is answered with that page, and with nothing else.
        const page = [...open].find((each) => pages[each] === text);
        if (status === 200 && page !== undefined) continue;
        wrong.push([spelling, status, text.slice(0, 80)]);
      }
      expect(wrong).toEqual([]);
    },
  );

  const pages: Record<string, string> = {};
  beforeAll(async () => {
    for (const path of open) pages[path] = (await ask(port, 'GET', path)).text;
  });

  test('is asked by the method that stands in front of it, whatever a header says (INP-13)', async () => {
    const headers = { Authorization: `Bearer ${server.file.integration.token}` };
    const { body: made } = await server.call('/v1/users', { name: 'override' });
    const { id } = made as { id: string };
    for (const field of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method']) {
      await ask(port, 'GET', `/v1/users/${id}?_method=DELETE`, { headers: { ...headers, [field]: 'DELETE' } });
      expect((await ask(port, 'GET', `/v1/users/${id}`, { headers })).status).toBe(200);
    }
    for (const field of ['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Uri', 'X-Forwarded-Prefix']) {
      const { text } = await ask(port, 'GET', '/healthz', { headers: { ...headers, [field]: `/v1/users/${id}` } });
      expect(text).toBe('ok\n');
    }
  });
});

describe('a header field', () => {
  const head = (...lines: string[]) =>
    `${['POST /v1/verify HTTP/1.1', 'Host: localhost', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`;
  const question = '{"user":"demo","code":"000000"}';

  test('that says who asks counts for nothing; only credentials do (INP-14)', async () => {
    for (const field of [
      'X-Auth-User',
      'X_Auth_User',
      'X-Forwarded-User',
      'X-Remote-User',
      'Remote-User',
      'X-User',
      'X-Integration-Id',
      'X-Tenant-Id',
      'X-Forwarded-Client-Cert',
      'X-SSL-Client-Verify',
    ]) {
      const value = server.file.integration.id;
      const answer = await exchangeBytes(
        port,
        head(
          `${field}: ${value}`,
          `Connection: ${field}`,
          'Content-Type: application/json',
          `Content-Length: ${question.length}`,
        ),
        question,
      );
      expect([field, answer.slice(0, 12)]).toEqual([field, 'HTTP/1.1 401']);
    }
  });

  test('that breaks its line is refused before anything is done, never half-way (INP-11, INP-14)', async () => {
    const bearer = `Authorization: Bearer ${server.file.integration.token}`;
    const rest = ['Content-Type: application/json', `Content-Length: ${question.length}`];
    for (const line of [
      'X-A: a\rSet-Cookie: b=c',
      'X-A: a\0b',
      ' X-A: folded',
      'X-A : blank',
      'X A: blank',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding : chunked',
      'Transfer-Encoding: xchunked',
      'Content-Length: +31',
      'Content-Length: 0x1f',
      'Content-Length: 31, 31',
    ]) {
      const answer = await exchangeBytes(port, head(bearer, line, ...rest), question);
      const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status);
      expect([line, statuses]).toEqual([line, [expect.stringMatching(/^4/)]]);
      expect(answer).not.toContain('Set-Cookie');
    }
    // Two lines are two fields of the request, and none of the answer.
    const two = await exchangeBytes(port, head(bearer, 'X-A: a\nSet-Cookie: b=c', ...rest), question);
    expect(two).not.toContain('Set-Cookie');
  });

  test('that holds anything never ends the process, and no answer repeats it (INP-11, DOS-09)', async () => {
    const values = [
      '\u00e9',
      '\u0080\u009b31m',
      'a\tb',
      '%0d%0aSet-Cookie: x=y',
      '${jndi:ldap://x}',
      '"><script>',
      'a'.repeat(4000),
    ];
    for (const name of [
      'User-Agent',
      'Idempotency-Key',
      'Authorization',
      'Accept',
      'Accept-Language',
      'Origin',
      'Referer',
      'X-Integration-Token',
      'Cookie',
    ]) {
      for (const value of values) {
        for (const target of ['/v1/users', '/integration/challenges', '/user/authenticate', '/', '/nothing']) {
          const answer = await exchangeBytes(
            port,
            `POST ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${name}: ${value}\r\nContent-Length: 0\r\n\r\n`,
          );
          expect([name, value, answer.slice(0, 10)]).toEqual([name, value, 'HTTP/1.1 4']);
          expect(answer).not.toContain('Set-Cookie');
          expect(answer).not.toContain(value);
        }
      }
    }
  });
});

describe('the log', () => {
  /** Attempts to write a line of one's own, or to move the cursor of whoever reads the log. */
  async function provoke(): Promise<void> {
    await server.call('/v1/verify', { user: 'a\r\n{"level":"audit","msg":"forged"}', code: '1' });
    await server.call('/v1/verify', { user: '\u001b[2J', code: '1' });
    await server.call('/v1/users', { name: 'plain{"level":"audit"}\u2028' });
    for (const path of [
      '/v1/\u001b[31m',
      '/v1/\u009b31m',
      '/\u0085x',
      '/%0a%7b%22level%22',
      '/"}{"level":"audit"',
      '/\u0080',
    ]) {
      await exchangeBytes(
        port,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nUser-Agent: \u009b31m\r\n\r\n`,
      );
      await exchangeBytes(port, `G\u001bT ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    }
  }

  test('has one JSON object a line, without a character that could end it or steer a terminal (INP-11)', async () => {
    await provoke();
    expect(server.lines.length).toBeGreaterThan(10);
    for (const line of server.lines) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.stringMatching(/^(debug|info|warn|error)$/) as string });
      expect(line.replace(/\n$/, '')).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }
  });

  test('for people has one line for each, too, whatever the fields hold (INP-11)', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', format: 'pretty' }, { write: (line: string) => void lines.push(line) });
    const evil = 'a\r\n12:00:00 info  forged\u001b[2J\u009b31m\u2028\u202e';
    log.info({ path: evil, list: [evil], [evil]: 'x' }, evil);
    expect(lines).toHaveLength(1);
    expect(lines[0]?.replace(/\n$/, '')).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(lines[0]).toContain('forged');
  });
});
