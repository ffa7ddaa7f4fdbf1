import { describe, expect, test } from 'vitest';
import type { TestEngine } from '../testing/index.ts';
import { codeOf, expectRefusal, openTestEngine } from './enrolled.fixture.ts';
import type { Caller } from './index.ts';

const password = 'velvet-anchor-93-tundra';
const other = 'copper-lantern-41-steppe';
const person = (login: string) => ({
  login,
  email: `${login}@example.org`,
  firstName: 'Alice',
  lastName: 'Example',
  password,
});

/** An administrator with a token, as the tenant's own callers see him. */
async function openWithAdministrator(of: (t: TestEngine) => Caller = (t) => ({ ...t.system, tenant: t.tenant })) {
  const t = await openTestEngine();
  const caller = of(t);
  const { administrators } = t.engine;
  const { id } = await administrators.create(caller, person('alice'));
  const { token } = await administrators.issueToken(caller, id);
  return {
    ...t,
    administrators,
    caller,
    id,
    token,
    /** How he is let in: by his password, by the other one, by his token. */
    admitted: async () => ({
      password: (await administrators.authenticate('alice', password, '192.0.2.1')) !== undefined,
      other: (await administrators.authenticate('alice', other, '192.0.2.1')) !== undefined,
      token: (await administrators.authenticateToken(token)) !== undefined,
    }),
    /** What the audit trail tells of administrators, oldest first. */
    told: async () =>
      (await t.engine.audit.query(caller, { limit: 500 })).items
        .toReversed()
        .filter(({ event, objectId }) => event.startsWith('administrator.') && objectId === id)
        .map(({ event, outcome, detail }) => ({ event, outcome, ...(detail === undefined ? {} : { detail }) })),
  };
}

/** A sign-in that has been paid for, and whose password is being hashed. */
async function beginSignIn(t: Pick<TestEngine, 'engine'>): Promise<{ answer: Promise<unknown> }> {
  const answer = t.engine.administrators.authenticate('alice', password, '192.0.2.1');
  for (let turn = 0; turn < 5; turn++) await t.engine.checkHealth();
  return { answer };
}

const as = (caller: Caller, id: string): Caller => ({ ...caller, actor: { type: 'administrator', id } });

describe('an administrator who is disabled', () => {
  test('is refused at once with password and token, and the tokens do not come back with him (TEN-09)', async () => {
    const t = await openWithAdministrator();
    expect(await t.admitted()).toEqual({ password: true, other: false, token: true });
    const disabled = await t.administrators.setActive(t.caller, t.id, false);
    expect(disabled).toMatchObject({ id: t.id, active: false });
    expect(await t.administrators.list(t.caller)).toEqual([disabled]);
    expect(await t.admitted()).toEqual({ password: false, other: false, token: false });
    await expectRefusal(t.administrators.issueToken(t.caller, t.id), 'wrong_state');

    expect(await t.administrators.setActive(t.caller, t.id, true)).toMatchObject({ active: true });
    expect(await t.admitted()).toEqual({ password: true, other: false, token: false });
    expect((await t.told()).slice(2)).toEqual([
      { event: 'administrator.disabled', outcome: 'done', detail: { tokens: 1 } },
      { event: 'administrator.enabled', outcome: 'done', detail: {} },
    ]);
  });

  test('is not let in by a password that was being hashed meanwhile (TEN-09)', async () => {
    const t = await openWithAdministrator();
    const signingIn = await beginSignIn(t);
    await t.administrators.setActive(t.caller, t.id, false);
    expect(await signingIn.answer).toBeUndefined();
  });

  test('may not be the last active one of the platform who does it himself (ADM-04)', async () => {
    const t = await openWithAdministrator(({ system }) => system);
    const himself = as(t.caller, t.id);
    for (const changes of [{ active: false }, { active: false, password: other }]) {
      const refusal = await expectRefusal(t.administrators.update(himself, t.id, changes), 'wrong_state');
      expect(refusal.issues).toMatchObject([{ path: 'active' }]);
    }
    expect(await t.admitted()).toEqual({ password: true, other: false, token: true });

    const bob = await t.administrators.create(t.caller, person('bob'));
    expect(await t.administrators.setActive(himself, t.id, false)).toMatchObject({ active: false });
    await expectRefusal(t.administrators.setActive(as(t.caller, bob.id), bob.id, false), 'wrong_state');
    // The command line of the machine can shut out even the last one, and let him in again.
    expect(await t.administrators.setActive(t.caller, bob.id, false)).toMatchObject({ active: false });
    expect(await t.administrators.setActive(t.caller, bob.id, true)).toMatchObject({ active: true });
  });

  test('leaves one of the platform even when all go at the same time', async () => {
    const t = await openWithAdministrator(({ system }) => system);
    const ids = [t.id];
    for (const login of ['bob', 'carol']) ids.push((await t.administrators.create(t.caller, person(login))).id);
    const told = await Promise.all(
      ids.map((id) =>
        t.administrators.setActive(as(t.caller, id), id, false).then(({ active }) => String(active), codeOf),
      ),
    );
    expect(told.toSorted()).toEqual(['false', 'false', 'wrong_state']);
  });

  test('of a tenant may be its last: the platform can enable him', async () => {
    const t = await openWithAdministrator();
    expect(await t.administrators.setActive(as(t.caller, t.id), t.id, false)).toMatchObject({ active: false });
  });
});

