import { describe, expect, test } from 'vitest';
import { platformTenant, type TenantId } from '../core/ids.ts';
import { policySchema } from '../core/policy/policy.ts';
import { openTestStore } from '../store/database-file.fixture.ts';
import { clearBudget, type Store } from '../store/index.ts';
import { budgetSubject } from './budget-subject.ts';
import {
  forgiveGuesses,
  forgivePasswords,
  type GuessPayer,
  openGuessAccounts,
  payForGuess,
  payForMessage,
  payForPassword,
  refundPassword,
  tellExhaustedAddress,
} from './index.ts';

const policy = policySchema.parse({
  guesses: { perUser: 3, perSource: 5, windowSeconds: 60, consecutive: 100 },
  messages: { perTarget: 2, windowSeconds: 60 },
});
const alice: GuessPayer = {
  tenant: 'tnt_1' as TenantId,
  realm: 'rlm_1',
  user: 'alice',
  source: undefined,
  purpose: 'factor',
};

/** The refusal that the next guess would meet. */
async function findExhaustion(store: Store, payer: GuessPayer, rules = policy, now = 0) {
  return (await openGuessAccounts(store.db, [{ payer, policy: rules }], now)).findExhaustion(0);
}

/** How many guesses these payers get, one after the other. */
async function countGuesses(store: Store, payers: readonly GuessPayer[], now = 0): Promise<number> {
  let paid = 0;
  for (const payer of payers) if ((await payForGuess(store.db, payer, policy, now)) === undefined) paid++;
  return paid;
}
const times = (count: number, payer: GuessPayer) => Array.from({ length: count }, () => payer);

