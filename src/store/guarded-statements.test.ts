import { describe, expect, test } from 'vitest';
import type { TenantId } from '../core/ids.ts';
import { openTestStore, sharedDatabase } from './database-file.fixture.ts';
import {
  advanceDevices,
  type Allowance,
  claimIdempotencyKey,
  claimSetting,
  clearBudget,
  endEnrollment,
  findBudget,
  findDevice,
  findEnrollment,
  findNumbered,
  findNumbers,
  insertDevice,
  insertEnrollment,
  insertNumbers,
  insertUser,
  prepareEnrollment,
  refundBudget,
  spendBudget,
  spendEnrollmentAttempt,
  type Store,
  type StoredDevice,
  type StoredEnrollment,
  updateDevice,
} from './index.ts';

const tenant = 'tnt_1' as TenantId;
const otherTenant = 'tnt_2' as TenantId;

/** Advances one device from the version with which it was read. */
async function advanceDevice(db: Store['db'], device: StoredDevice, counters: string, now: number): Promise<boolean> {
  const { tenantId, id, version } = device;
  const advance = { tenant: tenantId, id, version, nextVersion: version + 1, counters, lastUsedAt: now };
  return (await advanceDevices(db, [advance])) === 1;
}

/** Two stores on one database, as two processes have them. */
async function twoStores(): Promise<readonly [Store, Store]> {
  const { url } = await sharedDatabase();
  return [await openTestStore({ url }), await openTestStore({ url })];
}

/** Runs `attempt` in that many transactions at once, on both stores in turn, and counts those that answer true. */
async function countWins(
  stores: readonly [Store, Store],
  times: number,
  attempt: (db: Store['db'], index: number) => Promise<boolean>,
): Promise<number> {
  const wins = await Promise.all(
    Array.from({ length: times }, (_, index) =>
      stores[index % 2 === 0 ? 0 : 1].transaction((db) => attempt(db, index)),
    ),
  );
  return wins.filter(Boolean).length;
}

describe('a guarded statement has one winner', () => {
  test('when one user name is inserted 50 times at once (OSS-09)', async () => {
    const stores = await twoStores();
    const user = { tenantId: tenant, realmId: 'rlm_1', name: 'alice', status: 'active' as const };
    const wins = await countWins(stores, 50, (db, index) =>
      insertUser(db, { ...user, id: `usr_${index}`, createdAt: 1, updatedAt: 1 }),
    );
    expect(wins).toBe(1);
    // The same name is free in another realm and in another tenant, and another spelling is another name.
    for (const other of [{ realmId: 'rlm_2' }, { tenantId: otherTenant }, { name: 'Alice' }, { name: 'alice ' }]) {
      const id = `usr_other_${JSON.stringify(other)}`;
      expect(await insertUser(stores[0].db, { ...user, ...other, id, createdAt: 1, updatedAt: 1 })).toBe(true);
    }
  });

  test('when one version of a device is advanced 50 times at once (OTP-02)', async () => {
    const stores = await twoStores();
    const device = storedDevice();
    await insertDevice(stores[0].db, device);
    const wins = await countWins(stores, 50, (db, index) => advanceDevice(db, device, `${index}`, 2));
    expect(wins).toBe(1);
    const after = await findDevice(stores[1].db, tenant, device.id);
    expect(after).toMatchObject({ version: 2, lastUsedAt: 2 });
    expect(await advanceDevice(stores[0].db, { ...device, version: 2 }, '51', 3)).toBe(true);
  });

  test('and none when the device was suspended after it was read (FLW-17)', async () => {
    const [store] = await twoStores();
    const device = storedDevice();
    await insertDevice(store.db, device);
    await updateDevice(store.db, tenant, device.id, { status: 'suspended' }, 2);
    for (const version of [1, 2]) {
      expect(await advanceDevice(store.db, { ...device, version }, '1', 3)).toBe(false);
    }
    expect((await findDevice(store.db, tenant, device.id))?.counters).toBe('{}');
  });

  test('when one enrollment is prepared, and when it ends, 20 times at once', async () => {
    const stores = await twoStores();
    const enrollment = storedEnrollment();
    await insertEnrollment(stores[0].db, enrollment);
    const columns = { kind: 'totp', deviceId: 'dev_1', deviceName: 'App', prepared: 'sealed', shown: 'sealed' };
    expect(await countWins(stores, 20, (db) => prepareEnrollment(db, enrollment, columns, 2))).toBe(1);
    const ended = await countWins(stores, 20, (db, index) =>
      endEnrollment(db, enrollment, ['new', 'prepared'], { state: index % 2 === 0 ? 'completed' : 'cancelled' }, 3),
    );
    expect(ended).toBe(1);
    // What it kept is forgotten, and a final state stays.
    expect(await findEnrollment(stores[0].db, tenant, 'int_1', enrollment.id)).toMatchObject({
      prepared: undefined,
      shown: undefined,
    });
    expect(await prepareEnrollment(stores[0].db, enrollment, columns, 4)).toBe(false);
  });

  test('for every attempt that an enrollment has', async () => {
    const stores = await twoStores();
    const enrollment = { ...storedEnrollment(), state: 'prepared' as const, attemptsLeft: 5 };
    await insertEnrollment(stores[0].db, enrollment);
    expect(await countWins(stores, 30, (db) => spendEnrollmentAttempt(db, enrollment, 2))).toBe(5);
    const late = { ...enrollment, id: 'enr_2' };
    await insertEnrollment(stores[0].db, late);
    expect(await spendEnrollmentAttempt(stores[0].db, late, late.expiresAt)).toBe(false);
  });

  test('when one idempotency key is claimed 20 times at once, and again after it has expired', async () => {
    const stores = await twoStores();
    const key = { tenantId: tenant, integrationId: 'int_1', key: 'order-1' };
    const claim = (now: number) => (db: Store['db']) => claimIdempotencyKey(db, key, 'fingerprint', now, now + 100);
    expect(await countWins(stores, 20, claim(1000))).toBe(1);
    expect(await countWins(stores, 20, claim(1099))).toBe(0);
    expect(await countWins(stores, 20, claim(1100))).toBe(1);
    expect(
      await countWins(stores, 1, (db) => claimIdempotencyKey(db, { ...key, tenantId: otherTenant }, 'f', 1, 2)),
    ).toBe(1);
  });

  test('when one setting is claimed, and everybody is told the same value', async () => {
    const stores = await twoStores();
    const values = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].transaction((db) => claimSetting(db, 'keys.fingerprint', `value ${index}`)),
      ),
    );
    expect(new Set(values).size).toBe(1);
  });
});

