import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listInbox } from '../../src/delivery/index.ts';
import { build, cli } from '../cli/cli.fixture.ts';
import { serve, type Served, until } from './served.fixture.ts';
import { countGuesses } from './stake.fixture.ts';
import { day, hour, minute, type SteppedClock, steppedClock } from './stepped-clock.fixture.ts';
import { holdsInvariants } from './trail.fixture.ts';
import { guessesPerUser, type Witness, witness } from './witness.fixture.ts';

// The clock of a server process is set forth and back under it, as an operator, a hypervisor or a bad time server does.

const step = 30_000;
const after2038 = Date.UTC(2038, 0, 19, 3, 14, 8) - Date.now();
const offsets: readonly [string, number][] = [
  ['two hours forth', 2 * hour],
  ['two hours back', -2 * hour],
  ['a day forth', day],
  ['a day back', -day],
  ['beyond 2038', after2038],
];

let served: Served;
let clock: SteppedClock;
let eyes: Witness;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  build();
  const installation = cli();
  clock = steppedClock(installation.folder);
  const config = { mail: { inbox: true }, audit: { signHeadsSeconds: 1 } };
  const atEnd = (close: () => Promise<unknown>) => closers.push(close);
  served = await serve({ installation, config, env: clock.env, atEnd });
  closers.unshift(() => installation.remove());
  eyes = witness(
    () => served,
    () => clock.now(),
  );
});
afterEach(() => clock.stepTo(0));
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
});

/** Sets the clock for the time of `work`, and back. */
async function withClockAt<T>(offset: number, work: () => Promise<T>): Promise<T> {
  return eyes.during(`clock set by ${offset / 1000} s`, async () => {
    clock.stepTo(offset);
    try {
      return await work();
    } finally {
      clock.stepTo(0);
    }
  });
}

describe.each(offsets)('a clock that is set %s, and back', (name, offset) => {
  test('lets no code be accepted twice (CLK-01, CLK-02, CLK-04, OTP-01)', async () => {
    const alice = await eyes.enroll(`alice, ${name}`);
    const bob = await eyes.enroll(`bob, ${name}`);
    const at = clock.now();
    expect(await eyes.submit(alice, at)).toBe('accepted');
    const then = await withClockAt(offset, async () => {
      const then = clock.now();
      expect(await eyes.submit(alice, at)).toBe('refused');
      // A clock behind the last accepted step has only steps that are dead.
      expect(await eyes.submit(alice, then)).toBe(offset > 0 ? 'accepted' : 'refused');
      expect(await eyes.submit(alice, then)).toBe('refused');
      expect(await eyes.submit(bob, then)).toBe('accepted');
      return then;
    });
    for (const time of [at, then, then + step]) expect(await eyes.submit(alice, time)).toBe('refused');
    expect(await eyes.submit(bob, then)).toBe('refused');
    // Whoever was let in only by a clock behind is as before; whoever was by a clock ahead needs an administrator.
    expect(await eyes.submit(bob, clock.now() + step)).toBe(offset > 0 ? 'refused' : 'accepted');
  });

  test('ends what has run out by the clock of the server, and what has ended stays so (CLK-02, REL-12)', async () => {
    const user = `carol, ${name}`;
    const carol = await eyes.enroll(user);
    const challenge = (await served.call('/v1/challenges', { user })).body as { id: string };
    const enrollment = (await served.call('/v1/enrollments', { user, kind: 'totp' })).body as { id: string };
    const complete = async () =>
      (await served.call(`/v1/enrollments/${enrollment.id}/complete`, { code: '000000' })).body['code'];
    const told = await withClockAt(offset, async () => [
      await eyes.answer(carol, challenge.id, clock.now()),
      await complete(),
    ]);
    // What seems to begin further ahead than it lives has run out, too.
    expect(told).toEqual(['invalid', 'enrollment_expired']);
    expect(await eyes.answer(carol, challenge.id, clock.now())).toBe('invalid');
    expect(await complete()).toBe('wrong_state');
    expect(await eyes.submit(carol, clock.now() + step)).toBe('accepted');
  });
});

test('guesses are neither multiplied nor forgiven by a clock that goes back (CLK-02, BF-01)', async () => {
  const mallory = await eyes.enroll('mallory');
  expect(await countGuesses(eyes, mallory)).toBe(guessesPerUser);
  for (const offset of [-1 * minute, -2 * hour, -day]) {
    await withClockAt(offset, async () => expect(await eyes.guess(mallory)).toBe('exhausted'));
  }
});

test('guesses that were counted before the clock went back and came again are those of one window more at most (CLK-02, BF-01)', async () => {
  const mallory = await eyes.enroll('mallory, again');
  expect(await countGuesses(eyes, mallory)).toBe(guessesPerUser);
  // As far as a server can know, a day passes when the clock is set forth again.
  await eyes.endWindow(mallory, async () =>
    withClockAt(-day, async () => expect(await eyes.guess(mallory)).toBe('exhausted')),
  );
  expect(await countGuesses(eyes, mallory)).toBe(guessesPerUser);
});

