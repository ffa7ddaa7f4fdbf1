import type { TenantId } from '../../core/ids.ts';
import { insertIfAbsent } from '../insert-if-absent.ts';
import type { Executor } from '../open-store.ts';
import { executeForRows, rowsStatement } from '../rows-statement.ts';

export interface Allowance {
  /** How much may be spent inside a window. */
  limit: number;
  /** Length of the window in ms; it begins with the first spending. */
  window: number;
  /** How much may be spent in a row, over all windows, until it is forgiven. */
  consecutive?: number;
}

const noCap = 2 ** 31 - 1;

/** How often a spending begins anew because the row came or went in between. */
const attempts = 5;

/** What a subject has used. */
export interface Budget {
  spent: number;
  windowEndsAt: number;
  consecutive: number;
}

/**
 * Spends units in one guarded statement, so that a limit of N holds under any number of parallel requests.
 * False: so much is not left, and nothing is spent. A window never ends further ahead than its length: one that was begun by a clock that
 * was ahead goes on from now.
 */
export async function spendBudget(
  db: Executor,
  tenant: TenantId,
  subject: string,
  allowance: Allowance,
  now: number,
  units = 1,
): Promise<boolean> {
  const ends = now + allowance.window;
  const cap = allowance.consecutive ?? noCap;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const updated = await db
      .updateTable('budgets')
      .set((e) => ({
        spent: e
          .case()
          .when('window_ends_at', '<=', now)
          .then(units)
          .else(e('spent', '+', units))
          .end(),
        window_ends_at: e
          .case()
          .when(e.or([e('window_ends_at', '<=', now), e('window_ends_at', '>', ends)]))
          .then(ends)
          .else(e.ref('window_ends_at'))
          .end(),
        consecutive: e('consecutive', '+', units),
      }))
      .where('tenant_id', '=', tenant)
      .where('subject', '=', subject)
      .where((e) => e.or([e('window_ends_at', '<=', now), e('spent', '<=', allowance.limit - units)]))
      .where('consecutive', '<=', cap - units)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 1n) return true;
    const row = { tenant_id: tenant, subject, spent: units, window_ends_at: ends, consecutive: units };
    const insert = insertIfAbsent(db, db.insertInto('budgets').values(row), ['tenant_id', 'subject']);
    if ((await insert.executeTakeFirst()).numInsertedOrUpdatedRows === 1n) return true;
    // Either it is used up, or somebody else inserted (or removed) it between the two statements: then once more.
    const found = await findBudget(db, tenant, subject);
    const left = found === undefined || found.windowEndsAt <= now || found.spent + units <= allowance.limit;
    if (left && (found === undefined || found.consecutive + units <= cap)) continue;
    if (found !== undefined && found.windowEndsAt > ends) await boundBudget(db, tenant, subject, ends);
    return false;
  }
  return false;
}

/** Lets a window that ends further ahead end then, with what was spent in it: it was begun by a clock that was ahead. */
export async function boundBudget(db: Executor, tenant: TenantId, subject: string, ends: number): Promise<void> {
  await db
    .updateTable('budgets')
    .set({ window_ends_at: ends })
    .where('tenant_id', '=', tenant)
    .where('subject', '=', subject)
    .where('window_ends_at', '>', ends)
    .execute();
}

/** What a subject has used; undefined when nothing. */
export async function findBudget(db: Executor, tenant: TenantId, subject: string): Promise<Budget | undefined> {
  return db
    .selectFrom('budgets')
    .select(['spent', 'window_ends_at as windowEndsAt', 'consecutive'])
    .where('tenant_id', '=', tenant)
    .where('subject', '=', subject)
    .executeTakeFirst();
}

/** Whose budget it is. */
export interface BudgetKey {
  tenant: TenantId;
  subject: string;
}

const findingBudgets = rowsStatement({
  text: 'find budgets',
  name: 'wanted',
  columns: { place: 'integer', tenant_id: 'text', subject: 'text' },
  build: (db, wanted) =>
    db
      .selectFrom(wanted)
      .innerJoin('budgets', (join) =>
        join.onRef('budgets.tenant_id', '=', 'wanted.tenant_id').onRef('budgets.subject', '=', 'wanted.subject'),
      )
      .select(['wanted.place', 'budgets.spent', 'budgets.window_ends_at as windowEndsAt', 'budgets.consecutive']),
});

/** What these subjects have used, each at the place of its key, in one statement. */
export async function findBudgets(db: Executor, keys: readonly BudgetKey[]): Promise<(Budget | undefined)[]> {
  const wanted = keys.map(({ tenant, subject }, place) => ({ place, tenant_id: tenant, subject }));
  const { rows } = await executeForRows(db, findingBudgets, wanted);
  const found: (Budget | undefined)[] = keys.map(() => undefined);
  for (const { place, ...budget } of rows) found[place] = budget;
  return found;
}

/** Forgives everything: the user has proven himself, or an administrator has unlocked him. */
export async function clearBudget(db: Executor, tenant: TenantId, subject: string): Promise<void> {
  await db.deleteFrom('budgets').where('tenant_id', '=', tenant).where('subject', '=', subject).execute();
}

/** Gives back one unit: the spending was for an accepted answer of one of many users behind this subject. */
export async function refundBudget(db: Executor, tenant: TenantId, subject: string): Promise<void> {
  await db
    .updateTable('budgets')
    .set((e) => ({ spent: e('spent', '-', 1), consecutive: e('consecutive', '-', 1) }))
    .where('tenant_id', '=', tenant)
    .where('subject', '=', subject)
    .where('spent', '>', 0)
    .execute();
}