describe('a budget', () => {
  const allowance: Allowance = { limit: 3, window: 1000, consecutive: 7 };
  const spend = (store: Store, now: number, subject = 'factor:alice') =>
    store.transaction((db) => spendBudget(db, tenant, subject, allowance, now));

  test('is spent to the last unit and not beyond, and is fresh in the next window', async () => {
    const store = await openTestStore();
    const spent = async (now: number) => [await spend(store, now), await spend(store, now), await spend(store, now)];
    expect(await spent(10)).toEqual([true, true, true]);
    expect(await spend(store, 11)).toBe(false);
    expect(await spend(store, 1009)).toBe(false);
    expect(await findBudget(store.db, tenant, 'factor:alice')).toEqual({
      spent: 3,
      windowEndsAt: 1010,
      consecutive: 3,
    });
    expect(await spent(1010)).toEqual([true, true, true]);
    expect(await spend(store, 1011)).toBe(false);
  });

  test('has a cap on units in a row that no window refills, only forgiveness (BF-13)', async () => {
    const store = await openTestStore();
    let spent = 0;
    for (let hour = 0; hour < 50; hour++) if (await spend(store, 10_000 * hour)) spent++;
    expect(spent).toBe(7);
    await clearBudget(store.db, tenant, 'factor:alice');
    expect(await spend(store, 1_000_000)).toBe(true);
  });

  test('holds under 100 spendings at once from two processes (OTP-14)', async () => {
    const stores = await twoStores();
    const limit = { limit: 10, window: 1000 };
    expect(await countWins(stores, 100, (db) => spendBudget(db, tenant, 'factor:alice', limit, 10))).toBe(10);
    expect(await countWins(stores, 100, (db) => spendBudget(db, tenant, 'factor:bob', limit, 10))).toBe(10);
  });

  test('belongs to one subject of one tenant (TEN-03)', async () => {
    const store = await openTestStore();
    for (let unit = 0; unit < 3; unit++) await spend(store, 10);
    expect(await spend(store, 10)).toBe(false);
    expect(await spend(store, 10, 'factor:bob')).toBe(true);
    expect(await store.transaction((db) => spendBudget(db, otherTenant, 'factor:alice', allowance, 10))).toBe(true);
  });

  test('takes a unit back, but never becomes more than it was', async () => {
    const store = await openTestStore();
    await spend(store, 10);
    await refundBudget(store.db, tenant, 'factor:alice');
    await refundBudget(store.db, tenant, 'factor:alice');
    await refundBudget(store.db, tenant, 'factor:nobody');
    expect(await findBudget(store.db, tenant, 'factor:alice')).toEqual({
      spent: 0,
      windowEndsAt: 1010,
      consecutive: 0,
    });
    let spent = 0;
    for (let unit = 0; unit < 10; unit++) if (await spend(store, 20)) spent++;
    expect(spent).toBe(3);
    expect(await findBudget(store.db, tenant, 'factor:nobody')).toBeUndefined();
  });
});

