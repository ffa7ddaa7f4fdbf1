import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdjureFixture, startAdjure } from './adjure.fixture.ts';

let adjure: AdjureFixture;
beforeEach(async () => {
  adjure = await startAdjure();
});
afterEach(() => adjure.close());

const provision = (body: unknown) => adjure.post('/user/provision', body);
const keyOf = async (userId: string) => Object.fromEntries((await adjure.scan(userId)).searchParams);

test('ADJ-01: answers with the user id and recovery codes, keys in order, a newline at the end', async () => {
  const { status, headers, text, body } = await provision({
    user_id: '123',
    key_length: 6,
    key_valid_duration: 30,
    hash_algorithm: 'SHA256',
  });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body.user_id).toBe('123');
  expect(text).toMatch(/^\{"recovery_codes":\[.*\],"user_id":"123"\}\n$/);
});

test('ADJ-02: there are ten different recovery codes, each a random UUID of 32 lower-case hexadecimal digits', async () => {
  const codes = await adjure.provision('123');
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
});

test('ADJ-03: with a user id alone the defaults are 6 digits, 30 seconds and SHA256', async () => {
  await adjure.provision('123');
  expect(await keyOf('123')).toMatchObject({ digits: '6', period: '30', algorithm: 'SHA256' });
});

test('ADJ-04: the settings of the door replace the defaults, the request replaces the settings', async () => {
  await adjure.configure({ keyLength: 8, keyValidDuration: 60, hashAlgorithm: 'SHA1' });
  await adjure.provision('123');
  await adjure.provision('124', { key_length: 6, hash_algorithm: 'SHA512' });
  expect(await keyOf('123')).toMatchObject({ digits: '8', period: '60', algorithm: 'SHA1' });
  expect(await keyOf('124')).toMatchObject({ digits: '6', period: '60', algorithm: 'SHA512' });
});

test('settings that change later leave the users as they are', async () => {
  await adjure.provision('123');
  await adjure.configure({ keyLength: 8, keyValidDuration: 60, hashAlgorithm: 'SHA1' });
  expect(await keyOf('123')).toMatchObject({ digits: '6', period: '30', algorithm: 'SHA256' });
  expect(await adjure.authenticate('123', await adjure.appCode('123'))).toBe(200);
});

test('ADJ-05: with a key length of 8 the codes have 8 digits', async () => {
  await adjure.provision('123', { key_length: 8 });
  const { body } = await adjure.get('/user/auth_code', { user_id: '123' });
  expect(body.code).toMatch(/^[0-9]{8}$/);
  expect(await adjure.authenticate('123', body.code ?? '')).toBe(200);
});

test('ADJ-06: a duration of 60 is in the QR code and makes steps of 60 seconds', async () => {
  await adjure.provision('123', { key_valid_duration: 60 });
  expect(await keyOf('123')).toMatchObject({ period: '60' });
  adjure.clock.set(Math.ceil(adjure.clock.now() / 60_000) * 60_000);
  const code = await adjure.appCode('123');
  adjure.clock.advance(119_000);
  expect(await adjure.authenticate('123', code)).toBe(200);
});

test.each(['SHA1', 'SHA256', 'SHA512'])('ADJ-07: oathtool computes the same codes with %s', async (hash_algorithm) => {
  await adjure.provision('123', { hash_algorithm });
  await adjure.provision('124', { hash_algorithm, key_length: 8 });
  for (const userId of ['123', '124']) {
    const code = await adjure.appCode(userId);
    expect((await adjure.get('/user/auth_code', { user_id: userId })).body.code).toBe(code);
    expect(await adjure.authenticate(userId, code)).toBe(200);
  }
});

test.each([
  ['ADJ-08', {}],
  ['ADJ-08', { user_id: 2 }],
  ['ADJ-08', { user_id: null }],
  ['ADJ-09', { user_id: '1', key_length: 7 }],
  ['ADJ-09', { user_id: '1', key_length: 10 }],
  ['ADJ-09', { user_id: '1', key_length: '6' }],
  ['ADJ-09', { user_id: '1', key_length: null }],
  ['ADJ-10', { user_id: '1', hash_algorithm: 'MD5' }],
  ['ADJ-10', { user_id: '1', hash_algorithm: 'sha256' }],
  ['ADJ-12', []],
  ['ADJ-12', [{}]],
  ['ADJ-12', [{ user_id: '2' }]],
  ['ADJ-12', null],
  ['ADJ-12', 'not JSON'],
  ['ADJ-12', ''],
  ['ADJ-12', '{"user_id":"1"'],
  ['ADJ-15', { user_id: '1', key_valid_duration: -30 }],
  ['ADJ-15', { user_id: '1', key_valid_duration: 0 }],
  ['ADJ-15', { user_id: '1', key_valid_duration: 29.5 }],
  ['ADJ-15', { user_id: '1', key_valid_duration: 3601 }],
  ['ADJ-15', { user_id: '1', key_valid_duration: 1e300 }],
  ['ADJ-15', { user_id: '1', key_valid_duration: true }],
  ['ADJ-15', { user_id: '' }],
  ['ADJ-15', { user_id: 'x'.repeat(129) }],
  ['ADJ-15', { user_id: 'a\0b' }],
  ['ADJ-15', { user_id: 'a\nb' }],
  ['ADJ-15', '{"user_id":"\\ud800"}'],
])('%s: %j is refused with INVALID_PARAMS', async (_id, body) => {
  const answer = await provision(body);
  expect(answer.status).toBe(400);
  expect(answer.body.error_code).toBe('INVALID_PARAMS');
  expect(answer.body.error_message).not.toBe('');
});

