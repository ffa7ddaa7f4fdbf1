import { describe, expect, test } from 'vitest';
import { platformTenant } from '../core/ids.ts';
import type { TestEngine } from '../testing/index.ts';
import { auditOf, codeOf, expectRefusal, openTestEngine } from './enrolled.fixture.ts';
import type { Caller } from './index.ts';

const password = 'velvet-anchor-93-tundra';
const alice = { email: 'alice@example.org', firstName: 'Alice', lastName: 'Example', password };

/** The administrators of the test tenant. */
const inTenant = (t: TestEngine): Caller => ({ ...t.system, tenant: t.tenant });

describe('an administrator', () => {
  test('signs in with login and password, and is never shown with the password', async () => {
    const t = await openTestEngine();
    const created = await t.engine.administrators.create(inTenant(t), alice);
    expect(created).toMatchObject({ login: 'alice@example.org', tenantId: t.tenant, active: true });
    expect(await t.engine.administrators.authenticate('alice@example.org', password, '192.0.2.1')).toEqual(created);
    expect(await t.engine.administrators.list(inTenant(t))).toEqual([created]);
    expect(JSON.stringify(created)).not.toMatch(/password|argon2/i);
    for (const [login, given] of [
      ['alice@example.org', 'wrong'],
      ['alice@example.org', ''],
      ['alice@example.org', `${password} `],
      ['nobody@example.org', password],
      ['', ''],
    ] as const) {
      expect(await t.engine.administrators.authenticate(login, given, '192.0.2.1')).toBeUndefined();
    }
  });

  test('has a login that nobody else has, in no tenant', async () => {
    const t = await openTestEngine();
    await t.engine.administrators.create(inTenant(t), alice);
    const again = await expectRefusal(t.engine.administrators.create(t.system, alice), 'already_exists');
    expect(again).toMatchObject({ issues: [{ path: 'email' }] });
    const named = { ...alice, login: 'alice', email: 'other@example.org' };
    await t.engine.administrators.create(inTenant(t), named);
    const twice = await expectRefusal(t.engine.administrators.create(t.system, named), 'already_exists');
    expect(twice).toMatchObject({ issues: [{ path: 'login' }] });
  });

  test('needs a password that is worth it', async () => {
    const t = await openTestEngine();
    for (const bad of ['', 'short', 'password1234', 'alice@example.org', 'aaaaaaaaaaaaaaaa', 'x'.repeat(1025)]) {
      const refusal = await expectRefusal(
        t.engine.administrators.create(inTenant(t), { ...alice, password: bad }),
        'invalid_parameters',
      );
      expect(JSON.stringify(refusal)).toContain('"path":"password"');
    }
  });

  test('comes with his tenant, or neither', async () => {
    const t = await openTestEngine();
    const options = { name: 'Example', administrator: alice };
    const { tenant, administrator } = await t.engine.tenants.create(t.system, options);
    expect(administrator).toMatchObject({ tenantId: tenant.id });
    const clash = t.engine.tenants.create(t.system, { name: 'Other', administrator: alice });
    expect(await expectRefusal(clash, 'already_exists')).toMatchObject({ issues: [{ path: 'administrator.email' }] });
    expect(await t.engine.tenants.findByName('Other')).toBeUndefined();
    const named = t.engine.tenants.create(t.system, {
      ...options,
      administrator: { ...alice, email: 'b@example.org' },
    });
    expect(await expectRefusal(named, 'already_exists')).toMatchObject({ issues: [{ path: 'name' }] });
    expect(await t.engine.administrators.authenticate('b@example.org', password, undefined)).toBeUndefined();
  });

  test('of a disabled tenant is refused, with password and token (TEN-09)', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.administrators.create(inTenant(t), alice);
    const { token } = await t.engine.administrators.issueToken(inTenant(t), id);
    expect((await t.engine.administrators.authenticateToken(token))?.id).toBe(id);
    await t.engine.tenants.setActive(t.system, t.tenant, false);
    expect(await t.engine.administrators.authenticateToken(token)).toBeUndefined();
    expect(await t.engine.administrators.authenticate('alice@example.org', password, undefined)).toBeUndefined();
  });
});

describe('guessing a password', () => {
  test('ends after ten tries from one place; the right one is refused then, as an unknown login is (ENM-02, BF-17)', async () => {
    const t = await openTestEngine();
    await t.engine.administrators.create(inTenant(t), alice);
    const sign = (login: string, given: string, source: string) =>
      t.engine.administrators.authenticate(login, given, source);
    for (let guess = 0; guess < 10; guess++) {
      expect(await sign('alice@example.org', 'wrong password', '192.0.2.1')).toBeUndefined();
    }
    expect(await sign('alice@example.org', password, '192.0.2.1')).toBeUndefined();
    expect(await sign('alice@example.org', password, '192.0.2.2')).toBeDefined();
    t.clock.advance(15 * 60_000);
    expect(await sign('alice@example.org', password, '192.0.2.1')).toBeDefined();
  });

  test('at once is evaluated as often as one after the other (OTP-14)', async () => {
    const t = await openTestEngine();
    await t.engine.administrators.create(inTenant(t), alice);
    await Promise.all(
      Array.from({ length: 15 }, (_, index) =>
        t.engine.administrators.authenticate('alice@example.org', `wrong ${index}`, '192.0.2.1'),
      ),
    );
    const rows = await auditOf({ ...t, caller: t.caller }, 'administrator.signed-in', {
      ...t.caller,
      actor: t.system.actor,
    });
    const reasons = rows.map((row) => row.reason);
    expect(reasons.filter((reason) => reason === 'wrong')).toHaveLength(10);
    expect(reasons.filter((reason) => reason === 'too_many_attempts')).toHaveLength(5);
  });

  test('is hashed the same number of times whoever is asked for (ENM-02)', async () => {
    const t = await openTestEngine();
    await t.engine.administrators.create(inTenant(t), alice);
    // A wrong password, an unknown login and a spent budget: all write one row and answer the same.
    for (const login of ['alice@example.org', 'nobody@example.org']) {
      for (let guess = 0; guess < 11; guess++) {
        expect(await t.engine.administrators.authenticate(login, 'wrong', '192.0.2.1')).toBeUndefined();
      }
    }
    const known = await t.engine.audit.query(inTenant(t), { event: 'administrator.signed-in' });
    const unknown = await t.engine.audit.query(t.system, { event: 'administrator.signed-in' });
    expect(known.items).toHaveLength(11);
    expect(unknown.items).toHaveLength(11);
    expect(JSON.stringify(unknown.items)).not.toContain('nobody@example.org');
  });
});

