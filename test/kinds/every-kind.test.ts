// Every device kind through enrollment, challenge, replay, race and expiry. Which kinds: all-kinds.fixture.ts.
import { describe, expect, test } from 'vitest';
import type { Answer } from '../../src/devices/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import {
  answer,
  answerAnew,
  challenge,
  challenges,
  complete,
  countFates,
  enroll,
  fateOf,
  openWorld,
  pass,
  type Pending,
  prepare,
  verify,
} from './world.fixture.ts';

const enrolling = allKinds.filter(({ madeBy }) => madeBy !== 'administrator');
const verifying = allKinds.filter(({ verifies }) => verifies);

describe.each(allKinds)('$title', (row) => {
  test('is given to a user and answers a challenge, and the trail has both', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const device = await t.engine.devices.get(t.caller, alice.deviceId);
    expect(device).toMatchObject({ kind: row.kind, status: 'active', userId: alice.userId });
    const pending = await challenge(t, alice);
    expect(pending.challenge).toMatchObject({ state: 'pending', kind: row.kind, deviceId: alice.deviceId });
    const given = await alice.soft.answer(pending.asked);
    expect(given).toHaveProperty(row.answers);
    const { outcome, challenge: passed } = await t.engine.challenges.answer(t.caller, pending.challenge.id, given);
    expect(outcome).toMatchObject({ accepted: true, method: { deviceId: alice.deviceId, at: t.clock.now() } });
    expect(passed.state).toBe('passed');
    const { items } = await t.engine.audit.query(t.caller, { event: 'challenge.answered' });
    expect(items).toMatchObject([{ outcome: 'accepted', deviceId: alice.deviceId }]);
  });

  test('accepts an answer once: not in the same challenge, another one, a new one, or without (OTP-01, OTP-11, OTP-17, REC-01, YUB-01, FID-01)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const pending = await challenges(t, alice, 2);
    const [first, ...others] = pending;
    const given = await alice.soft.answer(first.asked);
    expect(await answer(t, first, given)).toBe('accepted');
    expect(await answer(t, first, given)).toBe('wrong_state');
    for (const other of others) expect(['refused', 'wrong_state']).toContain(await answer(t, other, given));
    expect(await verify(t, alice, given)).toBe('refused');
    await t.engine.devices.rename(t.caller, alice.deviceId, 'Another name');
    for (const status of ['suspended', 'active'] as const)
      await t.engine.devices.setStatus(t.caller, alice.deviceId, status);
    expect(await answerAnew(t, alice, given)).toBe(row.dies === true ? 'no_device' : 'refused');
    expect(await verify(t, alice, given)).toBe('refused');
    t.clock.advance(29_000);
    expect(await verify(t, alice, given)).toBe('refused');
  });

  test('has one acceptance of fifty right answers at once, over as many challenges as there are and without one (OTP-02, OTP-13, REC-02, YUB-02, FLW-09)', async () => {
    const t = await openWorld(row, { guesses: { perUser: 1000, consecutive: 1000, perSource: 1000 } });
    const alice = await enroll(t, 'alice');
    const pending = await challenges(t, alice, 5);
    const given = await alice.soft.answer(pending[0].asked);
    const fates = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        row.verifies && index % 3 === 2
          ? verify(t, alice, given)
          : answer(t, pending[index % pending.length] ?? pending[0], given),
      ),
    );
    const { accepted, refused = 0, wrong_state = 0, ...else_ } = countFates(fates);
    expect([accepted, refused + wrong_state, else_]).toEqual([1, 49, {}]);
    const { items } = await t.engine.audit.query(t.caller, { limit: 500 });
    const answered = items.filter(({ event }) => event === 'challenge.answered' || event === 'verify.answered');
    expect(answered.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  test('has one acceptance for each of two owners who answer ten times at once (TEN-07)', async () => {
    const t = await openWorld(row, { guesses: { perUser: 1000, consecutive: 1000, perSource: 1000 } });
    for (let round = 0; round < 5; round++) {
      const owners = [await enroll(t, `alice${round}`), await enroll(t, `bob${round}`)];
      const rights: { pending: Pending; given: Answer }[] = [];
      for (const owner of owners) {
        const pending = await challenge(t, owner);
        rights.push({ pending, given: await owner.soft.answer(pending.asked) });
      }
      const fates = await Promise.all(
        Array.from({ length: 10 }, () => rights.map(({ pending, given }) => answer(t, pending, given))).flat(),
      );
      expect(countFates(fates)).toEqual({ accepted: 2, wrong_state: 18 });
    }
  });

  test('is not answered after its challenge has run out (EML-04, WIN-01)', async () => {
    const t = await openWorld(row, { challenge: { lifeSeconds: 60 } });
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const given = await alice.soft.answer(pending.asked);
    t.clock.advance(60_000);
    expect(await answer(t, pending, given)).toBe('challenge_expired');
    expect(await answer(t, pending, await alice.soft.answer(pending.asked))).toBe('wrong_state');
    expect((await t.engine.challenges.get(t.caller, pending.challenge.id)).state).toBe('expired');
    expect(await pass(t, alice)).toBe('accepted');
  });

  test('works on, answer after answer', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const fates = [];
    for (let round = 0; round < (row.dies === true ? 1 : 4); round++) fates.push(await pass(t, alice));
    expect(new Set(fates)).toEqual(new Set(['accepted']));
  });
});

