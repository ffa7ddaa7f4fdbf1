import { describe, expect, test } from 'vitest';
import { basic, type HeaderFields, openWire, type Wire } from './oss2fa.fixture.ts';

const detail = { detail: expect.any(String) as string };
const enrollments = '/integration/enrollments';
const json = { 'Content-Type': 'application/json' };

const raw = (value: string) => ({ Authorization: value });

describe('credentials', () => {
  test('OSS-62 that are missing, malformed or wrong are answered alike, never with an error of the server', async () => {
    const wire = await openWire();
    const attempts: HeaderFields[] = [
      {},
      basic(wire.accessKey, 'wrong'),
      basic('unknown', wire.secretKey),
      basic('', ''),
      basic(wire.accessKey, ''),
      raw('Basic'),
      raw('Basic one two'),
      raw('Basic ***'),
      raw(`Basic ${Buffer.from('no colon').toString('base64')}`),
      raw(`Basic ${Buffer.from([0xff, 0x3a, 0xfe]).toString('base64')}`),
      raw(`Bearer ${wire.token}`),
      { 'X-Integration-Token': '' },
      { 'X-Integration-Token': 'wrong' },
    ];
    const paths = [
      ['POST', '/integration/clients/auth'],
      ['POST', enrollments],
      ['GET', `${enrollments}/1`],
      ['POST', `${enrollments}/1/prepare-device`],
      ['POST', `${enrollments}/1/complete`],
      ['POST', '/integration/challenges'],
      ['GET', '/integrations/challenges/1'],
      ['POST', '/integrations/challenges/1/complete'],
      ['GET', '/devices-kind'],
    ] as const;
    for (const [method, path] of paths)
      for (const headers of attempts) {
        const answer = await wire.send(method, path, { headers });
        expect([path, headers, answer.status, answer.body]).toEqual([path, headers, 401, detail]);
        expect(answer.headers.get('WWW-Authenticate')).toBe('Basic realm="api"');
        expect(answer.headers.get('X-Error-Code')).toBe('unauthorized');
      }
  });

  test('OSS-62 an unknown access key and a wrong secret are answered with the same bytes', async () => {
    const wire = await openWire();
    const told = async (headers: HeaderFields) => {
      const answer = await wire.get(`${enrollments}/1`, headers);
      return [answer.status, answer.text, Object.fromEntries(answer.headers)];
    };
    expect(await told(basic('A'.repeat(32), wire.secretKey))).toEqual(
      await told(basic(wire.accessKey, 'A'.repeat(48))),
    );
  });

  test('the access key alone, which is public, is no token', async () => {
    const wire = await openWire();
    expect((await wire.get(`${enrollments}/1`, { 'X-Integration-Token': wire.accessKey })).status).toBe(401);
  });

  test('an integration that does not list this door finds it closed', async () => {
    const wire = await openWire();
    await wire.configure({ doors: { rest: {} } });
    const answer = await wire.get(`${enrollments}/1`);
    expect([answer.status, answer.body]).toEqual([403, detail]);
    expect(answer.headers.get('X-Error-Code')).toBe('door_closed');
  });
});

describe('what the caller wants to read', () => {
  test.each([
    ['*/*', 201],
    ['', 201],
    ['application/json', 201],
    ['application/*', 201],
    ['application/json; version=1.0', 201],
    ['application/json;version="1.0"', 201],
    ['*/*; version=1.0', 201],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 201],
    ['text/html', 201],
    ['application/xml, application/json', 201],
    ['application/json; version=2.0', 406],
    ['application/json; version=1', 406],
    ['application/json; version=', 406],
    ['*/*; version=2.0', 406],
    ['application/json; version=2.0, */*', 406],
    ['application/xml', 406],
    ['nonsense', 406],
  ])('OSS-61 Accept: %s is answered with %i', async (Accept, status) => {
    const wire = await openWire();
    const answer = await wire.post(enrollments, { username: 'isaac' }, { ...wire.keyPair, Accept });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(answer.body).toEqual(expect.objectContaining(status === 406 ? detail : { username: 'isaac' }));
  });

  test('OSS-61 ?format=json says so as well', async () => {
    const wire = await openWire();
    const told = async (query: string, headers: HeaderFields) =>
      (await wire.get(`/devices-kind${query}`, { ...wire.keyPair, ...headers })).status;
    expect(await told('?format=json', {})).toBe(200);
    expect(await told('?format=json', { Accept: 'application/xml' })).toBe(200);
    expect(await told('?format=json', { Accept: 'application/json; version=2.0' })).toBe(406);
    expect(await told('?format=xml', {})).toBe(406);
  });

  test('OSS-61 is looked at before who he is, and who he is before the method', async () => {
    const wire = await openWire();
    const Accept = 'application/json; version=2.0';
    expect((await wire.send('POST', enrollments, { headers: { Accept } })).status).toBe(406);
    expect((await wire.send('DELETE', enrollments)).status).toBe(401);
    expect((await wire.send('DELETE', enrollments, { headers: wire.keyPair })).status).toBe(405);
  });
});