describe('an address that tries many logins', () => {
  test('is refused after a hundred, the same for every login and before any password is hashed (BF-11, ADM-03)', async () => {
    const t = await openTestEngine();
    await t.engine.administrators.create(inTenant(t), alice);
    const sign = (login: string, given: string, source: string) =>
      t.engine.administrators.authenticate(login, given, source);
    for (let index = 0; index < 100; index++) {
      expect(await sign(`login ${index}`, password, '192.0.2.1')).toBeUndefined();
    }
    t.clock.advance(60_000);
    const refusals = [];
    for (const [login, given] of [
      ['alice@example.org', password],
      ['alice@example.org', 'wrong'],
      ['nobody@example.org', password],
      ['login 1', password],
    ] as const) {
      refusals.push(JSON.stringify(await expectRefusal(sign(login, given, '192.0.2.1'), 'too_many_attempts')));
    }
    expect(new Set(refusals).size).toBe(1);
    expect(refusals[0]).toContain('"retryAfter":840');
    // More at once than may wait for a hash: nobody is told that there was no room.
    const flood = Array.from({ length: 300 }, (_, index) =>
      sign(`flood ${index}`, password, '192.0.2.1').catch(codeOf),
    );
    expect(new Set(await Promise.all(flood))).toEqual(new Set(['too_many_attempts']));

    const { items } = await t.engine.audit.query(t.system, { event: 'administrator.signed-in', limit: 500 });
    expect(items).toHaveLength(101);
    expect(items[0]).toMatchObject({
      outcome: 'refused',
      reason: 'too_many_attempts',
      source: '192.0.2.1',
      detail: { budget: 'source' },
    });
    expect(await sign('alice@example.org', password, '192.0.2.2')).toBeDefined();
    t.clock.advance(14 * 60_000);
    expect(await sign('alice@example.org', password, '192.0.2.1')).toBeDefined();
  });

  test('gets back what it proves: many good sign-ins use nothing up', async () => {
    const t = await openTestEngine();
    await t.engine.administrators.create(inTenant(t), alice);
    for (let index = 0; index < 120; index++) {
      expect(await t.engine.administrators.authenticate('alice@example.org', password, '192.0.2.1')).toBeDefined();
    }
  });
});

describe('the token of an administrator', () => {
  test('is his alone and no token of an integration, nor the reverse', async () => {
    const t = await openTestEngine();
    const { id } = await t.engine.administrators.create(inTenant(t), alice);
    const { token } = await t.engine.administrators.issueToken(inTenant(t), id);
    expect(token).toMatch(/^csa_/);
    expect(await t.engine.integrations.authenticate({ token })).toBeUndefined();
    expect(await t.engine.administrators.authenticateToken(t.token)).toBeUndefined();
    expect(await t.engine.administrators.authenticateToken('')).toBeUndefined();
    expect((await t.engine.administrators.authenticateToken(token))?.id).toBe(id);
    t.clock.advance(365 * 24 * 60 * 60 * 1000);
    expect(await t.engine.administrators.authenticateToken(token)).toBeUndefined();
    expect(JSON.stringify(await t.store.db.selectFrom('credentials').selectAll().execute())).not.toContain(token);
  });

  test('is no good while its year has not come: it was given by a clock that was ahead (CLK-02)', async () => {
    const t = await openTestEngine();
    const year = 365 * 24 * 60 * 60 * 1000;
    const { id } = await t.engine.administrators.create(inTenant(t), alice);
    const { token } = await t.engine.administrators.issueToken(inTenant(t), id);
    t.clock.advance(-year);
    expect((await t.engine.administrators.authenticateToken(token))?.id).toBe(id);
    t.clock.advance(-1);
    expect(await t.engine.administrators.authenticateToken(token)).toBeUndefined();
  });

  test('is made for administrators of the own tenant only (TEN-01)', async () => {
    const t = await openTestEngine();
    const { tenant: other } = await t.engine.tenants.create(t.system, { name: 'Other' });
    const { id } = await t.engine.administrators.create(inTenant(t), alice);
    await expectRefusal(t.engine.administrators.issueToken({ ...t.system, tenant: other.id }, id), 'not_found');
    await expectRefusal(t.engine.administrators.issueToken({ ...t.system, tenant: platformTenant }, id), 'not_found');
  });
});