describe('guesses', () => {
  test('are counted per user, realm, tenant and purpose', async () => {
    const store = await openTestStore();
    expect(await countGuesses(store, times(10, alice))).toBe(3);
    for (const other of [
      { user: 'bob' },
      { realm: 'rlm_2' },
      { tenant: 'tnt_2' as TenantId },
      { purpose: 'enrollment' as const },
    ]) {
      expect(await countGuesses(store, times(10, { ...alice, ...other }))).toBe(3);
    }
  });

  test('say when to come back', async () => {
    const store = await openTestStore();
    await countGuesses(store, times(3, alice), 1000);
    const refusal = { code: 'too_many_attempts', status: 429 };
    expect(await payForGuess(store.db, alice, policy, 31_000)).toMatchObject({ ...refusal, retryAfter: 30 });
    expect(await payForGuess(store.db, alice, policy, 60_999)).toMatchObject({ ...refusal, retryAfter: 1 });
    expect(await payForGuess(store.db, alice, policy, 61_000)).toBeUndefined();
  });

  test('are paid for by the source too, a whole IPv6 subnet at once (BF-09, BF-11)', async () => {
    const store = await openTestStore();
    const from = (source: string, users: number) =>
      Array.from({ length: users }, (_, index) => ({ ...alice, user: `${source} ${index}`, source }));
    expect(await countGuesses(store, from('192.0.2.1', 20))).toBe(5);
    expect(await countGuesses(store, from('::ffff:192.0.2.1', 20))).toBe(0);
    expect(await countGuesses(store, from('192.0.2.2', 20))).toBe(5);
    const subnet = Array.from({ length: 20 }, (_, index) => ({
      ...alice,
      user: `v6 ${index}`,
      source: `2001:db8::${index}`,
    }));
    expect(await countGuesses(store, subnet)).toBe(5);
    expect(await countGuesses(store, from('2001:db8:0:1::1', 20))).toBe(5);
  });

  test('that a source may not make cost the user nothing: a stranger cannot lock him out that way (BF-12)', async () => {
    const store = await openTestStore();
    const source = '192.0.2.1';
    await countGuesses(
      store,
      Array.from({ length: 5 }, (_, index) => ({ ...alice, user: `other ${index}`, source })),
    );
    expect(await countGuesses(store, times(50, { ...alice, source }))).toBe(0);
    expect(await countGuesses(store, times(10, { ...alice, source: '192.0.2.9' }))).toBe(3);
  });

  test('are forgiven to the user whole and to the source one by one', async () => {
    const store = await openTestStore();
    const payer = { ...alice, source: '192.0.2.1' };
    await countGuesses(store, times(3, payer));
    expect(await findExhaustion(store, payer)).toMatchObject({ code: 'too_many_attempts' });
    await forgiveGuesses(store.db, payer, policy);
    expect(await findExhaustion(store, payer)).toBeUndefined();
    // Two of the source's five stay spent: otherwise one good account would pay for guessing at all others.
    expect(await countGuesses(store, times(10, { ...payer, user: 'bob' }))).toBe(3);
  });

  test('can be looked up without being spent', async () => {
    const store = await openTestStore();
    for (let look = 0; look < 10; look++) expect(await findExhaustion(store, alice)).toBeUndefined();
    expect(await countGuesses(store, times(10, alice))).toBe(3);
    expect(await findExhaustion(store, alice, policy, 59_999)).toMatchObject({ retryAfter: 1 });
    expect(await findExhaustion(store, alice, policy, 60_000)).toBeUndefined();
  });

  test('in a row end for good at the cap, and the look-up knows it (BF-13)', async () => {
    const store = await openTestStore();
    const slow = policySchema.parse({ guesses: { perUser: 3, windowSeconds: 60, consecutive: 4 } });
    for (let hour = 0; hour < 4; hour++)
      expect(await payForGuess(store.db, alice, slow, hour * 3_600_000)).toBeUndefined();
    const later = 1000 * 3_600_000;
    expect(await payForGuess(store.db, alice, slow, later)).toMatchObject({ code: 'too_many_attempts' });
    expect(await findExhaustion(store, alice, slow, later)).toMatchObject({ code: 'too_many_attempts' });
  });

  test('counted by a clock that was ahead lock nobody out for longer than a window by the right one (CLK-01, CLK-02)', async () => {
    const store = await openTestStore();
    await countGuesses(store, times(3, alice), 86_400_000);
    const refusal = { code: 'too_many_attempts', retryAfter: 60 };
    expect(await findExhaustion(store, alice)).toMatchObject(refusal);
    expect(await payForGuess(store.db, alice, policy, 0)).toMatchObject(refusal);
    // What was spent stays spent, and the window goes on from the first time it was seen.
    expect(await payForGuess(store.db, alice, policy, 59_999)).toMatchObject({ ...refusal, retryAfter: 1 });
    expect(await countGuesses(store, times(10, alice), 60_000)).toBe(3);
  });

  test('that are left by a clock that was ahead can be spent, and no more of them (CLK-02, BF-01)', async () => {
    const store = await openTestStore();
    expect(await countGuesses(store, times(2, alice), 86_400_000)).toBe(2);
    expect(await countGuesses(store, times(10, alice))).toBe(1);
    expect(await countGuesses(store, times(10, alice), 59_999)).toBe(0);
    expect(await countGuesses(store, times(10, alice), 60_000)).toBe(3);
  });

  test('leave no name or address in the database (I6)', async () => {
    const store = await openTestStore();
    await countGuesses(store, [{ ...alice, source: '192.0.2.77' }]);
    const rows = await store.db.selectFrom('budgets').selectAll().execute();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/alice|192\.0\.2\.77/);
  });
});

