import { describe, expect, it } from 'vitest';
import type { PolicyOptions } from '../core/policy/policy.ts';
import { integrationCaller } from '../testing/index.ts';
import {
  accepts,
  auditOf,
  enrollEmail,
  enrollTotp,
  expectRefusal,
  giveRecoveryCodes,
  openTestEngine,
} from './enrolled.fixture.ts';

const reason = 'Lost telephone and paper, seen in person by Carol';

async function withAlice(policy: PolicyOptions = {}) {
  const t = await openTestEngine({ policy });
  const { id: userId } = await t.engine.users.create(t.caller, { name: 'alice' });
  const issue = (options: { reason?: string; lifeSeconds?: number } = {}) =>
    t.engine.users.issueAccessPass(t.caller, userId, { reason, ...options });
  const decide = async (caller = t.caller) => (await t.engine.decide(caller, { user: 'alice' })).result;
  return { ...t, userId, issue, decide };
}

describe('an access pass', () => {
  it('lets somebody in who has lost everything, once, and then he may enroll (FLW-14)', async () => {
    const t = await withAlice();
    expect(await t.decide()).toBe('enroll');
    const { code, device, expiresAt } = await t.issue();
    expect(expiresAt).toBe(t.clock.now() + 3_600_000);
    expect(device).toMatchObject({ kind: 'temporary-access-pass', userId: t.userId, status: 'active' });
    // While it is good, nobody enrolls beside it with the password alone.
    expect(await t.decide()).toBe('challenge');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    expect(challenge).toMatchObject({ deviceId: device.id });
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code });
    expect(outcome).toMatchObject({ accepted: true, method: { name: 'temporary-access-pass' } });
    expect(await t.decide()).toBe('enroll');
    expect(await accepts(t, 'alice', code)).toBe(false);
    await expectRefusal(t.engine.challenges.issue(t.caller, { user: 'alice' }), 'no_device');
  });

  it('is accepted once of fifty times at once', async () => {
    const t = await withAlice({ guesses: { perUser: 100 } });
    const { code } = await t.issue();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => accepts(t, 'alice', code)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });

  it('is in the trail with the reason, who gave it and to whom, and without the code', async () => {
    const t = await withAlice();
    const administrator = { ...t.caller, actor: { type: 'administrator' as const, id: 'adm_carol' } };
    const { code, device } = await t.engine.users.issueAccessPass(administrator, t.userId, { reason });
    const rows = await auditOf(t, 'user.access-pass-issued');
    expect(rows).toMatchObject([
      { userId: t.userId, deviceId: device.id, actor: { type: 'administrator', id: 'adm_carol' }, detail: { reason } },
    ]);
    expect(JSON.stringify(rows)).not.toContain(code);
    const stored = await t.store.db.selectFrom('devices').selectAll().where('tenant_id', '=', t.tenant).execute();
    expect(JSON.stringify(stored)).not.toContain(code);
    expect(JSON.stringify(await t.engine.devices.list(t.caller, t.userId))).not.toContain(code);
  });

  it('replaces the one before, whether that was used or not; of many at once one is good in the end', async () => {
    const t = await withAlice({ guesses: { perUser: 100 } });
    const { code: first } = await t.issue();
    const passes = await Promise.all(Array.from({ length: 5 }, () => t.issue()));
    expect(await accepts(t, 'alice', first)).toBe(false);
    const accepted = [];
    for (const { code } of passes) if (await accepts(t, 'alice', code)) accepted.push(code);
    expect(accepted).toHaveLength(1);
    const { code } = await t.issue();
    expect(await accepts(t, 'alice', code)).toBe(true);
    expect(await t.engine.devices.list(t.caller, t.userId)).toHaveLength(1);
    expect((await auditOf(t, 'user.access-pass-issued')).at(-1)).toMatchObject({ detail: { replacedUnused: false } });
  });

  it('is announced to the user at his mail address, without the code', async () => {
    const t = await withAlice();
    await enrollEmail(t, 'alice', 'alice@example.org');
    t.messages.length = 0;
    const { code } = await t.issue();
    await expect.poll(() => t.messages.length).toBe(1);
    expect(t.messages).toMatchObject([
      { channel: 'mail', to: 'alice@example.org', template: 'notice', values: { event: 'access_pass_issued' } },
    ]);
    expect(JSON.stringify(t.messages)).not.toContain(code);
  });

  it('runs out, and the trail says that it was late', async () => {
    const t = await withAlice();
    const { code } = await t.issue({ lifeSeconds: 600 });
    t.clock.advance(600_000);
    expect(await accepts(t, 'alice', code)).toBe(false);
    expect((await auditOf(t, 'verify.answered')).at(-1)).toMatchObject({ outcome: 'refused', reason: 'expired' });
  });

  it('that nobody has used keeps enrollment closed when it has run out, until there is another (FLW-14)', async () => {
    const t = await withAlice();
    await t.issue({ lifeSeconds: 600 });
    t.clock.advance(600_000);
    expect(await t.decide()).toBe('deny');
    const { code, device } = await t.issue();
    expect(await t.decide()).toBe('challenge');
    expect(await accepts(t, 'alice', code)).toBe(true);
    expect(await t.decide()).toBe('enroll');
    await t.engine.devices.remove(t.caller, device.id);
    await t.issue({ lifeSeconds: 600 });
    t.clock.advance(600_000);
    const { device: last } = await t.issue();
    await t.engine.devices.remove(t.caller, last.id);
    expect(await t.decide()).toBe('enroll');
  });

  it('stands in where the policy requires another kind', async () => {
    const t = await withAlice({ requiredKinds: ['webauthn'] });
    const { code } = await t.issue();
    expect(await t.decide()).toBe('challenge');
    expect(await accepts(t, 'alice', code)).toBe(true);
  });

  it('stays when the last device of the user is removed, and his recovery codes go', async () => {
    const t = await withAlice();
    const { deviceId } = await enrollTotp(t, 'alice');
    const [recoveryCode = ''] = await giveRecoveryCodes(t, 'alice');
    const { code } = await t.issue();
    await t.engine.devices.remove(t.caller, deviceId);
    expect((await t.engine.devices.list(t.caller, t.userId)).map(({ kind }) => kind)).toEqual([
      'temporary-access-pass',
    ]);
    expect(await accepts(t, 'alice', recoveryCode)).toBe(false);
    expect(await accepts(t, 'alice', code)).toBe(true);
  });

  it.each(['', '   ', 'x'.repeat(501), 'nul\0'])('is not given for the reason %j', async (empty) => {
    const t = await withAlice();
    await expectRefusal(t.issue({ reason: empty }), 'invalid_parameters');
    expect(await t.engine.devices.list(t.caller, t.userId)).toEqual([]);
  });

  it.each<[PolicyOptions]>([[{ allowedKinds: ['totp'] }], [{ factors: 2 }]])(
    'is not given under the policy %j, which would not accept it',
    async (policy) => {
      const t = await withAlice(policy);
      await expectRefusal(t.issue(), 'kind_not_allowed');
    },
  );

  it('is not given to somebody who is inactive, who does not exist, or who is of another realm', async () => {
    const t = await withAlice();
    const { integration } = await t.engine.integrations.create(
      { ...t.system, tenant: t.tenant },
      { name: 'Elsewhere', realm: 'own' },
    );
    const foreign = integrationCaller(integration);
    await expectRefusal(t.engine.users.issueAccessPass(foreign, t.userId, { reason }), 'not_found');
    await expectRefusal(t.engine.users.issueAccessPass(t.caller, 'usr_none', { reason }), 'not_found');
    await t.engine.users.setStatus(t.caller, t.userId, 'inactive');
    await expectRefusal(t.issue(), 'user_inactive');
  });

  it('is nothing that a user enrolls, nor what an integration provisions', async () => {
    const t = await withAlice();
    const kind = 'temporary-access-pass';
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await expectRefusal(t.engine.enrollments.prepare(t.caller, id, { kind }), 'kind_not_allowed');
    await expectRefusal(
      t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind }] }),
      'kind_not_allowed',
    );
  });

  it('makes no browser trusted', async () => {
    const t = await withAlice({ trustedBrowsers: { lifeSeconds: 3600 } });
    const { code } = await t.issue();
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    await t.engine.challenges.answer(t.caller, challenge.id, { code });
    await expectRefusal(t.engine.trustedBrowsers.trust(t.caller, { challengeId: challenge.id }), 'wrong_state');
  });
});
