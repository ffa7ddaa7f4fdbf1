import { describe, expect, it } from 'vitest';
import { expectRefusal, lastCode, openTestEngine } from './enrolled.fixture.ts';

async function enrolled() {
  const t = await openTestEngine({ policy: { challenge: { resends: 2 } } });
  const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
  const options = { transport: { channel: 'webhook' } };
  const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'totp', options });
  const { accepted, device } = await t.engine.enrollments.complete(t.caller, id, { code: lastCode(t) });
  if (!accepted || device === undefined) throw new Error('the enrollment was refused');
  t.clock.advance(30_000);
  return { ...t, shown, device };
}

describe('a TOTP device by delivery', () => {
  it('is enrolled with the code that was sent, and its key is never shown (AID-16)', async () => {
    const t = await enrolled();
    expect(t.shown).toEqual({});
    expect(t.messages).toMatchObject([{ channel: 'webhook', to: t.integration.id, template: 'code' }]);
  });

  it('gets the current code with each challenge, and it is accepted once (AID-30)', async () => {
    const t = await enrolled();
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const code = lastCode(t);
    expect(t.messages).toHaveLength(2);
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code });
    expect(outcome).toMatchObject({ accepted: true, method: { name: 'totp' } });
    const again = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    expect((await t.engine.challenges.answer(t.caller, again.id, { code })).outcome.accepted).toBe(false);
    const fresh = await t.engine.challenges.answer(t.caller, again.id, { code: lastCode(t) });
    expect(fresh.outcome.accepted).toBe(true);
  });

  it('is sent again on demand, as often as the policy says', async () => {
    const t = await enrolled();
    const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    t.clock.advance(60_000);
    await t.engine.challenges.resend(t.caller, id);
    await t.engine.challenges.resend(t.caller, id);
    await expectRefusal(t.engine.challenges.resend(t.caller, id), 'too_many_messages');
    const { outcome } = await t.engine.challenges.answer(t.caller, id, { code: lastCode(t) });
    expect(outcome.accepted).toBe(true);
  });

  it('does not use up the codes of the other users of the webhook (BF-12)', async () => {
    const t = await openTestEngine({ policy: { messages: { perTarget: 3, perUser: 3 } } });
    for (const user of ['mallory', 'alice']) {
      const options = { transport: { channel: 'webhook' } };
      const { id } = await t.engine.enrollments.begin(t.caller, { user });
      await t.engine.enrollments.prepare(t.caller, id, { kind: 'totp', options });
      await t.engine.enrollments.complete(t.caller, id, { code: lastCode(t) });
      t.clock.advance(30_000);
      if (user === 'alice') break;
      await t.engine.challenges.issue(t.caller, { user });
      await t.engine.challenges.issue(t.caller, { user });
      await expectRefusal(t.engine.challenges.issue(t.caller, { user }), 'too_many_messages');
    }
    expect((await t.engine.challenges.issue(t.caller, { user: 'alice' })).state).toBe('pending');
  });

  it('fails when the message cannot be handed over (design law 6)', async () => {
    const t = await enrolled();
    t.failDelivery(true);
    expect(await t.engine.challenges.issue(t.caller, { user: 'alice' })).toMatchObject({
      state: 'failed',
      failMode: 'closed',
    });
  });
});