/** The number of every object, those included that had none. */
async function assignNumbers(
  db: Store['db'],
  owner: TenantId,
  type: string,
  ids: readonly string[],
): Promise<number[]> {
  if (ids.length > 0) await insertNumbers(db, owner, type, ids);
  const numbers = await findNumbers(db, owner, type, ids);
  return ids.map((id) => numbers.get(id) ?? 0);
}

describe('numbers', () => {
  test('are the same for the same object, in the order that was asked for', async () => {
    const store = await openTestStore();
    const first = await assignNumbers(store.db, tenant, 'user', ['usr_a', 'usr_b']);
    expect(new Set(first).size).toBe(2);
    const again = await assignNumbers(store.db, tenant, 'user', ['usr_b', 'usr_c', 'usr_a']);
    expect(again[0]).toBe(first[1]);
    expect(again[2]).toBe(first[0]);
    expect(await assignNumbers(store.db, tenant, 'user', [])).toEqual([]);
  });

  test('name nothing of another type or tenant (TEN-01)', async () => {
    const store = await openTestStore();
    const [number = 0] = await assignNumbers(store.db, tenant, 'user', ['usr_a']);
    expect(await findNumbered(store.db, tenant, 'user', number)).toBe('usr_a');
    expect(await findNumbered(store.db, tenant, 'device', number)).toBeUndefined();
    expect(await findNumbered(store.db, otherTenant, 'user', number)).toBeUndefined();
    expect(await assignNumbers(store.db, otherTenant, 'user', ['usr_a'])).not.toEqual([number]);
  });

  test('are never given twice, even after the row of the highest one has gone', async () => {
    const store = await openTestStore();
    const [, highest = 0] = await assignNumbers(store.db, tenant, 'user', ['usr_a', 'usr_b']);
    await store.db.deleteFrom('numbers').where('number', '=', highest).execute();
    const [next = 0] = await assignNumbers(store.db, tenant, 'user', ['usr_c']);
    expect(next).toBeGreaterThan(highest);
    await store.db.deleteFrom('numbers').execute();
    expect((await assignNumbers(store.db, tenant, 'user', ['usr_d']))[0]).toBeGreaterThan(next);
  });

  test('are unique when two processes assign them at once', async () => {
    const stores = await twoStores();
    const assigned = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        stores[index % 2 === 0 ? 0 : 1].transaction((db) =>
          assignNumbers(db, tenant, 'user', ['usr_shared', `usr_${index}`]),
        ),
      ),
    );
    expect(new Set(assigned.map(([shared]) => shared)).size).toBe(1);
    expect(new Set(assigned.map(([, own]) => own)).size).toBe(30);
  });
});

function storedDevice(): StoredDevice {
  return {
    tenantId: tenant,
    id: 'dev_1',
    userId: 'usr_1',
    kind: 'totp',
    name: 'App',
    status: 'active',
    secret: 'sealed',
    counters: '{}',
    version: 1,
    readable: false,
    lookup: undefined,
    createdAt: 1,
    lastUsedAt: undefined,
  };
}

function storedEnrollment(): StoredEnrollment {
  return {
    tenantId: tenant,
    id: 'enr_1',
    integrationId: 'int_1',
    userName: 'alice',
    userId: undefined,
    ifUserExists: 'add',
    kind: undefined,
    deviceId: undefined,
    deviceName: undefined,
    state: 'new',
    attemptsLeft: 5,
    prepared: undefined,
    shown: undefined,
    context: undefined,
    createdAt: 1,
    expiresAt: 1000,
  };
}
