import { afterEach, beforeEach, expect, test } from 'vitest';
import { hotp } from '../../otp/index.ts';
import { type AdjureFixture, oathtool, startAdjure } from './adjure.fixture.ts';

let adjure: AdjureFixture;
beforeEach(async () => {
  adjure = await startAdjure();
});
afterEach(() => adjure.close());

const authenticate = (body: unknown) => adjure.post('/user/authenticate', body);
const authCode = (parameters: Record<string, string>) => adjure.get('/user/auth_code', parameters);

/** A text of digits that is the code of no step near the present. */
async function wrongCode(userId: string): Promise<string> {
  const near = await Promise.all([-3, -2, -1, 0, 1, 2, 3].map((step) => adjure.appCode(userId, step)));
  return ['000000', '111111', '222222', '333333', '444444', '555555', '666666', '777777'].find(
    (code) => !near.includes(code),
  )!;
}

test('ADJ-18: auth_code tells the code that is valid now, as text of all its digits', async () => {
  await adjure.provision('123');
  const { searchParams: key } = await adjure.scan('123');
  // The next time at which the code begins with a zero, found with the other implementation.
  let seconds = Math.floor(adjure.clock.now() / 1000);
  while (!oathtool(key, seconds).startsWith('0')) seconds += 30;
  adjure.clock.set(seconds * 1000);

  const { status, text, headers } = await authCode({ user_id: '123' });
  expect(status).toBe(200);
  expect(text).toBe(`{"code":"${oathtool(key, seconds)}"}\n`);
  expect(headers.get('cache-control')).toBe('no-store');
});

test.each([
  ['USER_NOT_FOUND', { user_id: 'nobody' }],
  ['USER_NOT_FOUND', { user_id: '' }],
  ['USER_NOT_FOUND', { user_id: 'x'.repeat(129) }],
  ['USER_NOT_FOUND', { user_id: '\0' }],
  ['INVALID_PARAMS', {}],
])('ADJ-19: auth_code answers %s to %j', async (code, parameters) => {
  const { status, body } = await authCode(parameters);
  expect(status).toBe(400);
  expect(body.error_code).toBe(code);
});

test('a parameter that is repeated counts the first time; a plus sign is a blank', async () => {
  await adjure.provision('alice 1');
  expect((await adjure.fetch('/user/auth_code?user_id=alice+1&user_id=nobody')).status).toBe(200);
  expect((await adjure.fetch('/user/auth_code?user_id=nobody&user_id=alice%201')).status).toBe(400);
  expect((await adjure.fetch('/user/auth_code?user_id=alice%201%ff')).status).toBe(400);
});

test('ADJ-20: the current code is accepted with an empty object', async () => {
  await adjure.provision('123');
  const { status, text } = await authenticate({ user_id: '123', auth_code: await adjure.appCode('123') });
  expect(status).toBe(200);
  expect(text).toBe('{}\n');
});

test('ADJ-21: a wrong code is refused, and everything that is no code', async () => {
  await adjure.provision('123');
  const right = await adjure.appCode('123');
  const spaced = `${right.slice(0, 3)} ${right.slice(3)}`;
  const wrong = await wrongCode('123');
  for (const auth_code of [
    wrong,
    '99999',
    '',
    '123 456',
    spaced,
    ` ${right}`,
    `${right}\n`,
    `${right}0`,
    right.slice(1),
  ]) {
    const { status, body } = await authenticate({ user_id: '123', auth_code });
    expect([auth_code, status, body.error_code]).toEqual([auth_code, 400, 'VALIDATION_FAILURE']);
  }
});

test('ADJ-22: an unknown user is answered like a wrong code, to the byte', async () => {
  await adjure.provision('123');
  const wrong = await authenticate({ user_id: '123', auth_code: await wrongCode('123') });
  for (const user_id of ['nobody', '', 'x'.repeat(129)]) {
    const unknown = await authenticate({ user_id, auth_code: '123456' });
    expect([unknown.status, unknown.text, [...unknown.headers]]).toEqual([
      wrong.status,
      wrong.text,
      [...wrong.headers],
    ]);
  }
  expect(wrong.body.error_code).toBe('VALIDATION_FAILURE');
});

test.each([
  [{ user_id: '123', auth_code: 123456 }],
  [{ user_id: '123' }],
  [{ auth_code: '123456' }],
  [{ user_id: 123, auth_code: '123456' }],
  [[]],
  ['not JSON'],
])('ADJ-23: %j is refused with INVALID_PARAMS', async (body) => {
  const answer = await authenticate(body);
  expect(answer.status).toBe(400);
  expect(answer.body.error_code).toBe('INVALID_PARAMS');
});

test('members that authenticate does not know are passed over', async () => {
  await adjure.provision('123');
  const body = { user_id: '123', auth_code: await adjure.appCode('123'), remember: true };
  expect((await authenticate(body)).status).toBe(200);
});

/** Which steps around the present are accepted, each asked of a user of its own because each is spent. */
async function acceptedSteps(): Promise<number[]> {
  const accepted: number[] = [];
  for (const step of [-4, -3, -2, -1, 0, 1, 2, 3, 4]) {
    const userId = `step ${step}`;
    await adjure.provision(userId);
    if ((await adjure.authenticate(userId, await adjure.appCode(userId, step))) === 200) accepted.push(step);
  }
  return accepted;
}

