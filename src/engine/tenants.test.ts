import { describe, expect, test } from 'vitest';
import { platformTenant } from '../core/ids.ts';
import { integrationCaller, type TestEngine } from '../testing/index.ts';
import { accepts, codeOf, enrollTotp, expectRefusal, openTestEngine, refusalOf, step } from './enrolled.fixture.ts';
import type { Caller, IntegrationCaller } from './index.ts';

/** A second tenant with an integration, and the callers that speak for them. */
async function openNeighbour(t: TestEngine): Promise<{ admin: Caller; caller: IntegrationCaller }> {
  const { tenant } = await t.engine.tenants.create(t.system, { name: 'Neighbour' });
  const admin: Caller = { ...t.system, tenant: tenant.id, actor: { type: 'administrator', id: 'adm_neighbour' } };
  const { integration } = await t.engine.integrations.create(admin, { name: 'Neighbour' });
  return { admin, caller: integrationCaller(integration) };
}

describe('what belongs to one tenant', () => {
  test('is not found by another: the same answer as for what there is not (TEN-01, I5)', async () => {
    const t = await openTestEngine();
    const { admin, caller } = await openNeighbour(t);
    const { engine } = t;
    const alice = await enrollTotp(t, 'alice');
    const challenge = await engine.challenges.issue(t.caller, { user: 'alice' });
    const enrollment = await engine.enrollments.begin(t.caller, { user: 'alice' });
    const [credential] = await engine.integrations.credentials(t.caller, t.integration.id);
    const code = { code: alice.code() };

    const attempts: [what: string, attempt: (own: boolean) => Promise<unknown>][] = [
      ['users.get', (own) => engine.users.get(caller, own ? alice.userId : 'usr_missing')],
      ['users.setStatus', (own) => engine.users.setStatus(caller, own ? alice.userId : 'usr_missing', 'inactive')],
      ['users.unlock', (own) => engine.users.unlock(caller, own ? alice.userId : 'usr_missing')],
      ['users.remove', (own) => engine.users.remove(caller, own ? alice.userId : 'usr_missing')],
      ['devices.list', (own) => engine.devices.list(caller, own ? alice.userId : 'usr_missing')],
      ['devices.get', (own) => engine.devices.get(caller, own ? alice.deviceId : 'dev_missing')],
      ['devices.rename', (own) => engine.devices.rename(caller, own ? alice.deviceId : 'dev_missing', 'Mine')],
      [
        'devices.setStatus',
        (own) => engine.devices.setStatus(caller, own ? alice.deviceId : 'dev_missing', 'suspended'),
      ],
      ['devices.remove', (own) => engine.devices.remove(caller, own ? alice.deviceId : 'dev_missing')],
      [
        'devices.resynchronize',
        (own) => engine.devices.resynchronize(caller, own ? alice.deviceId : 'dev_missing', [code, code]),
      ],
      [
        'devices.regenerateRecoveryCodes',
        (own) => engine.devices.regenerateRecoveryCodes(caller, own ? alice.userId : 'usr_missing'),
      ],
      ['enrollments.get', (own) => engine.enrollments.get(caller, own ? enrollment.id : 'enr_missing')],
      [
        'enrollments.prepare',
        (own) => engine.enrollments.prepare(caller, own ? enrollment.id : 'enr_missing', { kind: 'totp' }),
      ],
      ['enrollments.complete', (own) => engine.enrollments.complete(caller, own ? enrollment.id : 'enr_missing', code)],
      ['enrollments.cancel', (own) => engine.enrollments.cancel(caller, own ? enrollment.id : 'enr_missing')],
      ['enrollments.fail', (own) => engine.enrollments.fail(caller, own ? enrollment.id : 'enr_missing', 'x')],
      ['challenges.get', (own) => engine.challenges.get(caller, own ? challenge.id : 'chl_missing')],
      ['challenges.answer', (own) => engine.challenges.answer(caller, own ? challenge.id : 'chl_missing', code)],
      ['challenges.resend', (own) => engine.challenges.resend(caller, own ? challenge.id : 'chl_missing')],
      ['challenges.deny', (own) => engine.challenges.deny(caller, own ? challenge.id : 'chl_missing')],
      ['challenges.fail', (own) => engine.challenges.fail(caller, own ? challenge.id : 'chl_missing', 'x')],
      ['integrations.get', (own) => engine.integrations.get(admin, own ? t.integration.id : 'int_missing')],
      [
        'integrations.update',
        (own) => engine.integrations.update(admin, own ? t.integration.id : 'int_missing', { active: false }),
      ],
      ['integrations.remove', (own) => engine.integrations.remove(admin, own ? t.integration.id : 'int_missing')],
      [
        'integrations.credentials',
        (own) => engine.integrations.credentials(admin, own ? t.integration.id : 'int_missing'),
      ],
      [
        'integrations.rotate',
        (own) => engine.integrations.rotate(admin, own ? t.integration.id : 'int_missing', 'token'),
      ],
      [
        'integrations.revoke',
        (own) =>
          engine.integrations.revoke(
            admin,
            own ? t.integration.id : 'int_missing',
            own ? credential!.id : 'crd_missing',
          ),
      ],
    ];
    for (const [what, attempt] of attempts) {
      const [foreign, missing] = [await settle(attempt(true)), await settle(attempt(false))];
      expect([what, foreign]).toEqual([what, missing]);
      expect([what, foreign]).toEqual([what, expect.objectContaining({ code: 'not_found' })]);
    }
    expect(await engine.users.findByName(caller, 'alice')).toBeUndefined();
    for (const list of [
      engine.users.list(caller),
      engine.enrollments.list(caller),
      engine.challenges.list(caller),
      engine.audit.query(caller, { event: 'enrollment.completed' }),
      engine.audit.query(admin, { event: 'enrollment.completed' }),
    ]) {
      expect((await list).items).toEqual([]);
    }
    expect((await engine.integrations.readSecretKeys(admin)).map((key) => key.integrationId)).toEqual([
      caller.integration.id,
    ]);
    // Nothing was changed by all that, and alice's code was not used up.
    expect(await engine.enrollments.get(t.caller, enrollment.id)).toEqual(enrollment);
    expect(await engine.challenges.get(t.caller, challenge.id)).toEqual(challenge);
    expect((await engine.challenges.answer(t.caller, challenge.id, code)).outcome.accepted).toBe(true);
  });

  test('is not found by another integration of the tenant either, where it is the integration’s own', async () => {
    const t = await openTestEngine();
    const other = await t.engine.integrations.create(t.caller, { name: 'Other', realm: 'own' });
    const caller = integrationCaller(other.integration);
    const alice = await enrollTotp(t, 'alice');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    await expectRefusal(t.engine.challenges.answer(caller, challenge.id, { code: alice.code() }), 'not_found');
    await expectRefusal(t.engine.users.get(caller, alice.userId), 'not_found');
    await expectRefusal(t.engine.devices.get(caller, alice.deviceId), 'not_found');
    expect(
      (await t.engine.audit.query(caller, {})).items.every((row) => row.integrationId === caller.integration.id),
    ).toBe(true);
    expect(await accepts(t, 'alice', alice.code(), caller)).toBe(false);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
  });

  test('goes its own way for users of the same name: devices, guesses and locks (TEN-03)', async () => {
    const t = await openTestEngine();
    const { caller } = await openNeighbour(t);
    const here = await enrollTotp(t, 'alice');
    const there = await enrollTotp(t, 'alice', { caller });
    t.clock.advance(step);
    expect(await accepts(t, 'alice', there.code())).toBe(false);
    for (let guess = 0; guess < 12; guess++) await accepts(t, 'alice', here.wrong()).catch(codeOf);
    expect(await accepts(t, 'alice', there.code(), caller)).toBe(true);
    await expectRefusal(
      t.engine.verify(t.caller, { user: 'alice', answer: { code: here.code() } }),
      'too_many_attempts',
    );
  });
});

