import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DeviceKind } from '../devices/index.ts';
import { accepts, auditOf, enrollTotp, expectRefusal, giveRecoveryCodes, openTestEngine } from './enrolled.fixture.ts';

/** A calculator that shows the next number when its PIN was typed, and says by a letter whether it has asked for one. */
function pinPad(): DeviceKind<{ pin: boolean }, { next: number }> {
  const judge: DeviceKind<{ pin: boolean }, { next: number }>['check'] = (
    { secret, counters },
    _issued,
    answer,
    ctx,
  ) =>
    answer.code === `N${counters.next}` || answer.code === `V${counters.next}`
      ? {
          accepted: true,
          next: { secret, counters: { next: counters.next + 1 } },
          method: { name: 'pin-pad', kind: 'possession', at: ctx.now, userVerified: answer.code.startsWith('V') },
        }
      : { accepted: false, reason: 'wrong' };
  const prepared = (pin: boolean) => ({ state: { secret: { pin }, counters: { next: 1 } }, deviceName: 'PIN pad' });
  return {
    name: 'pin-pad',
    title: 'PIN pad',
    description: 'A calculator.',
    configuration: z.strictObject({}),
    options: z.strictObject({}),
    prepare: () => prepared(true),
    confirm: ({ state }, answer, ctx) => judge({ id: '', ...state }, undefined, answer, ctx),
    check: judge,
    recognizes: ({ code }) => /^[NV]\d+$/.test(code ?? ''),
    factors: ({ secret }) => (secret.pin ? 2 : 1),
    describe: () => ({}),
    adopt: ({ pin }) => prepared(pin !== false),
  };
}

async function strict() {
  const t = await openTestEngine({ kinds: [pinPad()], policy: { factors: 2 } });
  const give = async (user: string, options = {}) => {
    const made = await t.engine.devices.provision(t.caller, { user, devices: [{ kind: 'pin-pad', options }] });
    return made.devices[0]?.device.id ?? '';
  };
  return { ...t, give };
}

describe('a policy of two factors', () => {
  it('accepts an answer whose authenticator has verified its user, and reports it', async () => {
    const t = await strict();
    await t.give('alice');
    const outcome = await t.engine.verify(t.caller, { user: 'alice', answer: { code: 'V1' } });
    expect(outcome).toMatchObject({ accepted: true, method: { name: 'pin-pad', userVerified: true } });
  });

  it('refuses a right answer that does not prove it, uses nothing up and says why in the trail only', async () => {
    const t = await strict();
    const deviceId = await t.give('alice');
    expect(await t.engine.verify(t.caller, { user: 'alice', answer: { code: 'N1' } })).toEqual({ accepted: false });
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code: 'N1' });
    expect(outcome).toEqual({ accepted: false });
    expect(await auditOf(t, 'verify.answered')).toMatchObject([{ outcome: 'refused', reason: 'not_permitted' }]);
    expect(await auditOf(t, 'challenge.answered')).toMatchObject([
      { outcome: 'refused', reason: 'not_permitted', deviceId },
    ]);
    expect(await accepts(t, 'alice', 'V1')).toBe(true);
  });

  it('offers only devices that can, in decisions and in challenges', async () => {
    const t = await strict();
    const able = await t.give('alice');
    const unable = await t.give('alice', { pin: false });
    const app = await enrollTotp(t, 'alice');
    await giveRecoveryCodes(t, 'alice');
    const decision = await t.engine.decide(t.caller, { user: 'alice' });
    expect(decision.result).toBe('challenge');
    expect(decision.devices.map(({ id }) => id)).toEqual([able]);
    expect(decision.trace.at(-1)?.explanation).toContain('prove two factors');
    expect(await t.engine.challenges.issue(t.caller, { user: 'alice' })).toMatchObject({ deviceId: able });
    for (const deviceId of [unable, app.deviceId])
      await expectRefusal(t.engine.challenges.issue(t.caller, { user: 'alice', deviceId }), 'no_device');
    expect(await accepts(t, 'alice', app.code())).toBe(false);
  });

  it('denies who has only devices that cannot, and lets nobody enroll beside them with the password alone (FLW-14)', async () => {
    const t = await strict();
    await enrollTotp(t, 'alice');
    expect(await t.engine.decide(t.caller, { user: 'alice' })).toMatchObject({ result: 'deny', devices: [] });
    await expectRefusal(t.engine.challenges.issue(t.caller, { user: 'alice' }), 'no_device');
  });
});
