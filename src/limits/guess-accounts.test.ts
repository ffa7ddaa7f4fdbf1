import { describe, expect, test } from 'vitest';
import type { TenantId } from '../core/ids.ts';
import { policySchema } from '../core/policy/policy.ts';
import { openTestStore } from '../store/database-file.fixture.ts';
import { type Store } from '../store/index.ts';
import { type GuessPayer, openGuessAccounts, payForGuess } from './index.ts';

const policy = policySchema.parse({ guesses: { perUser: 3, perSource: 5, windowSeconds: 60, consecutive: 4 } });
const tenant = 'tnt_1' as TenantId;

function payer(user: string, source?: string, of = tenant): GuessPayer {
  return { tenant: of, realm: 'rlm_1', user, source, purpose: 'factor' };
}

const guesses = (payers: readonly GuessPayer[]) => payers.map((payer) => ({ payer, policy }));
const times = (count: number, payer: GuessPayer) => Array.from({ length: count }, () => payer);

/** Pays for guesses that are judged together and all refused; how many were paid. */
async function payTogether(store: Store, payers: readonly GuessPayer[], now = 0): Promise<number> {
  const accounts = await openGuessAccounts(store.db, guesses(payers), now);
  const paid = payers.filter((_, place) => accounts.pay(place) === undefined).length;
  expect(await accounts.settle(store.db)).toBe(true);
  return paid;
}