describe('what the caller sends', () => {
  test.each(['{', '{"username": }', 'username', '{"username":"a","username":"b"}', ' '])(
    'OSS-63 %j is not well-formed',
    async (body) => {
      const wire = await openWire();
      const answer = await wire.send('POST', enrollments, { body, headers: { ...wire.keyPair, ...json } });
      expect([answer.status, answer.body]).toEqual([400, detail]);
      expect(answer.headers.get('X-Error-Code')).toBe('malformed_request');
    },
  );

  test('OSS-63 bytes that are not UTF-8, and a broken form of several parts, are not well-formed', async () => {
    const wire = await openWire();
    for (const [type, body] of [
      ['application/json', Buffer.from([0x22, 0xff, 0x22])],
      ['multipart/form-data', 'x'],
      ['multipart/form-data; boundary=x', '--y'],
    ] as const) {
      const headers = { ...wire.keyPair, 'Content-Type': type };
      const answer = await wire.send('POST', enrollments, { body, headers });
      expect([answer.status, answer.body]).toEqual([400, detail]);
    }
  });

  test.each(['text/plain', 'application/xml', 'application/octet-stream', 'nonsense'])(
    'OSS-63 %s is a media type that is not read',
    async (type) => {
      const wire = await openWire();
      const headers = { ...wire.keyPair, 'Content-Type': type };
      const answer = await wire.send('POST', enrollments, { body: '{"username":"isaac"}', headers });
      expect([answer.status, answer.body]).toEqual([415, detail]);
    },
  );

  test('a body that is too large is refused', async () => {
    const wire = await openWire();
    const answer = await wire.post(enrollments, { username: 'a'.repeat(100_000) });
    expect([answer.status, answer.body]).toEqual([413, detail]);
  });

  test.each(['[]', '[{"username":"isaac"}]', '"isaac"', '7', 'null', 'true'])(
    'OSS-64 %s is no object',
    async (body) => {
      const wire = await openWire();
      const { pk } = await wire.prepare('isaac');
      for (const path of [enrollments, `${enrollments}/${pk}/complete`]) {
        const answer = await wire.send('POST', path, { body, headers: { ...wire.keyPair, ...json } });
        expect([answer.status, answer.body]).toEqual([400, { non_field_errors: [expect.any(String)] }]);
      }
    },
  );

  test('no body is an empty object, whatever its type', async () => {
    const wire = await openWire();
    for (const headers of [wire.keyPair, { ...wire.keyPair, 'Content-Type': 'text/plain' }]) {
      const answer = await wire.send('POST', enrollments, { headers });
      expect([answer.status, answer.body]).toEqual([400, { username: [expect.any(String)] }]);
    }
  });
});

