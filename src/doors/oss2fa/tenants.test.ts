import { describe, expect, test } from 'vitest';
import { basic, type EnrollmentBody, type HeaderFields, openWire, type Wire } from './oss2fa.fixture.ts';

interface IntegrationBody {
  pk: number;
  name: string;
  secret_key: string;
  access_key: string;
  endpoint: string;
  notes: string;
}

const password = 'a quiet harbour at dawn';
const administrator = (email: string) => ({ first_name: 'Alice', last_name: 'Example', email, password });

/** The login of the platform's administrator. */
async function platform(wire: Wire): Promise<HeaderFields> {
  await wire.engine.administrators.create(wire.system, {
    login: 'root',
    email: 'root@example.org',
    firstName: 'Root',
    lastName: 'Example',
    password,
  });
  return basic('root', password);
}

/** A new tenant; resolves with the login of its administrator. */
async function createTenant(wire: Wire, name: string, email: string, root: HeaderFields): Promise<HeaderFields> {
  const { status } = await wire.post('/tenants', { name, administrator: administrator(email) }, root);
  expect(status).toBe(201);
  return basic(email, password);
}

async function createIntegration(wire: Wire, login: HeaderFields, name = 'VPN'): Promise<IntegrationBody> {
  const { status, body } = await wire.post<IntegrationBody>('/tenants/integrations', { name, notes: 'n' }, login);
  expect(status).toBe(201);
  return body;
}

const keyPair = ({ access_key, secret_key }: IntegrationBody) => basic(access_key, secret_key);

describe('tenants', () => {
  test('OSS-55 are created with their administrator', async () => {
    const wire = await openWire();
    const root = await platform(wire);
    const { status, body } = await wire.post(
      '/tenants',
      { name: 'Example', administrator: administrator('alice@example.org') },
      root,
    );
    expect(status).toBe(201);
    expect(body).toEqual({ pk: expect.any(Number) as number, name: 'Example' });
  });

  test('OSS-55 OSS-26 are created by a form too', async () => {
    const wire = await openWire();
    const headers = await platform(wire);
    const fields = Object.entries(administrator('alice@example.org')).map(([name, value]) => [
      `administrator.${name}`,
      value,
    ]);
    const body = new URLSearchParams({ name: 'Example', ...(Object.fromEntries(fields) as Record<string, string>) });
    expect((await wire.send('POST', '/tenants', { body, headers })).status).toBe(201);
  });

  test('OSS-55 are refused field by field', async () => {
    const wire = await openWire();
    const root = await platform(wire);
    const refused = async (body: object) => {
      const answer = await wire.post('/tenants', body, root);
      expect(answer.status).toBe(400);
      return answer.body;
    };
    const message = [expect.any(String)];
    expect(await refused({})).toEqual({ name: message, administrator: message });
    expect(await refused({ name: ' ', administrator: {} })).toEqual({
      name: message,
      administrator: { first_name: message, last_name: message, email: message, password: message },
    });
    expect(await refused({ name: 'Example', administrator: administrator('nowhere') })).toEqual({
      administrator: { email: message },
    });
  });

  test('OSS-55 of a name or an e-mail address that is taken are refused', async () => {
    const wire = await openWire();
    const root = await platform(wire);
    await createTenant(wire, 'Example', 'alice@example.org', root);
    const name = await wire.post('/tenants', { name: 'Example', administrator: administrator('b@example.org') }, root);
    expect([name.status, name.body]).toEqual([400, { name: [expect.any(String)] }]);
    const email = await wire.post(
      '/tenants',
      { name: 'Other', administrator: administrator('alice@example.org') },
      root,
    );
    expect([email.status, email.body]).toEqual([400, { administrator: { email: [expect.any(String)] } }]);
  });

  test('OSS-56 need the administrator of the platform', async () => {
    const wire = await openWire();
    const root = await platform(wire);
    const alice = await createTenant(wire, 'Example', 'alice@example.org', root);
    const attempt = (headers: HeaderFields) =>
      wire.post('/tenants', { name: 'New', administrator: administrator('new@example.org') }, headers);
    for (const headers of [{}, basic('root', 'wrong'), wire.keyPair, { 'X-Integration-Token': wire.token }]) {
      const answer = await attempt(headers);
      expect([answer.status, answer.body]).toEqual([401, { detail: expect.any(String) as string }]);
      expect(answer.headers.get('WWW-Authenticate')).toBe('Basic realm="api"');
    }
    const answer = await attempt(alice);
    expect([answer.status, answer.body]).toEqual([403, { detail: expect.any(String) as string }]);
  });

  test('OSS-56 can be opened to everybody; wrong credentials are refused all the same', async () => {
    const wire = await openWire({ openTenants: true });
    const body = { name: 'New', administrator: administrator('new@example.org') };
    expect((await wire.post('/tenants', body, basic('root', 'wrong'))).status).toBe(401);
    expect((await wire.post('/tenants', body, {})).status).toBe(201);
  });

  test('OSS-63 cannot be listed', async () => {
    const wire = await openWire();
    const answer = await wire.get('/tenants', await platform(wire));
    expect(answer.status).toBe(405);
    expect(answer.headers.get('Allow')).toBe('POST, OPTIONS');
  });
});