test('ADJ-24: the steps before, at and after the present are accepted, no others', async () => {
  expect(await acceptedSteps()).toEqual([-1, 0, 1]);
});

test('ADJ-25: two sliding windows accept two steps to each side', async () => {
  await adjure.configure({ slidingWindows: 2 });
  expect(await acceptedSteps()).toEqual([-2, -1, 0, 1, 2]);
});

test('ADJ-25: no sliding window accepts the current step alone', async () => {
  await adjure.configure({ slidingWindows: 0 });
  expect(await acceptedSteps()).toEqual([0]);
});

test('ADJ-24: the window follows no drift: after codes of one side it is where it was', async () => {
  await adjure.provision('123');
  for (let step = 0; step < 4; step++) {
    expect(await adjure.authenticate('123', await adjure.appCode('123', 1))).toBe(200);
    adjure.clock.advance(30_000);
  }
  adjure.clock.advance(60_000);
  expect(await adjure.authenticate('123', await adjure.appCode('123', 2))).toBe(400);
  expect(await adjure.authenticate('123', await adjure.appCode('123', -1))).toBe(200);
});

test('ADJ-27: digits of other scripts are refused, and are no fault', async () => {
  await adjure.provision('123');
  const code = await adjure.appCode('123');
  const arabic = code.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0x660 + Number(digit)));
  const wide = code.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
  for (const auth_code of [arabic, wide, '🔑']) {
    const { status, body } = await authenticate({ user_id: '123', auth_code });
    expect([status, body.error_code]).toEqual([400, 'VALIDATION_FAILURE']);
  }
  expect(adjure.faults).toEqual([]);
});

test('ADJ-28: a code is accepted once, and no older one after it', async () => {
  await adjure.provision('123');
  const [before, now] = [await adjure.appCode('123', -1), await adjure.appCode('123')];
  expect(await adjure.authenticate('123', now)).toBe(200);
  for (const auth_code of [now, before]) {
    const { status, body } = await authenticate({ user_id: '123', auth_code });
    expect([status, body.error_code]).toEqual([400, 'VALIDATION_FAILURE']);
  }
  expect(await adjure.authenticate('123', await adjure.appCode('123', 1))).toBe(200);
});

test('ADJ-28: of 20 uses of one code at the same time exactly one succeeds', async () => {
  await adjure.provision('123');
  const code = await adjure.appCode('123');
  const statuses = await Promise.all(Array.from({ length: 20 }, () => adjure.authenticate('123', code)));
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  expect(statuses.every((status) => [200, 400, 429].includes(status))).toBe(true);
});

test('ADJ-29: many wrong codes are answered with 429 and how long to wait; after that a right code works', async () => {
  await adjure.provision('123');
  await adjure.provision('124');
  const wrong = await wrongCode('123');
  let answer = await authenticate({ user_id: '123', auth_code: wrong });
  for (let guess = 0; guess < 50 && answer.status === 400; guess++)
    answer = await authenticate({ user_id: '123', auth_code: wrong });
  expect(answer.status).toBe(429);
  expect(answer.body.error_code).toBe('RATE_LIMITED');
  const seconds = Number(answer.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);

  expect(await adjure.authenticate('123', await adjure.appCode('123'))).toBe(429);
  expect(await adjure.authenticate('124', await adjure.appCode('124'))).toBe(200);
  adjure.clock.advance(seconds * 1000);
  expect(await adjure.authenticate('123', await adjure.appCode('123'))).toBe(200);
});

test('ADJ-29: an unknown user is throttled like a known one, so that the limit tells nobody apart', async () => {
  await adjure.provision('123');
  const wrong = await wrongCode('123');
  const statuses = async (user_id: string) => {
    const seen: number[] = [];
    for (let guess = 0; guess < 15; guess++) seen.push((await authenticate({ user_id, auth_code: wrong })).status);
    return seen;
  };
  expect(await statuses('nobody')).toEqual(await statuses('123'));
});

test('ADJ-30: a code of one user is refused for another', async () => {
  await adjure.provision('alice');
  await adjure.provision('bob');
  const code = await adjure.appCode('alice');
  expect(await adjure.authenticate('bob', code)).toBe(400);
  expect(await adjure.authenticate('alice', code)).toBe(200);
});

test('a recovery code is not accepted as an authentication code', async () => {
  const [code = ''] = await adjure.provision('123');
  expect(await adjure.authenticate('123', code)).toBe(400);
  expect(await adjure.recover('123', code)).toBe(200);
});

test('only the authenticator app counts: a code of another device of the user is refused', async () => {
  await adjure.provision('123');
  const devices = [{ kind: 'hotp', options: { secretHex: '31'.repeat(20), digits: 6 } }];
  await adjure.engine.devices.provision(adjure.caller, { user: '123', devices });
  const code = hotp({ secret: Buffer.alloc(20, '1'), counter: 0, digits: 6 });
  expect(await adjure.authenticate('123', code)).toBe(400);
  expect(await adjure.engine.verify(adjure.caller, { user: '123', answer: { code } })).toMatchObject({
    accepted: true,
  });
});