describe('guesses that are judged together', () => {
  test('pay as they would one after the other, for user, source and tenant each (OTP-14, BF-09, TEN-01)', async () => {
    const store = await openTestStore();
    expect(await payTogether(store, times(200, payer('alice')))).toBe(3);
    expect(await payTogether(store, times(10, payer('alice')))).toBe(0);
    expect(await payTogether(store, times(10, payer('alice', undefined, 'tnt_2' as TenantId)))).toBe(3);
    const sprayed = Array.from({ length: 20 }, (_, index) => payer(`user ${index}`, '192.0.2.1'));
    expect(await payTogether(store, sprayed)).toBe(5);
    expect((await payForGuess(store.db, payer('user 7'), policy, 0))?.code).toBeUndefined();
  });

  test('find what was paid for one by one, and the reverse', async () => {
    const store = await openTestStore();
    expect(await payForGuess(store.db, payer('alice'), policy, 0)).toBeUndefined();
    expect(await payTogether(store, times(1, payer('alice')))).toBe(1);
    expect(await payForGuess(store.db, payer('alice'), policy, 0)).toBeUndefined();
    expect(await payForGuess(store.db, payer('alice'), policy, 0)).toMatchObject({ code: 'too_many_attempts' });
    expect(await payTogether(store, times(1, payer('alice')))).toBe(0);
  });

  test('begin a new window when the one before is over, and end for good at the cap (BF-13)', async () => {
    const store = await openTestStore();
    expect(await payTogether(store, times(5, payer('alice')), 0)).toBe(3);
    expect(await payTogether(store, times(5, payer('alice')), 60_000)).toBe(1);
    expect(await payTogether(store, times(5, payer('alice')), 3_600_000)).toBe(0);
  });

  test.each([
    ['all refused', 3],
    ['the last one paid', 2],
  ])(
    'end with a window of the right clock when one that was ahead began it, %s (CLK-01, CLK-02)',
    async (_, before) => {
      const store = await openTestStore();
      expect(await payTogether(store, times(before, payer('alice', '192.0.2.1')), 86_400_000)).toBe(before);
      const accounts = await openGuessAccounts(store.db, guesses(times(4, payer('alice', '192.0.2.1'))), 0);
      const told = [0, 1, 2, 3].map((place) => accounts.pay(place)?.retryAfter);
      expect(told).toEqual([...Array<undefined>(3 - before).fill(undefined), ...Array<number>(before + 1).fill(60)]);
      expect(await accounts.settle(store.db)).toBe(true);
      expect(await payTogether(store, times(1, payer('alice')), 59_999)).toBe(0);
      expect(await payTogether(store, times(1, payer('alice')), 60_000)).toBe(1);
    },
  );

  test('that were only looked for bound such a window, too, and spend nothing (CLK-02)', async () => {
    const store = await openTestStore();
    await payTogether(store, times(3, payer('alice')), 86_400_000);
    const accounts = await openGuessAccounts(store.db, guesses(times(1, payer('alice'))), 0);
    expect(accounts.findExhaustion(0)).toMatchObject({ code: 'too_many_attempts', retryAfter: 60 });
    expect(await accounts.settle(store.db)).toBe(true);
    const [row] = await store.db.selectFrom('budgets').selectAll().execute();
    expect(row).toMatchObject({ spent: 3, window_ends_at: 60_000, consecutive: 3 });
  });

  test('leave a bound alone that another process has set sooner (CLK-02)', async () => {
    const store = await openTestStore();
    await payTogether(store, times(3, payer('alice')), 86_400_000);
    const accounts = await openGuessAccounts(store.db, guesses(times(1, payer('alice'))), 5000);
    expect(accounts.pay(0)).toMatchObject({ retryAfter: 60 });
    expect(await payForGuess(store.db, payer('alice'), policy, 0)).toMatchObject({ retryAfter: 60 });
    expect(await accounts.settle(store.db)).toBe(true);
    expect(await payTogether(store, times(1, payer('alice')), 60_000)).toBe(1);
  });

  test('are forgiven to the user whole by the accepted one among them, and cost the source only the others', async () => {
    const store = await openTestStore();
    await payForGuess(store.db, payer('alice', '192.0.2.1'), policy, 0);
    const accounts = await openGuessAccounts(store.db, guesses(times(3, payer('alice', '192.0.2.1'))), 0);
    expect(accounts.pay(0)).toBeUndefined();
    expect(accounts.pay(1)).toBeUndefined();
    accounts.forgive(1);
    expect(accounts.pay(2)).toBeUndefined();
    expect(await accounts.settle(store.db)).toBe(true);
    // One is spent of the user's three since then, and three of the source's five.
    expect(await payTogether(store, times(9, payer('alice')))).toBe(2);
    const others = Array.from({ length: 9 }, (_, index) => payer(`user ${index}`, '192.0.2.1'));
    expect(await payTogether(store, others)).toBe(2);
  });

  test('leave nothing behind when they could not be judged, or were all accepted (I8)', async () => {
    const store = await openTestStore();
    const accounts = await openGuessAccounts(store.db, guesses(times(2, payer('alice', '192.0.2.1'))), 0);
    accounts.pay(0);
    accounts.refund(0);
    accounts.pay(1);
    accounts.forgive(1);
    expect(await accounts.settle(store.db)).toBe(true);
    expect(await store.db.selectFrom('budgets').selectAll().execute()).toEqual([]);
  });

  test('do not fit any more when another process has spent meanwhile, and then spend nothing (OTP-14)', async () => {
    const store = await openTestStore();
    const accounts = await openGuessAccounts(store.db, guesses(times(2, payer('alice'))), 0);
    expect(accounts.pay(0)).toBeUndefined();
    expect(accounts.pay(1)).toBeUndefined();
    await payForGuess(store.db, payer('alice'), policy, 0);
    await payForGuess(store.db, payer('alice'), policy, 0);
    expect(await accounts.settle(store.db)).toBe(false);
    expect(await payTogether(store, times(9, payer('alice')))).toBe(1);
  });

  test('of nobody are paid by nobody', async () => {
    const store = await openTestStore();
    const accounts = await openGuessAccounts(store.db, [undefined], 0);
    expect(accounts.pay(0)).toBeUndefined();
    expect(accounts.findExhaustion(0)).toBeUndefined();
    expect(await accounts.settle(store.db)).toBe(true);
  });
});
