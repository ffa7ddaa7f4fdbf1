import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdjureFixture, startAdjure } from './adjure.fixture.ts';
import { adjureDoor } from './index.ts';

let adjure: AdjureFixture;
beforeEach(async () => {
  adjure = await startAdjure();
});
afterEach(() => adjure.close());

const query = '/user/auth_code?user_id=nobody';

/** The status of a request, and the code of its envelope. */
async function ask(source: string, headers: Record<string, string> = {}, path = query): Promise<[number, string]> {
  const answer = await adjure.fetch(path, { headers }, source);
  const body = (await answer.json()) as { error_code: string };
  return [answer.status, body.error_code];
}

test('a token in either header is let in from every address', async () => {
  for (const headers of [
    { authorization: `Bearer ${adjure.token}` },
    { authorization: `bearer  ${adjure.token}` },
    { 'x-integration-token': adjure.token },
  ])
    expect(await ask('192.0.2.1', headers)).toEqual([400, 'USER_NOT_FOUND']);
});

test('a wrong token is refused, also from an address that needs none', async () => {
  for (const headers of [
    { authorization: 'Bearer wrong' },
    { authorization: 'Bearer' },
    { authorization: `Bearer ${adjure.token}x` },
    { 'x-integration-token': '' },
  ])
    for (const source of ['127.0.0.1', '192.0.2.1']) expect(await ask(source, headers)).toEqual([401, 'UNAUTHORIZED']);
  const answer = await adjure.fetch(query, {}, '192.0.2.1');
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
});

test('without a token the address decides', async () => {
  for (const source of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
    expect(await ask(source)).toEqual([400, 'USER_NOT_FOUND']);
  for (const source of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', 'unknown', ''])
    expect(await ask(source)).toEqual([401, 'UNAUTHORIZED']);
});

test('a page in a browser on this machine is refused without a token (WEB-01): by what it says of itself, and by the name it asks for', async () => {
  for (const headers of [{ origin: 'https://example.org' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    expect(await ask('127.0.0.1', headers)).toEqual([401, 'UNAUTHORIZED']);
  }
  expect(await ask('127.0.0.1', {}, `http://rebound.example.org${query}`)).toEqual([401, 'UNAUTHORIZED']);
  expect(await ask('127.0.0.1', {}, `http://[::1]:5000${query}`)).toEqual([400, 'USER_NOT_FOUND']);
  expect(await ask('127.0.0.1', { authorization: `Bearer ${adjure.token}`, origin: 'null' })).toEqual([
    400,
    'USER_NOT_FOUND',
  ]);
});

test('a credential of another scheme is no credential, as it always was', async () => {
  const basic = { authorization: `Basic ${Buffer.from('alice:secret').toString('base64')}` };
  expect(await ask('127.0.0.1', basic)).toEqual([400, 'USER_NOT_FOUND']);
  expect(await ask('192.0.2.1', basic)).toEqual([401, 'UNAUTHORIZED']);
});

test('by default the door is open to nobody without a token', async () => {
  await adjure.configure({ openTo: [] });
  expect(await ask('127.0.0.1')).toEqual([401, 'UNAUTHORIZED']);
});

test('without a tokenless integration every caller needs a token', async () => {
  const door = adjureDoor({ engine: adjure.engine });
  const answer = await door.app.request(query, {}, { source: '127.0.0.1', secure: false });
  expect(answer.status).toBe(401);
});

test('an integration that does not list the door is shut out: by name with a token, without one like any stranger', async () => {
  await adjure.configure(undefined);
  expect(await ask('127.0.0.1', { authorization: `Bearer ${adjure.token}` })).toEqual([403, 'DOOR_CLOSED']);
  expect(await ask('127.0.0.1')).toEqual([401, 'UNAUTHORIZED']);
});

test('an integration that is out of use is refused, with a token and without', async () => {
  await adjure.engine.integrations.update(adjure.caller, adjure.integration.id, { active: false });
  expect(await ask('127.0.0.1', { authorization: `Bearer ${adjure.token}` })).toEqual([401, 'UNAUTHORIZED']);
  expect(await ask('127.0.0.1')).toEqual([401, 'UNAUTHORIZED']);
});

test('every endpoint but the healthcheck asks who is there', async () => {
  for (const path of [
    '/user/provision',
    '/user/authenticate',
    '/user/recovery/authenticate',
    '/user/recovery/regenerate',
  ])
    expect((await adjure.fetch(path, { method: 'POST', body: '{}' }, '192.0.2.1')).status).toBe(401);
  for (const path of ['/user/auth_code', '/user/qrcode'])
    expect((await adjure.fetch(path, {}, '192.0.2.1')).status).toBe(401);
  expect((await adjure.fetch('/healthcheck', {}, '192.0.2.1')).status).toBe(200);
});

test('auth_code can be switched off for everybody', async () => {
  await adjure.provision('123');
  await adjure.configure({ authCode: false });
  const path = '/user/auth_code?user_id=123';
  expect(await ask('127.0.0.1', {}, path)).toEqual([404, 'NOT_FOUND']);
  expect(await ask('192.0.2.1', { authorization: `Bearer ${adjure.token}` }, path)).toEqual([404, 'NOT_FOUND']);
});

test('without a token auth_code answers loopback only, unless its own setting says otherwise', async () => {
  await adjure.provision('123');
  const path = '/user/auth_code?user_id=123';
  await adjure.configure({ openTo: ['127.0.0.0/8', '192.0.2.0/24'] });
  expect(await ask('192.0.2.1', {}, path)).toEqual([403, 'FORBIDDEN']);
  expect((await adjure.fetch('/user/qrcode?issuer=a&username=b&user_id=123', {}, '192.0.2.1')).status).toBe(200);
  expect((await adjure.fetch(path, { headers: { 'x-integration-token': adjure.token } }, '192.0.2.1')).status).toBe(
    200,
  );
  expect((await adjure.fetch(path)).status).toBe(200);
  await adjure.configure({ openTo: ['127.0.0.0/8', '192.0.2.0/24'], authCodeOpenTo: ['192.0.2.1'] });
  expect((await adjure.fetch(path, {}, '192.0.2.1')).status).toBe(200);
  expect(await ask('192.0.2.2', {}, path)).toEqual([403, 'FORBIDDEN']);
});

test('users of one integration with a realm of its own are unknown to another', async () => {
  await adjure.provision('123');
  const { token } = await adjure.engine.integrations.create(adjure.caller, {
    name: 'Other',
    realm: 'own',
    doors: { adjure: {} },
  });
  const headers = { authorization: `Bearer ${token}` };
  expect(await ask('192.0.2.1', headers, '/user/auth_code?user_id=123')).toEqual([400, 'USER_NOT_FOUND']);
  expect((await adjure.post('/user/provision', { user_id: '123' }, headers)).status).toBe(200);
});
