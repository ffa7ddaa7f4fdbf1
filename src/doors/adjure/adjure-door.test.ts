import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdjureFixture, startAdjure } from './adjure.fixture.ts';

let adjure: AdjureFixture;
beforeEach(async () => {
  adjure = await startAdjure();
});
afterEach(() => adjure.close());

const resources = {
  '/user/provision': 'POST',
  '/user/auth_code': 'GET',
  '/user/authenticate': 'POST',
  '/user/recovery/authenticate': 'POST',
  '/user/recovery/regenerate': 'POST',
  '/user/qrcode': 'GET',
  '/healthcheck': 'GET',
} as const;
const paths = Object.entries(resources);

test('ADJ-49: the healthcheck answers an empty object', async () => {
  const { status, text } = await adjure.get('/healthcheck');
  expect(status).toBe(200);
  expect(text).toBe('{}\n');
});

test('ADJ-50: every refusal is the envelope of two texts', async () => {
  const refused = [
    ...(await Promise.all(
      paths.map(([path, method]) => adjure.fetch(path, { method: method === 'GET' ? 'POST' : 'GET' })),
    )),
    await adjure.fetch('/user/provision', { method: 'POST', body: 'not JSON' }),
    await adjure.fetch('/user/auth_code'),
    await adjure.fetch('/user/qrcode?issuer=a&username=b&user_id=nobody'),
    await adjure.fetch('/user/nothing'),
    await adjure.fetch('/user'),
    await adjure.fetch('/user/auth_code?user_id=123', {}, '192.0.2.1'),
    await adjure.fetch('/user/auth_code?user_id=123', { headers: { authorization: 'Bearer wrong' } }),
  ];
  for (const answer of refused) {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toMatch(/^\{"error_code":"[A-Z_]+","error_message":"[^"\\]+"\}\n$/);
  }
});

test.each(paths)('ADJ-55: %s knows %s and OPTIONS, and answers 405 with Allow to the rest', async (path, method) => {
  const allow = method === 'GET' ? 'GET, HEAD, OPTIONS' : 'OPTIONS, POST';
  for (const other of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].filter((name) => !allow.includes(name))) {
    const answer = await adjure.fetch(path, { method: other });
    expect([other, answer.status, answer.headers.get('allow')]).toEqual([other, 405, allow]);
  }
  const options = await adjure.fetch(path, { method: 'OPTIONS' });
  expect([options.status, options.headers.get('allow'), await options.text()]).toEqual([200, allow, '']);
});

test('ADJ-55: unknown paths and trailing slashes are answered with 404', async () => {
  for (const path of [
    '/user',
    '/user/',
    '/user/provision/',
    '/user//provision',
    '/user/recovery',
    '/healthcheck/',
    '/user/Provision',
  ])
    for (const method of ['GET', 'POST']) expect((await adjure.fetch(path, { method })).status).toBe(404);
});

test('ADJ-55: HEAD answers like GET, without a body', async () => {
  await adjure.provision('123');
  for (const path of ['/healthcheck', '/user/auth_code?user_id=123', '/user/qrcode?issuer=a&username=b&user_id=123']) {
    const [head, get] = [await adjure.fetch(path, { method: 'HEAD' }), await adjure.fetch(path)];
    expect([head.status, [...head.headers]]).toEqual([get.status, [...get.headers]]);
    expect(await head.text()).toBe('');
  }
  expect((await adjure.fetch('/user/auth_code?user_id=nobody', { method: 'HEAD' })).status).toBe(400);
});

test('a fault tells the caller nothing and the operator everything', async () => {
  await adjure.configure({ keyLength: 7 });
  const { status, body, text } = await adjure.post('/user/provision', { user_id: '123' });
  expect([status, body.error_code]).toEqual([500, 'MISCONFIGURED']);
  expect(text).not.toContain('keyLength');
  expect(adjure.faults).toMatchObject([
    { code: 'misconfigured', detail: expect.stringContaining('doors.adjure.keyLength') },
  ]);
});

test('ADJ-56: load on all endpoints at the same time makes no fault', async () => {
  const users = Array.from({ length: 20 }, (_, index) => `user ${index}`);
  const work = users.map(async (userId) => {
    const [first = '', second = ''] = await adjure.provision(userId);
    const { body } = await adjure.get('/user/auth_code', { user_id: userId });
    return Promise.all([
      adjure.authenticate(userId, body.code ?? ''),
      adjure.authenticate(userId, '0'),
      adjure.recover(userId, first),
      adjure.recover(userId, second),
      adjure.post('/user/provision', { user_id: userId }).then(({ status }) => status),
      adjure.fetch(`/user/qrcode?issuer=a&username=b&user_id=${userId}`).then(({ status }) => status),
      adjure.get('/healthcheck').then(({ status }) => status),
      adjure.post('/user/recovery/regenerate', { user_id: users[0] }).then(({ status }) => status),
    ]);
  });
  const answers = await Promise.all(work);
  expect(adjure.faults).toEqual([]);
  for (const [right, wrong, first, second, again, qr, health, regenerated] of answers.slice(1)) {
    expect([right, wrong, first, second, again, qr, health]).toEqual([200, 400, 200, 200, 400, 200, 200]);
    expect([200, 409]).toContain(regenerated);
  }
});