describe('tenants', () => {
  test('are the platform’s business', async () => {
    const t = await openTestEngine();
    const { admin } = await openNeighbour(t);
    await expectRefusal(t.engine.tenants.create(admin, { name: 'Mine' }), 'forbidden');
    await expectRefusal(t.engine.tenants.list(admin), 'forbidden');
    await expectRefusal(t.engine.tenants.setActive(admin, t.tenant, false), 'forbidden');
    await expectRefusal(t.engine.tenants.setActive(t.system, platformTenant, false), 'forbidden');
    expect((await t.engine.tenants.list(t.system)).items.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Default', 'Neighbour']),
    );
    expect((await t.engine.tenants.list(t.system)).items).toHaveLength(2);
  });

  test('have names of their own, in every normal form', async () => {
    const t = await openTestEngine();
    await t.engine.tenants.create(t.system, { name: 'Caf\u00e9' });
    await expectRefusal(t.engine.tenants.create(t.system, { name: 'Cafe\u0301' }), 'already_exists');
    expect(await t.engine.tenants.findByName('Cafe\u0301')).toMatchObject({ name: 'Caf\u00e9' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => t.engine.tenants.create(t.system, { name: 'At once' })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });
});

/** A refusal as a caller can tell it from another. */
async function settle(promise: Promise<unknown>): Promise<unknown> {
  return promise.then((value) => ({ value }), refusalOf);
}
