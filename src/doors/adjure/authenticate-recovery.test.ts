import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdjureFixture, startAdjure } from './adjure.fixture.ts';

let adjure: AdjureFixture;
beforeEach(async () => {
  adjure = await startAdjure();
});
afterEach(() => adjure.close());

const recover = (body: unknown) => adjure.post('/user/recovery/authenticate', body);
const regenerate = (body: unknown) => adjure.post('/user/recovery/regenerate', body);

test('ADJ-31: a fresh recovery code is accepted with an empty object', async () => {
  const [code = ''] = await adjure.provision('123');
  const { status, text } = await recover({ user_id: '123', recovery_code: code });
  expect(status).toBe(200);
  expect(text).toBe('{}\n');
});

test('ADJ-32: a recovery code is accepted once', async () => {
  const [code = ''] = await adjure.provision('123');
  expect(await adjure.recover('123', code)).toBe(200);
  const { status, body } = await recover({ user_id: '123', recovery_code: code });
  expect([status, body.error_code]).toEqual([400, 'INVALID_RECOVERY_CODE']);
});

test('ADJ-34: a code of another user and nonsense are refused alike, and the other user keeps his code', async () => {
  const [code = ''] = await adjure.provision('alice');
  const [used = ''] = await adjure.provision('bob');
  expect(await adjure.recover('bob', used)).toBe(200);
  const answers = await Promise.all(
    [code, used, 'foobar', '', '٣'.repeat(32)].map((recovery_code) => recover({ user_id: 'bob', recovery_code })),
  );
  for (const { status, body, text } of answers) {
    expect([status, body.error_code]).toEqual([400, 'INVALID_RECOVERY_CODE']);
    expect(text).toBe(answers[0]?.text);
  }
  expect(await adjure.recover('alice', code)).toBe(200);
});

test('a code of the authenticator app is not accepted as a recovery code', async () => {
  await adjure.provision('123');
  const code = await adjure.appCode('123');
  expect(await adjure.recover('123', code)).toBe(400);
  expect(await adjure.authenticate('123', code)).toBe(200);
});

test('a recovery code may be typed in capitals and with dashes; it is the same code', async () => {
  const [code = ''] = await adjure.provision('123');
  const dashed = code.toUpperCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  expect(dashed).toHaveLength(36);
  expect(await adjure.recover('123', dashed)).toBe(200);
  expect(await adjure.recover('123', code)).toBe(400);
});

test.each([
  ['USER_NOT_FOUND', { user_id: 'nobody', recovery_code: 'foobar' }],
  ['USER_NOT_FOUND', { user_id: '', recovery_code: 'foobar' }],
  ['INVALID_PARAMS', { user_id: '123' }],
  ['INVALID_PARAMS', { recovery_code: 'foobar' }],
  ['INVALID_PARAMS', { user_id: '123', recovery_code: 1 }],
  ['INVALID_PARAMS', 'not JSON'],
])('ADJ-35: recovery/authenticate answers %s to %j', async (code, body) => {
  const answer = await recover(body);
  expect([answer.status, answer.body.error_code]).toEqual([400, code]);
});

test('ADJ-36: regenerating gives ten new codes and voids every old one', async () => {
  const old = await adjure.provision('123');
  expect(await adjure.recover('123', old[0] ?? '')).toBe(200);
  const { status, body } = await regenerate({ user_id: '123' });
  expect([status, body.user_id]).toEqual([200, '123']);
  const fresh = body.recovery_codes ?? [];
  expect(new Set([...fresh, ...old]).size).toBe(20);
  for (const code of fresh) expect(code).toMatch(/^[0-9a-f]{32}$/);

  expect(await adjure.recover('123', fresh[0] ?? '')).toBe(200);
  for (const code of old.slice(0, 5)) expect(await adjure.recover('123', code)).toBe(400);
  expect(await adjure.recover('123', fresh[9] ?? '')).toBe(200);
  for (const code of old.slice(5)) expect(await adjure.recover('123', code)).toBe(400);
});

test.each([
  ['USER_NOT_FOUND', { user_id: 'nobody' }],
  ['USER_NOT_FOUND', { user_id: 'x'.repeat(200) }],
  ['INVALID_PARAMS', {}],
  ['INVALID_PARAMS', { user_id: 5 }],
  ['INVALID_PARAMS', null],
])('ADJ-37: recovery/regenerate answers %s to %j', async (code, body) => {
  const answer = await regenerate(body);
  expect([answer.status, answer.body.error_code]).toEqual([400, code]);
});

test('ADJ-38: of 20 uses of one recovery code at the same time exactly one succeeds', async () => {
  const [code = ''] = await adjure.provision('123');
  const statuses = await Promise.all(Array.from({ length: 20 }, () => adjure.recover('123', code)));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
});

test('ADJ-39: a recovery code that is used leaves the authenticator app and the other nine alone', async () => {
  const codes = await adjure.provision('123');
  for (const code of codes) expect(await adjure.recover('123', code)).toBe(200);
  expect(await adjure.authenticate('123', await adjure.appCode('123'))).toBe(200);
});

test('wrong recovery codes are throttled with 429 and how long to wait', async () => {
  const [code = ''] = await adjure.provision('123');
  const statuses: number[] = [];
  for (let guess = 0; guess < 50 && statuses.at(-1) !== 429; guess++)
    statuses.push(await adjure.recover('123', guess.toString(16).padStart(32, '0')));
  expect(statuses.at(-1)).toBe(429);
  const { headers, body } = await recover({ user_id: '123', recovery_code: code });
  expect(body.error_code).toBe('RATE_LIMITED');
  adjure.clock.advance(Number(headers.get('retry-after')) * 1000);
  expect(await adjure.recover('123', code)).toBe(200);
});
