import { describe, expect, test } from 'vitest';
import { integrationCaller } from '../testing/index.ts';
import { codeOf, expectRefusal, openTestEngine } from './enrolled.fixture.ts';

const day = 24 * 3_600_000;

describe('an idempotency key', () => {
  test('is fresh once, in progress until it is settled, and then answers the same to the same request', async () => {
    const t = await openTestEngine();
    const { idempotency } = t.engine;
    const claims = await Promise.allSettled(
      Array.from({ length: 20 }, () => idempotency.claim(t.caller, 'order-1', 'print')),
    );
    const fresh = claims.filter((outcome) => outcome.status === 'fulfilled');
    expect(fresh.map((outcome) => outcome.value)).toEqual([{ state: 'fresh' }]);
    const others = claims.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => codeOf(reason));
    expect(others).toEqual(Array.from({ length: 19 }, () => 'request_in_progress'));

    await idempotency.settle(t.caller, 'order-1', { status: 201, body: { id: 'enr_1' } });
    const done = { state: 'done', status: 201, body: { id: 'enr_1' } };
    expect(
      await Promise.all([
        idempotency.claim(t.caller, 'order-1', 'print'),
        idempotency.claim(t.caller, 'order-1', 'print'),
      ]),
    ).toEqual([done, done]);
    await expectRefusal(idempotency.claim(t.caller, 'order-1', 'another print'), 'idempotency_conflict');
  });

  test('of another request conflicts even before it is settled', async () => {
    const t = await openTestEngine();
    await t.engine.idempotency.claim(t.caller, 'order-1', 'print');
    await expectRefusal(t.engine.idempotency.claim(t.caller, 'order-1', 'another print'), 'idempotency_conflict');
  });

  test('is free again when the request failed, and a day after it was answered', async () => {
    const t = await openTestEngine();
    const { idempotency } = t.engine;
    await idempotency.claim(t.caller, 'order-1', 'print');
    await idempotency.settle(t.caller, 'order-1', undefined);
    expect(await idempotency.claim(t.caller, 'order-1', 'another print')).toEqual({ state: 'fresh' });
    await idempotency.settle(t.caller, 'order-1', { status: 200, body: null });
    // What is done stays done.
    await idempotency.settle(t.caller, 'order-1', undefined);
    t.clock.advance(day - 1);
    expect(await idempotency.claim(t.caller, 'order-1', 'another print')).toMatchObject({ state: 'done' });
    t.clock.advance(1);
    expect(await idempotency.claim(t.caller, 'order-1', 'print')).toEqual({ state: 'fresh' });
  });

  test('belongs to one integration', async () => {
    const t = await openTestEngine();
    const { integration } = await t.engine.integrations.create(t.caller, { name: 'Other' });
    const other = integrationCaller(integration);
    await t.engine.idempotency.claim(t.caller, 'order-1', 'print');
    expect(await t.engine.idempotency.claim(other, 'order-1', 'other print')).toEqual({ state: 'fresh' });
    await t.engine.idempotency.settle(t.caller, 'order-1', { status: 200, body: 'mine' });
    await t.engine.idempotency.settle(other, 'order-1', { status: 200, body: 'theirs' });
    expect(await t.engine.idempotency.claim(other, 'order-1', 'other print')).toMatchObject({ body: 'theirs' });
  });

  test('keeps its answer sealed: it may show a secret (I6)', async () => {
    const t = await openTestEngine();
    await t.engine.idempotency.claim(t.caller, 'order-1', 'print');
    await t.engine.idempotency.settle(t.caller, 'order-1', { status: 200, body: { secret: 'JBSWY3DPEHPK3PXP' } });
    const row = await t.store.db.selectFrom('idempotency').selectAll().executeTakeFirst();
    expect(JSON.stringify(row)).not.toContain('JBSWY3DPEHPK3PXP');
    t.clock.advance(day);
    expect((await t.engine.sweep()).idempotency).toBe(1);
  });

  test.each(['', 'a\nb', 'x'.repeat(256)])('is not %j', async (key) => {
    const t = await openTestEngine();
    await expectRefusal(t.engine.idempotency.claim(t.caller, key, 'print'), 'invalid_parameters');
  });
});

describe('numbers of objects', () => {
  test('are given once, also at once, and lead back to the object in its own tenant', async () => {
    const t = await openTestEngine();
    const { numbers } = t.engine;
    const assigned = await Promise.all(
      Array.from({ length: 10 }, (_, index) => numbers.assign(t.caller, 'user', ['usr_a', `usr_${index}`])),
    );
    expect(new Set(assigned.map(([shared]) => shared)).size).toBe(1);
    expect(new Set(assigned.map(([, own]) => own)).size).toBe(10);
    const [number = 0] = await numbers.assign(t.caller, 'user', ['usr_a']);
    expect(await numbers.resolve(t.caller, 'user', number)).toBe('usr_a');
    expect(await numbers.resolve(t.caller, 'device', number)).toBeUndefined();
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
    expect(await numbers.resolve({ ...t.system, tenant: tenant.id }, 'user', number)).toBeUndefined();
  });
});