describe('the integrations of a tenant', () => {
  test('OSS-57 are created with keys that work at once', async () => {
    const wire = await openWire();
    const alice = await createTenant(wire, 'Example', 'alice@example.org', await platform(wire));
    const { status, body } = await wire.post<IntegrationBody>(
      '/tenants/integrations',
      { name: 'VPN', notes: 'The gateway' },
      alice,
    );
    expect(status).toBe(201);
    expect(body).toEqual({
      pk: expect.any(Number) as number,
      name: 'VPN',
      secret_key: expect.stringMatching(/^[A-Za-z0-9]{48}$/) as string,
      access_key: expect.stringMatching(/^[A-Za-z0-9]{32}$/) as string,
      endpoint: '',
      notes: 'The gateway',
    });
    expect(await wire.begin('isaac', keyPair(body))).toBeGreaterThan(0);
  });

  test('OSS-57 need a name and notes', async () => {
    const wire = await openWire();
    const alice = await createTenant(wire, 'Example', 'alice@example.org', await platform(wire));
    const { status, body } = await wire.post('/tenants/integrations', { notes: ' ' }, alice);
    expect(status).toBe(400);
    expect(body).toEqual({ name: [expect.any(String)], notes: [expect.any(String)] });
  });

  test('OSS-58 OSS-60 are listed with their secret keys, those of the own tenant only', async () => {
    const wire = await openWire();
    const root = await platform(wire);
    const alice = await createTenant(wire, 'Example', 'alice@example.org', root);
    const bob = await createTenant(wire, 'Other', 'bob@example.org', root);
    expect((await wire.get('/tenants/integrations', alice)).body).toEqual([]);
    const first = await createIntegration(wire, alice, 'VPN');
    const second = await createIntegration(wire, alice, 'Wiki');
    await createIntegration(wire, bob, 'Shop');
    const { status, body } = await wire.get<IntegrationBody[]>('/tenants/integrations', alice);
    expect(status).toBe(200);
    expect(body).toHaveLength(2);
    expect(body).toEqual(expect.arrayContaining([first, second]));
  });

  test('OSS-58 are for an administrator with his password', async () => {
    const wire = await openWire();
    await createTenant(wire, 'Example', 'alice@example.org', await platform(wire));
    for (const headers of [{}, basic('alice@example.org', 'wrong'), basic('nobody', password), wire.keyPair]) {
      const answer = await wire.get('/tenants/integrations', headers);
      expect([answer.status, answer.body]).toEqual([401, { detail: expect.any(String) as string }]);
      expect(answer.headers.get('WWW-Authenticate')).toBe('Basic realm="api"');
    }
  });

  test('a login of the platform belongs to no tenant and is told so', async () => {
    const wire = await openWire();
    const answer = await wire.get('/tenants/integrations', await platform(wire));
    expect([answer.status, answer.body]).toEqual([403, { detail: expect.any(String) as string }]);
  });

  test('OSS-59 keep their clients apart: one username can enroll in both', async () => {
    const wire = await openWire();
    const alice = await createTenant(wire, 'Example', 'alice@example.org', await platform(wire));
    const first = keyPair(await createIntegration(wire, alice, 'VPN'));
    const second = keyPair(await createIntegration(wire, alice, 'Wiki'));
    await wire.enroll('isaac', first);
    const other = await wire.post('/integration/clients/auth', { username: 'isaac' }, second);
    expect(other.body).toEqual({ result: 1 });
    expect((await wire.post('/integration/challenges', { username: 'isaac' }, second)).status).toBe(404);
    await wire.enroll('isaac', second);
  });
});

describe('what belongs to another integration does not exist', () => {
  test.each(['the same tenant', 'another tenant'])('OSS-07 OSS-38 OSS-60 TEN-01 TEN-02 TEN-04 in %s', async (place) => {
    const wire = await openWire();
    const root = await platform(wire);
    const alice = await createTenant(wire, 'Example', 'alice@example.org', root);
    const bob = place === 'the same tenant' ? alice : await createTenant(wire, 'Other', 'bob@example.org', root);
    const owner = keyPair(await createIntegration(wire, alice, 'VPN'));
    const stranger = keyPair(await createIntegration(wire, bob, 'Wiki'));

    const prepared = await wire.prepare('carol', owner);
    const { app } = await wire.enroll('isaac', owner);
    wire.clock.advance(60_000);
    const challenge = await wire.challenge('isaac', owner);
    const enrollments = `/integration/enrollments/${prepared.pk}`;
    const challenges = `/integration/challenges/${challenge}`;
    const token = prepared.app.code();

    const attempts = [
      { expected: 404, answer: await wire.get(enrollments, stranger) },
      { expected: 404, answer: await wire.post(`${enrollments}/prepare-device`, { kind: 1 }, stranger) },
      { expected: 400, answer: await wire.post(`${enrollments}/complete`, { token }, stranger) },
      { expected: 400, answer: await wire.post(`${enrollments}/complete`, {}, stranger) },
      { expected: 404, answer: await wire.get(challenges, stranger) },
      { expected: 404, answer: await wire.post(`${challenges}/complete`, { token: app.code() }, stranger) },
      { expected: 404, answer: await wire.post(`${challenges}/complete`, {}, stranger) },
    ];
    for (const { expected, answer } of attempts) expect([answer.status, answer.text]).toEqual([expected, '']);

    // A device of somebody else is no device of a client of the stranger's.
    await wire.enroll('isaac', stranger);
    const auth = await wire.post<{ devices: { pk: number }[] }>(
      '/integration/clients/auth',
      { username: 'isaac' },
      owner,
    );
    const device_pk = auth.body.devices[0]?.pk;
    const foreign = await wire.post('/integration/challenges', { username: 'isaac', device_pk }, stranger);
    expect([foreign.status, foreign.body]).toEqual([400, expect.any(String)]);

    // And none of this has touched anything.
    wire.clock.advance(30_000);
    expect((await wire.get<EnrollmentBody>(enrollments, owner)).body.status).toBe(2);
    const answered = await wire.post<EnrollmentBody>(`${challenges}/complete`, { token: app.code() }, owner);
    expect(answered.body.status).toBe(3);
  });
});
