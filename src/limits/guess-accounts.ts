import type { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import type { Policy } from '../core/policy/policy.ts';
import {
  type Allowance,
  boundBudget,
  type Budget,
  clearBudget,
  type Executor,
  findBudgets,
  spendBudget,
} from '../store/index.ts';
import { type Account, accounts, exhausted, type GuessPayer } from './guess-budget.ts';

/** A guess of a batch, by who pays for it. */
export interface PaidGuess {
  payer: GuessPayer;
  policy: Policy;
}

/**
 * The accounts of guesses that are judged together: read once, kept here while one guess is judged after the other, and settled in the same
 * transaction. Whoever reads the devices of the users before this, and writes them only as he has read them, misses no payment of another
 * process: a refused guess changes the devices too.
 */
export interface GuessAccounts {
  /** The refusal that a guess would meet now; undefined when there is one left. Spends nothing. */
  findExhaustion(place: number): CountersignError | undefined;
  /** Whether the user himself has nothing left, wherever he asks from. */
  isLocked(place: number): boolean;
  /** Pays for one guess of the batch, by its place, before it is judged. Undefined when it is paid; otherwise the refusal. */
  pay(place: number): CountersignError | undefined;
  /** Its answer was accepted: forgives the user's wrong ones. */
  forgive(place: number): void;
  /** It could not be judged: gives back what was paid for it, and no more. */
  refund(place: number): void;
  /** Writes what is to stay. False: another process has spent so much meanwhile that it does not fit; nothing may be committed then. */
  settle(db: Executor): Promise<boolean>;
}

/** One account while the batch is judged. */
interface OpenAccount {
  tenant: TenantId;
  subject: string;
  allowance: Allowance;
  /** As it was read. */
  stored: Budget | undefined;
  /** As it is by now. */
  current: Budget | undefined;
  /** Spent by this batch, and not given back. */
  units: number;
  cleared: boolean;
}

export async function openGuessAccounts(
  db: Executor,
  guesses: readonly (PaidGuess | undefined)[],
  now: number,
): Promise<GuessAccounts> {
  const open = new Map<string, OpenAccount>();
  const paying = guesses.map((guess) => {
    if (guess === undefined) return [];
    const { payer, policy } = guess;
    return accounts(payer, policy).map((account) => ({ account, state: openAccount(open, payer.tenant, account) }));
  });
  const states = [...open.values()];
  for (const [place, budget] of (await findBudgets(db, states)).entries()) {
    const state = states[place];
    if (state !== undefined) state.stored = state.current = budget;
  }

  return {
    findExhaustion: (place) => {
      for (const { account, state } of paying[place] ?? []) {
        bound(state, account.allowance, now);
        if (isExhausted(state, account.allowance, now)) return exhausted(state.current, now);
      }
      return undefined;
    },
    isLocked: (place) => {
      const [own] = paying[place] ?? [];
      return own !== undefined && isExhausted(own.state, own.account.allowance, now);
    },
    pay: (place) => {
      const paid: OpenAccount[] = [];
      for (const { account, state } of paying[place] ?? []) {
        const refusal = spend(state, account.allowance, now);
        if (refusal === undefined) {
          paid.push(state);
          continue;
        }
        // A guess that is not evaluated costs nobody anything.
        for (const state of paid) giveBack(state);
        return refusal;
      }
      return undefined;
    },
    forgive: (place) => {
      for (const { account, state } of paying[place] ?? []) {
        if (account.onAccepted === 'clear') clear(state);
        else giveBack(state);
      }
    },
    refund: (place) => {
      for (const { state } of paying[place] ?? []) giveBack(state);
    },
    settle: async (db) => {
      // In one order, so that two batches do not wait for each other.
      for (const state of states.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))) {
        if (state.cleared && state.stored !== undefined) await clearBudget(db, state.tenant, state.subject);
        if (state.units > 0) {
          if (!(await spendBudget(db, state.tenant, state.subject, state.allowance, now, state.units))) return false;
        } else if (!state.cleared && endsSooner(state.current, state.stored)) {
          await boundBudget(db, state.tenant, state.subject, state.current.windowEndsAt);
        }
      }
      return true;
    },
  };
}

function openAccount(open: Map<string, OpenAccount>, tenant: TenantId, { subject, allowance }: Account): OpenAccount {
  const key = `${tenant} ${subject}`;
  let state = open.get(key);
  if (state === undefined) {
    state = { tenant, subject, allowance, stored: undefined, current: undefined, units: 0, cleared: false };
    open.set(key, state);
  }
  return state;
}

const unspent: Budget = { spent: 0, windowEndsAt: 0, consecutive: 0 };

function isExhausted({ current = unspent }: OpenAccount, allowance: Allowance, now: number): boolean {
  const inWindow = current.windowEndsAt > now && current.spent >= allowance.limit;
  return inWindow || current.consecutive >= (allowance.consecutive ?? Infinity);
}

/** A window that was begun by a clock that was ahead ends no later than one that begins now, as in {@link spendBudget}. */
function bound(state: OpenAccount, { window }: Allowance, now: number): void {
  const { current } = state;
  if (current === undefined || current.windowEndsAt <= now + window) return;
  state.current = { ...current, windowEndsAt: now + window };
}

function endsSooner(current: Budget | undefined, stored: Budget | undefined): current is Budget {
  return current !== undefined && stored !== undefined && current.windowEndsAt < stored.windowEndsAt;
}

/** What {@link spendBudget} does in the database. */
function spend(state: OpenAccount, allowance: Allowance, now: number): CountersignError | undefined {
  bound(state, allowance, now);
  if (isExhausted(state, allowance, now)) return exhausted(state.current, now);
  const budget = state.current ?? unspent;
  const isOver = budget.windowEndsAt <= now;
  state.allowance = allowance;
  state.units++;
  state.current = {
    spent: isOver ? 1 : budget.spent + 1,
    windowEndsAt: isOver ? now + allowance.window : budget.windowEndsAt,
    consecutive: budget.consecutive + 1,
  };
  return undefined;
}

function giveBack(state: OpenAccount): void {
  if (state.units === 0 || state.current === undefined) return;
  state.units--;
  state.current = { ...state.current, spent: state.current.spent - 1, consecutive: state.current.consecutive - 1 };
}

function clear(state: OpenAccount): void {
  state.units = 0;
  state.current = undefined;
  state.cleared = true;
}