describe.each(enrolling)('the enrollment of $title', (row) => {
  test('is completed once, of fifty right answers at once (FLW-09)', async () => {
    const t = await openWorld(row, {
      enrollment: { attempts: 20 },
      guesses: { perUser: 1000, consecutive: 1000, perSource: 1000 },
    });
    const { id, soft, asked } = await prepare(t, 'alice');
    const given = await soft.confirm(asked);
    const fates = await Promise.all(Array.from({ length: 50 }, () => complete(t, id, given)));
    expect(countFates(fates)).toEqual({ accepted: 1, wrong_state: 49 });
    const alice = await t.engine.users.findByName(t.caller, 'alice');
    expect(await t.engine.devices.list(t.caller, alice?.id ?? '')).toHaveLength(1);
  });

  test('shows nothing any more when it has ended, and its answer is good for nothing else (OTP-06, EML-03)', async () => {
    const t = await openWorld(row);
    const { id, soft, asked } = await prepare(t, 'alice');
    const first = await soft.confirm(asked);
    expect(await complete(t, id, first)).toBe('accepted');
    expect(await t.engine.enrollments.get(t.caller, id)).not.toHaveProperty('shown');
    const pending = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const again = fateOf(t.engine.challenges.answer(t.caller, pending.id, first).then(({ outcome }) => outcome));
    expect(await again).toBe(row.keepsFirstAnswer === true ? 'accepted' : 'refused');
    expect(await verify(t, { user: 'alice', caller: t.caller }, first)).toBe('refused');
  });

  test('is not completed after it has run out', async () => {
    const t = await openWorld(row, { enrollment: { lifeSeconds: 60 } });
    const { id, soft, asked } = await prepare(t, 'alice');
    const first = await soft.confirm(asked);
    t.clock.advance(60_000);
    expect(await complete(t, id, first)).toBe('enrollment_expired');
    expect(await complete(t, id, first)).toBe('wrong_state');
    const ended = await t.engine.enrollments.get(t.caller, id);
    expect(ended.state).toBe('expired');
    expect(ended).not.toHaveProperty('shown');
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
  });
});

describe.each(enrolling.filter(({ ownSecret }) => ownSecret !== true))('the enrollment of $title', (row) => {
  test('is not completed by the answer to another one (FLW-07, FLW-16)', async () => {
    const t = await openWorld(row);
    const alice = await prepare(t, 'alice');
    const again = await prepare(t, 'alice');
    const bob = await prepare(t, 'bob');
    const answers = [await again.soft.confirm(again.asked), await bob.soft.confirm(bob.asked)];
    for (const given of answers) expect(await complete(t, alice.id, given)).toBe('refused');
    expect(await complete(t, alice.id, await alice.soft.confirm(alice.asked))).toBe('accepted');
  });
});

describe.each(enrolling.filter(({ unique }) => unique === true))('the enrollment of $title', (row) => {
  test('is not completed with a thing that is a device already, of whomever (FID-09)', async () => {
    const t = await openWorld(row);
    const { soft } = await enroll(t, 'alice');
    for (const user of ['alice', 'bob']) {
      const again = await prepare(t, user, t.caller, soft);
      expect(await complete(t, again.id, await soft.confirm(again.asked))).toBe('already_exists');
    }
    expect(await t.engine.users.findByName(t.caller, 'bob')).toBeUndefined();
  });
});

describe.each(verifying)('$title without a challenge', (row) => {
  test('is accepted, once of fifty at once, and never again (OTP-01, OTP-02, OTP-03)', async () => {
    const t = await openWorld(row, { guesses: { perUser: 1000, consecutive: 1000, perSource: 1000 } });
    const alice = await enroll(t, 'alice');
    const asked = { now: t.clock.now(), shown: undefined, message: undefined };
    const given = await alice.soft.answer(asked);
    const fates = await Promise.all(Array.from({ length: 50 }, () => verify(t, alice, given)));
    expect(countFates(fates)).toEqual({ accepted: 1, refused: 49 });
    expect(await verify(t, alice, given)).toBe('refused');
  });
});

describe.each(allKinds.filter(({ verifies }) => !verifies))('$title', (row) => {
  test('is not accepted without its challenge, not even the right answer to one that is pending (FLW-01)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const given = await alice.soft.answer(pending.asked);
    expect(await verify(t, alice, given)).toBe('refused');
    expect(await answer(t, pending, given)).toBe('accepted');
  });
});

describe.each(allKinds.filter(({ madeBy }) => madeBy === 'administrator'))('$title', (row) => {
  test('is not what a user enrolls himself', async () => {
    const t = await openWorld(row);
    await expect(prepare(t, 'alice')).rejects.toMatchObject({ code: 'kind_not_allowed' });
  });
});