describe('messages', () => {
  const message = { channel: 'mail', to: 'alice@example.org', template: 'code', values: {} } as const;

  test('are counted per address, whatever its case (SMS-01)', async () => {
    const store = await openTestStore();
    const pay = (to: string, now = 0) => payForMessage(store.db, alice, { ...message, to }, policy, now);
    expect(await pay('alice@example.org')).toBeUndefined();
    expect(await pay('Alice@Example.org')).toBeUndefined();
    expect(await pay('ALICE@example.org', 15_000)).toMatchObject({ code: 'too_many_messages', retryAfter: 45 });
    expect(await pay('bob@example.org')).toBeUndefined();
    expect(await pay('alice@example.org', 60_000)).toBeUndefined();
  });

  test('counted by a clock that was ahead keep others away for a window and not longer (CLK-02)', async () => {
    const store = await openTestStore();
    const pay = (now: number) => payForMessage(store.db, alice, message, policy, now);
    for (let count = 0; count < 2; count++) expect(await pay(86_400_000)).toBeUndefined();
    expect(await pay(0)).toMatchObject({ code: 'too_many_messages', retryAfter: 60 });
    expect(await pay(59_999)).toMatchObject({ code: 'too_many_messages', retryAfter: 1 });
    expect(await pay(60_000)).toBeUndefined();
  });

  test('by another channel are counted apart', async () => {
    const store = await openTestStore();
    for (let count = 0; count < 3; count++) await payForMessage(store.db, alice, message, policy, 0);
    const sms = { ...message, channel: 'sms' as const };
    expect(await payForMessage(store.db, alice, sms, policy, 0)).toBeUndefined();
  });

  const sms = (to: string) => ({ ...message, channel: 'sms' as const, to });
  const rules = (messages: object) => policySchema.parse({ messages: { windowSeconds: 60, ...messages } });
  const bob = { ...alice, user: 'bob' };

  test('of a user are counted whatever their addresses and channels, and apart from those of his namesakes (SMS-01)', async () => {
    const store = await openTestStore();
    const pay = (payer: GuessPayer, to: string) =>
      payForMessage(store.db, payer, to.startsWith('+') ? sms(to) : { ...message, to }, rules({ perUser: 2 }), 0);
    expect(await pay(alice, 'alice@example.org')).toBeUndefined();
    expect(await pay(alice, '+12025550123')).toBeUndefined();
    expect(await pay(alice, 'else@example.org')).toMatchObject({ code: 'too_many_messages', retryAfter: 60 });
    expect(await pay({ ...alice, realm: 'rlm_2' }, 'else@example.org')).toBeUndefined();
    expect(await pay(bob, 'else@example.org')).toBeUndefined();
  });

  test('by SMS are counted by range and tenant, those by mail are not (SMS-01, TEN-11)', async () => {
    const store = await openTestStore();
    const policy = rules({ perPrefix: 1, perTenant: 2 });
    const pay = (to: string, payer = alice) => payForMessage(store.db, payer, sms(to), policy, 0);
    expect(await pay('+12025550123')).toBeUndefined();
    expect(await pay('+12025550199')).toMatchObject({ code: 'too_many_messages' });
    expect(await pay('+12025551123')).toBeUndefined();
    expect(await pay('+12025552123')).toMatchObject({ code: 'too_many_messages' });
    expect(await pay('+12025552123', { ...alice, tenant: 'tnt_2' as TenantId })).toBeUndefined();
    expect(await payForMessage(store.db, alice, message, policy, 0)).toBeUndefined();
  });

  test('that are refused cost nobody anything (SMS-01)', async () => {
    const store = await openTestStore();
    const policy = rules({ perTarget: 1 });
    for (let count = 0; count < 5; count++) await payForMessage(store.db, alice, sms('+12025550123'), policy, 0);
    const rows = await store.db.selectFrom('budgets').select('spent').execute();
    expect(rows).toEqual([{ spent: 1 }, { spent: 1 }, { spent: 1 }, { spent: 1 }]);
  });

  test('leave no number or name in the database (I6)', async () => {
    const store = await openTestStore();
    await payForMessage(store.db, alice, sms('+12025550123'), policy, 0);
    const rows = await store.db.selectFrom('budgets').selectAll().execute();
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows)).not.toMatch(/alice|202555/);
  });
});