describe('every answer', () => {
  const resources: [path: string, allow: string][] = [
    ['/integration/clients/auth', 'POST, OPTIONS'],
    ['/integration/enrollments', 'POST, OPTIONS'],
    ['/integration/enrollments/1', 'GET, HEAD, OPTIONS'],
    ['/integration/enrollments/1/prepare-device', 'POST, OPTIONS'],
    ['/integration/enrollments/1/complete', 'POST, OPTIONS'],
    ['/integration/challenges', 'POST, OPTIONS'],
    ['/integration/challenges/1', 'GET, HEAD, OPTIONS'],
    ['/integration/challenges/1/complete', 'POST, OPTIONS'],
    ['/devices-kind', 'GET, HEAD, OPTIONS'],
    ['/tenants', 'POST, OPTIONS'],
    ['/tenants/integrations', 'GET, POST, HEAD, OPTIONS'],
  ];

  /** Credentials that the resource takes. */
  async function login(wire: Wire, path: string): Promise<HeaderFields> {
    if (!path.startsWith('/tenants')) return wire.keyPair;
    const caller = path === '/tenants' ? wire.system : { ...wire.system, tenant: wire.tenant };
    const password = 'a quiet harbour at dawn';
    const person = { firstName: 'Alice', lastName: 'Example', email: 'alice@example.org', password };
    await wire.engine.administrators.create(caller, person);
    return basic('alice@example.org', password);
  }

  test.each(resources)('OSS-65 of %s says that it takes %s, and has the headers of this API', async (path, allow) => {
    const wire = await openWire();
    const headers = await login(wire, path);
    for (const method of ['GET', 'POST', 'PUT', 'OPTIONS', 'HEAD']) {
      const answer = await wire.send(method, path, { headers });
      expect(answer.headers.get('Allow')).toBe(allow);
      expect(answer.headers.get('Vary')).toBe('Accept');
      expect(answer.headers.get('X-Frame-Options')).toBe('SAMEORIGIN');
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
    }
  });

  test.each(resources)('OSS-63 of %s to methods other than %s is 405', async (path, allow) => {
    const wire = await openWire();
    const headers = await login(wire, path);
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'].filter((method) => !allow.includes(method));
    for (const method of others) {
      const answer = await wire.send(method, path, { headers });
      expect([method, answer.status, answer.body]).toEqual([method, 405, detail]);
      expect(answer.headers.get('X-Error-Code')).toBe('method_not_allowed');
      expect(answer.headers.get('Allow')).toBe(allow);
    }
  });

  test.each(resources)('OPTIONS of %s describes it without credentials', async (path) => {
    const wire = await openWire();
    const answer = await wire.send('OPTIONS', path);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      name: expect.any(String) as string,
      description: expect.any(String) as string,
      renders: ['application/json'],
      parses: ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data'],
    });
  });

  test('HEAD has the headers of GET and no body', async () => {
    const wire = await openWire();
    const answer = await wire.send('HEAD', '/devices-kind', { headers: wire.keyPair });
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('Content-Type')).toBe('application/json');
  });

  test('lets pages of any origin read it, and says before they send what they may send', async () => {
    const wire = await openWire();
    const Origin = 'https://app.example.org';
    const answer = await wire.get('/devices-kind', { ...wire.keyPair, Origin });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(answer.headers.has('Access-Control-Allow-Credentials')).toBe(false);
    const refused = await wire.get('/devices-kind', { Origin });
    expect([refused.status, refused.headers.get('Access-Control-Allow-Origin')]).toEqual([401, '*']);
    const preflight = await wire.send('OPTIONS', enrollments, {
      headers: {
        Origin,
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'x-integration-token',
      },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('X-Integration-Token');
    expect((await wire.get('/devices-kind')).headers.has('Access-Control-Allow-Origin')).toBe(false);
  });

  test('lets no page read it when that is switched off', async () => {
    const wire = await openWire({ corsAllowAll: false });
    const answer = await wire.get('/devices-kind', { ...wire.keyPair, Origin: 'https://app.example.org' });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });
});

describe('a path', () => {
  test('may end in one slash', async () => {
    const wire = await openWire();
    expect((await wire.post(`${enrollments}/`, { username: 'isaac' })).status).toBe(201);
    expect((await wire.get('/devices-kind/')).status).toBe(200);
  });

  test.each([
    `${enrollments}//`,
    `${enrollments}/x`,
    `${enrollments}/1x`,
    `${enrollments}/-1`,
    `${enrollments}/1/other`,
    `${enrollments}/1/complete/2`,
    '/integration',
    '/integrations/clients',
    '/tenants/1',
    '/devices-kindly',
  ])('that is unknown does not exist: %s', async (path) => {
    const wire = await openWire();
    const answer = await wire.get(path);
    expect([answer.status, answer.body]).toEqual([404, detail]);
  });
});

describe('what goes wrong on the side of the server', () => {
  test('is told as such without its reason, changes nothing and is reported; a refusal is not', async () => {
    const wire = await openWire({}, { serverKinds: { totp: { digits: 5 } } });
    const pk = await wire.begin('isaac');
    const answer = await wire.post(`${enrollments}/${pk}/prepare-device`, { kind: 1 });
    expect([answer.status, answer.body]).toEqual([500, detail]);
    expect(answer.headers.get('X-Error-Code')).toBe('misconfigured');
    expect(answer.text).not.toContain('digits');
    expect((await wire.get<{ status: number }>(`${enrollments}/${pk}`)).body.status).toBe(1);
    await wire.get(`${enrollments}/4711`);
    expect(wire.faults).toEqual([expect.objectContaining({ code: 'misconfigured' })]);
  });
});
