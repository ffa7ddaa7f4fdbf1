// Every device kind before those whom it is not for: another user, another tenant, another integration; and when it may not be used any more.
import { describe, expect, test } from 'vitest';
import { codeOf } from '../../src/engine/enrolled.fixture.ts';
import { integrationCaller } from '../../src/testing/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import {
  answer,
  challenge,
  changedPolicy,
  complete,
  enroll,
  foreignCaller,
  openWorld,
  otherCaller,
  pass,
  prepare,
  verify,
} from './world.fixture.ts';

const enrolling = allKinds.filter(({ madeBy }) => madeBy !== 'administrator');
const code = (refused: Promise<unknown>): Promise<string> => refused.then(() => 'was let in', codeOf);

describe.each(allKinds)('$title', (row) => {
  test('of one user does not answer for another (FLW-07, FLW-17, REC-03, SMS-03)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const bob = await enroll(t, 'bob');
    const his = await challenge(t, bob);
    for (const to of ['her challenge', 'his own'] as const) {
      const hers = await challenge(t, alice);
      // A code that is sent to her does not reach him.
      const asked = to === 'his own' || hers.asked.message?.values['code'] !== undefined ? his.asked : hers.asked;
      const given = await bob.soft.answer(asked);
      expect(await answer(t, hers, given)).toBe('refused');
      expect(await verify(t, alice, given)).toBe('refused');
    }
    expect(await pass(t, alice)).toBe('accepted');
    const named = { user: 'alice', deviceId: bob.deviceId };
    expect(await code(t.engine.challenges.issue(t.caller, named))).toBe('no_device');
  });

  test('is nothing to another tenant: no device, no challenge, no answer, though the names are the same (TEN-01, TEN-02, TEN-03, I5)', async () => {
    const t = await openWorld(row);
    const foreign = await foreignCaller(t);
    const alice = await enroll(t, 'alice');
    const namesake = await enroll(t, 'alice', foreign);
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    const { engine } = t;
    expect(await answer(t, pending, right, foreign)).toBe('not_found');
    expect(await code(engine.challenges.get(foreign, pending.challenge.id))).toBe('not_found');
    expect(await code(engine.challenges.resend(foreign, pending.challenge.id))).toBe('not_found');
    expect(await code(engine.challenges.deny(foreign, pending.challenge.id))).toBe('not_found');
    expect(await code(engine.devices.get(foreign, alice.deviceId))).toBe('not_found');
    expect(await code(engine.devices.remove(foreign, alice.deviceId))).toBe('not_found');
    const named = { user: 'alice', deviceId: alice.deviceId };
    expect(await code(engine.challenges.issue(foreign, named))).toBe('no_device');
    expect(await verify(t, { user: 'alice', caller: foreign }, right)).toBe('refused');
    const own = await challenge(t, namesake);
    expect(await answer(t, own, right)).toBe('refused');
    // Nothing of all that has cost its owner anything.
    expect(await answer(t, pending, right)).toBe('accepted');
    t.clock.advance(row.pauseMs ?? 0);
    expect(await pass(t, namesake)).toBe('accepted');
  });

  test('is challenged by one integration and answered there only, also inside a tenant and a realm (TEN-02, TEN-04)', async () => {
    const t = await openWorld(row);
    const vpn = await otherCaller(t);
    const apart = await otherCaller(t, t.admin, { name: 'Apart', realm: 'own' });
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    for (const caller of [vpn, apart]) {
      expect(await answer(t, pending, right, caller)).toBe('not_found');
      expect(await code(t.engine.challenges.get(caller, pending.challenge.id))).toBe('not_found');
    }
    expect(await code(t.engine.devices.get(apart, alice.deviceId))).toBe('not_found');
    expect(await answer(t, pending, right)).toBe('accepted');
  });

  test('answers no more when it is suspended, not even what was asked before; and again when it is resumed (FLW-18, OTP-11)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    await t.engine.devices.setStatus(t.caller, alice.deviceId, 'suspended');
    expect(['refused', 'wrong_state']).toContain(await answer(t, pending, right));
    expect(await verify(t, alice, right)).toBe('refused');
    expect(await code(challenge(t, alice))).toBe('no_device');
    await t.engine.devices.setStatus(t.caller, alice.deviceId, 'active');
    t.clock.advance(row.pauseMs ?? 0);
    expect(await pass(t, alice)).toBe('accepted');
  });

  test('answers no more when it or its owner is removed, not even what was asked before (FLW-18, TEN-09)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const bob = await enroll(t, 'bob');
    const hers = await challenge(t, alice);
    const his = await challenge(t, bob);
    const rights = [await alice.soft.answer(hers.asked), await bob.soft.answer(his.asked)] as const;
    await t.engine.devices.remove(t.caller, alice.deviceId);
    await t.engine.users.remove(t.caller, bob.userId);
    for (const fate of [await answer(t, hers, rights[0]), await answer(t, his, rights[1])])
      expect(['refused', 'wrong_state', 'not_found']).toContain(fate);
    expect(await verify(t, alice, rights[0])).toBe('refused');
    expect(await verify(t, bob, rights[1])).toBe('refused');
    expect(await code(challenge(t, alice))).toBe('no_device');
    expect(await code(challenge(t, bob))).toBe('not_found');
  });

  test('answers no more when its owner may not sign in (TEN-09)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    await t.engine.users.setStatus(t.caller, alice.userId, 'inactive');
    expect(['refused', 'wrong_state']).toContain(await answer(t, pending, right));
    expect(await verify(t, alice, right)).toBe('refused');
    expect(await code(challenge(t, alice))).toBe('user_inactive');
  });

  test('answers no more when the policy does not allow it any longer, not even what was asked before (FLW-18)', async () => {
    const t = await openWorld(row);
    const alice = await enroll(t, 'alice');
    const pending = await challenge(t, alice);
    const right = await alice.soft.answer(pending.asked);
    const strict = await changedPolicy(t, { allowedKinds: ['another-kind'] });
    expect(await answer(t, pending, right, strict)).toBe('refused');
    expect(await verify(t, { user: 'alice', caller: strict }, right)).toBe('refused');
    expect(await code(challenge(t, alice, strict))).toBe('no_device');
    expect(await code(prepare(t, 'bob', strict))).toBe('kind_not_allowed');
    t.clock.advance(row.pauseMs ?? 0);
    expect(await pass(t, { ...alice, caller: await allowAll() })).toBe('accepted');

    async function allowAll() {
      return integrationCaller(
        await t.engine.integrations.update(t.admin, t.integration.id, { policy: { ...row.policy } }),
      );
    }
  });
});

describe.each(enrolling)('the enrollment of $title', (row) => {
  test('is nothing to another tenant or integration (TEN-01, TEN-02, TEN-04)', async () => {
    const t = await openWorld(row);
    const { id, soft, asked } = await prepare(t, 'alice');
    const right = await soft.confirm(asked);
    for (const caller of [await foreignCaller(t), await otherCaller(t)]) {
      expect(await complete(t, id, right, caller)).toBe('not_found');
      expect(await code(t.engine.enrollments.get(caller, id))).toBe('not_found');
      expect(await code(t.engine.enrollments.cancel(caller, id))).toBe('not_found');
    }
    expect(await complete(t, id, right)).toBe('accepted');
  });
});