describe.each([
  ['ahead by a day and is set right', day, 0],
  ['right and is set back by two hours', 0, -2 * hour],
])('what begins under a clock that is %s', (name, before, after) => {
  const setTo = (offset: number) => eyes.during(`clock at ${offset / 1000} s`, async () => clock.stepTo(offset));

  test('locks a user out for one window and not longer (CLK-01, CLK-02)', async () => {
    const alice = await eyes.enroll(`alice, ${name}`);
    await setTo(before);
    expect(await countGuesses(eyes, alice)).toBe(guessesPerUser);
    await setTo(after);
    expect(await eyes.guess(alice)).toBe('exhausted');
    await setTo(after + 16 * minute);
    expect(await eyes.submit(alice, clock.now())).toBe('accepted');
  });

  test('keeps messages from an address for one window and not longer (CLK-02)', async () => {
    const user = `bob, ${name}`;
    const options = { address: `bob${before}@example.org` };
    expect((await served.call('/v1/devices', { user, kind: 'email', options })).status).toBe(201);
    const challenge = async () => (await served.call('/v1/challenges', { user })).status;
    await setTo(before);
    let sent = 0;
    while ((await challenge()) === 201) sent++;
    expect(sent).toBeGreaterThan(0);
    expect(await challenge()).toBe(429);
    await setTo(after);
    expect(await challenge()).toBe(429);
    await setTo(after + 16 * minute);
    expect(await challenge()).toBe(201);
  });

  test('does not make a code live longer that was sent (CLK-02, EML-01)', async () => {
    const user = `carol by mail, ${name}`;
    const options = { address: `carol${before}@example.org` };
    await served.call('/v1/devices', { user, kind: 'email', options });
    await setTo(before);
    const { id } = (await served.call('/v1/challenges', { user })).body as { id: string };
    const mail = (await listInbox(`${served.cs.folder}/inbox`)).find(({ to }) => to === options.address);
    const code = /^(\d{6})$/m.exec(mail?.text ?? '')?.[1];
    expect(code).toBeDefined();
    await setTo(after + 11 * minute);
    expect((await served.call(`/v1/challenges/${id}/answer`, { code })).body['code']).toBe('challenge_expired');
  });

  test('does not stay open as an enrollment for longer than it lives (CLK-02)', async () => {
    await setTo(before);
    const begun = await served.call('/v1/enrollments', { user: `dave, ${name}`, kind: 'totp' });
    const { id } = begun.body as { id: string };
    await setTo(after + 11 * minute);
    const completed = await served.call(`/v1/enrollments/${id}/complete`, { code: '000000' });
    expect(completed.body['code']).toBe('enrollment_expired');
  });
});

test('a credential that was revoked does not live on in a cache whose clock was set back (CLK-02)', async () => {
  const rotated = await served.cs.json(['integrations', 'rotate', 'Default', 'token', '--json']);
  const { id, token } = rotated as { id: string; token: string };
  const ask = async () => (await served.call('/v1/kinds', undefined, { token })).status;
  expect(await ask()).toBe(200);
  await withClockAt(-2 * hour, async () => {
    await served.cs.done(['integrations', 'revoke', 'Default', id]);
    await until(async () => (await ask()) === 401, 'the token that was revoked is still good');
  });
});

test('a request is carried out once whatever the clock says when it is repeated within its day (CLK-02)', async () => {
  const send = () =>
    served.call('/v1/devices', { user: 'dave', kind: 'totp' }, { headers: { 'Idempotency-Key': 'once' } });
  const first = await send();
  expect(first.status).toBe(201);
  for (const offset of [2 * hour, -2 * hour, -day, 0])
    expect((await withClockAt(offset, send)).body).toEqual(first.body);
});

test("an administrator's token ends with its year, and before it a clock that goes back ends nothing (CLK-02)", async () => {
  const ask = async () => (await served.call('/v1/tenants', undefined, { token: served.administrator.token })).status;
  expect(await ask()).toBe(200);
  expect(await withClockAt(after2038, ask)).toBe(401);
  expect(await withClockAt(-day, ask)).toBe(200);
  expect(await ask()).toBe(200);
});

test('a token that an administrator was given by a clock ahead is no good for longer than its year (CLK-02)', async () => {
  const year = 365 * day;
  const { login, password } = served.administrator;
  const basic = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  const { token } = await withClockAt(12 * year, async () => {
    const issued = await served.call('/v1/administrators/token', undefined, {
      method: 'POST',
      headers: { Authorization: basic },
    });
    return issued.body as { token: string };
  });
  const ask = async () => (await served.call('/v1/tenants', undefined, { token })).status;
  expect(await withClockAt(12 * year, ask)).toBe(200);
  expect(await withClockAt(2 * year, ask)).toBe(401);
  expect(await ask()).toBe(401);
});

test('what was told and what the trail says agree, whatever the clock showed (CLK-01, CLK-02)', async () => {
  await holdsInvariants(served, eyes);
});