describe('passwords of administrators', () => {
  /** Whether the guess is paid for, or who could not pay. */
  const guess = async (store: Store, source: string | undefined, login = 'alice@example.org', now = 0) =>
    (await payForPassword(store.db, login, source, now)) ?? 'paid';

  test('may be guessed ten times from one place, and the others are not locked out by that (BF-12)', async () => {
    const store = await openTestStore();
    const told: string[] = [];
    for (let count = 0; count < 50; count++) told.push(await guess(store, '192.0.2.1'));
    expect(told).toEqual([...Array<string>(10).fill('paid'), ...Array<string>(40).fill('here')]);
    expect(await guess(store, '192.0.2.2')).toBe('paid');
    expect(await guess(store, undefined)).toBe('paid');
    expect(await guess(store, '192.0.2.1', 'bob@example.org')).toBe('paid');
    expect(await guess(store, '192.0.2.1', 'alice@example.org', 15 * 60_000)).toBe('paid');
  });

  test('may be guessed two hundred times from everywhere', async () => {
    const store = await openTestStore();
    const told: string[] = [];
    for (let count = 0; count < 300; count++) told.push(await guess(store, `192.0.2.${count % 250}`));
    expect(told).toEqual([...Array<string>(200).fill('paid'), ...Array<string>(100).fill('everywhere')]);
    await forgivePasswords(store.db, 'alice@example.org', '192.0.2.1');
    expect(await guess(store, '192.0.2.1')).toBe('paid');
  });

  test('may be guessed a hundred times from one address, a whole IPv6 subnet at once, at whatever logins (BF-11)', async () => {
    const store = await openTestStore();
    const spray = async (source: (index: number) => string) => {
      const told: string[] = [];
      for (let index = 0; index < 120; index++) told.push(await guess(store, source(index), `login ${index}`));
      return told;
    };
    const hundred = [...Array<string>(100).fill('paid'), ...Array<string>(20).fill('address')];
    expect(await spray(() => '192.0.2.1')).toEqual(hundred);
    expect(await spray((index) => `2001:db8::${index}`)).toEqual(hundred);
    expect(await guess(store, '::ffff:192.0.2.1')).toBe('address');
    expect(await guess(store, '192.0.2.2', 'login 1')).toBe('paid');
    expect(await guess(store, undefined, 'login 1')).toBe('paid');
    expect(await guess(store, '192.0.2.1', 'login 1', 15 * 60_000)).toBe('paid');
  });

  test('that cannot be paid for cost nobody else anything (BF-11, BF-12)', async () => {
    const store = await openTestStore();
    for (let count = 0; count < 200; count++) await guess(store, `198.51.100.${count}`);
    for (let count = 0; count < 200; count++) expect(await guess(store, '192.0.2.1')).toBe('everywhere');
    // Neither at his own desk nor for his neighbours is anything used up by that.
    await clearBudget(store.db, platformTenant, budgetSubject('password-all', 'alice@example.org'));
    for (let count = 0; count < 10; count++) expect(await guess(store, '192.0.2.1')).toBe('paid');
    for (let count = 0; count < 90; count++) expect(await guess(store, '192.0.2.1', `login ${count}`)).toBe('paid');
    expect(await guess(store, '192.0.2.1', 'login')).toBe('address');
  });

  test('that were right, or not looked at, are given back to the address, one each (BF-11)', async () => {
    const store = await openTestStore();
    for (let index = 0; index < 100; index++) await guess(store, '192.0.2.1', `login ${index}`);
    expect(await guess(store, '192.0.2.1')).toBe('address');
    await forgivePasswords(store.db, 'login 1', '192.0.2.1');
    await refundPassword(store.db, 'login 2', '192.0.2.1');
    const more: string[] = [];
    for (let index = 0; index < 3; index++) more.push(await guess(store, '192.0.2.1', `other ${index}`));
    expect(more).toEqual(['paid', 'paid', 'address']);
  });

  test('that an address has used up are told of once in its window, with the time that is left (ADM-03)', async () => {
    const store = await openTestStore();
    for (const start of [0, 15 * 60_000]) {
      for (let index = 0; index < 100; index++) await guess(store, '192.0.2.1', `login ${index}`, start);
      const told = [];
      for (const minute of [1, 2, 14])
        told.push(await tellExhaustedAddress(store.db, '192.0.2.1', start + minute * 60_000));
      expect(told).toEqual([
        { retryAfter: 14 * 60, first: true },
        { retryAfter: 13 * 60, first: false },
        { retryAfter: 60, first: false },
      ]);
    }
  });

  test('guessed at by a clock that was ahead lock out for a window and not longer (CLK-02)', async () => {
    const store = await openTestStore();
    const guessAt = (now: number, index: number) => guess(store, '192.0.2.1', `login ${index}`, now);
    for (let count = 0; count < 10; count++) await guess(store, '192.0.2.2', undefined, 86_400_000);
    for (let index = 0; index < 100; index++) await guessAt(86_400_000, index);
    expect(await guess(store, '192.0.2.2', undefined, 0)).toBe('here');
    expect(await guessAt(0, 1)).toBe('address');
    expect(await tellExhaustedAddress(store.db, '192.0.2.1', 0)).toEqual({ retryAfter: 15 * 60, first: true });
    expect(await guessAt(15 * 60_000, 1)).toBe('paid');
    expect(await guess(store, '192.0.2.2', undefined, 15 * 60_000)).toBe('paid');
  });

  test('are paid for at the platform, whichever tenant the login is of', async () => {
    const store = await openTestStore();
    await guess(store, '192.0.2.1');
    const rows = await store.db.selectFrom('budgets').select('tenant_id').distinct().execute();
    expect(rows).toEqual([{ tenant_id: platformTenant }]);
  });
});