describe('a new password', () => {
  test('counts at once, the old one and all tokens are over (TEN-09)', async () => {
    const t = await openWithAdministrator();
    await t.administrators.setPassword(t.caller, t.id, other);
    expect(await t.admitted()).toEqual({ password: false, other: true, token: false });
    const told = await t.told();
    expect(told.at(-1)).toEqual({ event: 'administrator.password-set', outcome: 'done', detail: { tokens: 1 } });
    const stored = JSON.stringify(await t.store.db.selectFrom('audit').selectAll().execute());
    expect(stored).not.toContain(other);
    expect(stored).not.toContain('argon2');
  });

  test('is held to the rules of the first one, and changes nothing when it breaks them', async () => {
    const t = await openWithAdministrator();
    for (const bad of ['', 'short', 'alice@example.org', 'x'.repeat(1025), 'half a \ud83d pair of shoes']) {
      const changing = t.administrators.update(t.caller, t.id, { active: false, password: bad });
      expect((await expectRefusal(changing, 'invalid_parameters')).issues).toMatchObject([{ path: 'password' }]);
    }
    expect(await t.admitted()).toEqual({ password: true, other: false, token: true });
  });

  test('and a state are changed together, each with its row', async () => {
    const t = await openWithAdministrator();
    await t.administrators.update(t.caller, t.id, { active: false, password: other });
    expect(await t.admitted()).toEqual({ password: false, other: false, token: false });
    await t.administrators.setActive(t.caller, t.id, true);
    expect(await t.admitted()).toEqual({ password: false, other: true, token: false });
    expect((await t.told()).map(({ event }) => event)).toEqual([
      'administrator.created',
      'administrator.token-issued',
      'administrator.password-set',
      'administrator.disabled',
      'administrator.enabled',
    ]);
  });
});

describe('the tokens of an administrator', () => {
  test('are revoked all at once, and no others; his password stays', async () => {
    const t = await openWithAdministrator();
    const { token: second } = await t.administrators.issueToken(t.caller, t.id);
    const bob = await t.administrators.create(t.caller, person('bob'));
    const { token: hisOwn } = await t.administrators.issueToken(t.caller, bob.id);
    await t.administrators.revokeTokens(t.caller, t.id);
    expect(await t.admitted()).toEqual({ password: true, other: false, token: false });
    expect(await t.administrators.authenticateToken(second)).toBeUndefined();
    expect((await t.administrators.authenticateToken(hisOwn))?.id).toBe(bob.id);
    expect((await t.told()).at(-1)).toEqual({
      event: 'administrator.tokens-revoked',
      outcome: 'done',
      detail: { tokens: 2 },
    });
  });

  test('are not made for somebody whose proof is over by then', async () => {
    const t = await openWithAdministrator();
    const proven = await t.administrators.authenticateToken(t.token);
    const unchangedSince = proven?.updatedAt ?? 0;
    expect((await t.administrators.issueToken(t.caller, t.id, { unchangedSince })).token).toMatch(/^csa_/);
    for (const change of [
      () => t.administrators.revokeTokens(t.caller, t.id),
      () => t.administrators.setPassword(t.caller, t.id, other),
    ]) {
      const before = (await t.administrators.list(t.caller))[0]?.updatedAt ?? 0;
      await change();
      const asking = t.administrators.issueToken(t.caller, t.id, { unchangedSince: before });
      await expectRefusal(asking, 'unauthorized');
    }
  });
});

test('an administrator of another tenant is none that could be changed (TEN-01)', async () => {
  const t = await openWithAdministrator();
  const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
  for (const stranger of [t.system, { ...t.system, tenant: tenant.id }]) {
    await expectRefusal(t.administrators.setActive(stranger, t.id, false), 'not_found');
    await expectRefusal(t.administrators.setPassword(stranger, t.id, other), 'not_found');
    await expectRefusal(t.administrators.revokeTokens(stranger, t.id), 'not_found');
  }
  expect(await t.admitted()).toEqual({ password: true, other: false, token: true });
});