test('a broken byte is refused, so that two ids never become one', async () => {
  const body = Buffer.from('{"user_id":"a\xff"}', 'latin1');
  expect((await adjure.fetch('/user/provision', { method: 'POST', body })).status).toBe(400);
});

test('a body of more than 64 KiB is refused', async () => {
  const { status, body } = await provision({ user_id: '1', padding: 'x'.repeat(70_000) });
  expect(status).toBe(413);
  expect(body.error_code).toBe('BODY_TOO_LARGE');
});

test('6.0 is 6, and every duration from 1 to 3600 seconds makes codes that are accepted', async () => {
  expect((await provision('{"user_id":"float","key_length":6.0}')).status).toBe(200);
  for (const key_valid_duration of [1, 10, 300, 3600]) {
    const userId = `every ${key_valid_duration}`;
    await adjure.provision(userId, { key_valid_duration });
    expect(await keyOf(userId)).toMatchObject({ period: String(key_valid_duration) });
    expect(await adjure.authenticate(userId, await adjure.appCode(userId))).toBe(200);
  }
});

test('ADJ-11: a second provisioning is refused and changes neither secret nor codes', async () => {
  const [first = ''] = await adjure.provision('123');
  const key = await keyOf('123');
  const { status, body } = await provision({ user_id: '123', key_length: 8 });
  expect(status).toBe(400);
  expect(body.error_code).toBe('USER_PROVISION_FAILURE');
  expect(await keyOf('123')).toEqual(key);
  expect(await adjure.recover('123', first)).toBe(200);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', ''])(
  'ADJ-13: the body is JSON with the content type %j',
  async (type) => {
    const { status } = await adjure.post(
      '/user/provision',
      { user_id: '123' },
      type === '' ? {} : { 'content-type': type },
    );
    expect(status).toBe(200);
  },
);

test('ADJ-14: the secret has 160 bits, other ones for every user', async () => {
  await adjure.provision('123');
  await adjure.provision('124');
  const [one, other] = [await keyOf('123'), await keyOf('124')];
  expect(one['secret']).toMatch(/^[A-Z2-7]{32}$/);
  expect(one['secret']).not.toBe(other['secret']);
});

test('ADJ-16: unknown members are passed over', async () => {
  const { status } = await provision({ user_id: '123', email: 'alice@example.org', deep: { er: [1, null] } });
  expect(status).toBe(200);
});

test('user ids are exact: case, blanks and accents make different users', async () => {
  const long = ['x'.repeat(128), '🔑'.repeat(64)];
  const ids = ['alice', 'Alice', 'álice', ' alice', 'alice ', 'ALICE', '👩‍🚀', '0', "'", '%', '/../', ...long];
  for (const id of ids) expect([id, (await provision({ user_id: id })).status]).toEqual([id, 200]);
  for (const id of ids) expect((await provision({ user_id: id })).body.error_code).toBe('USER_PROVISION_FAILURE');
});

test('an id in another normal form than NFC is nobody, so that it is never taken for that of another user', async () => {
  const [composed, decomposed] = ['álice', 'a\u0301lice'];
  const [code = ''] = await adjure.provision(composed);
  expect((await provision({ user_id: decomposed })).body.error_code).toBe('INVALID_PARAMS');
  expect((await adjure.get('/user/auth_code', { user_id: decomposed })).body.error_code).toBe('USER_NOT_FOUND');
  expect(await adjure.authenticate(decomposed, await adjure.appCode(composed))).toBe(400);
  expect(await adjure.recover(decomposed, code)).toBe(400);
  expect((await adjure.post('/user/recovery/regenerate', { user_id: decomposed })).status).toBe(400);
  expect(await adjure.recover(composed, code)).toBe(200);
});

test('ADJ-17: of 50 provisionings of one id at the same time exactly one succeeds', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => provision({ user_id: '123' })));
  const [winner, ...others] = answers.filter(({ status }) => status === 200);
  expect(others).toEqual([]);
  const refused = answers.filter(({ body }) => body.error_code === 'USER_PROVISION_FAILURE');
  expect(refused.map(({ status }) => status)).toEqual(Array.from({ length: 49 }, () => 400));
  expect(await adjure.recover('123', winner?.body.recovery_codes?.[9] ?? '')).toBe(200);
});

test('where the policy does not allow authenticator apps, nobody can be provisioned', async () => {
  const policy = { allowedKinds: ['email'] };
  await adjure.engine.integrations.update(adjure.caller, adjure.integration.id, { policy });
  const { status, body } = await provision({ user_id: '123' });
  expect([status, body.error_code]).toEqual([400, 'USER_PROVISION_FAILURE']);
  expect(await adjure.engine.users.findByName(adjure.caller, '123')).toBeUndefined();
});

test('a user who came through another door is provisioned here once, and not while he has another device', async () => {
  await adjure.engine.users.create(adjure.caller, { name: '123' });
  expect((await adjure.get('/user/auth_code', { user_id: '123' })).body.error_code).toBe('USER_NOT_FOUND');
  const { status, body } = await adjure.get('/user/qrcode', { user_id: '123', issuer: '', username: '' });
  expect([status, body.error_code]).toEqual([404, 'USER_NOT_FOUND']);
  expect((await provision({ user_id: '123' })).status).toBe(200);
  await adjure.engine.devices.provision(adjure.caller, { user: '124', devices: [{ kind: 'totp' }] });
  expect((await provision({ user_id: '124' })).body.error_code).toBe('USER_PROVISION_FAILURE');
});
