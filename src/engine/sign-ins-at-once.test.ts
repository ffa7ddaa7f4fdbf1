import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { TestEngine } from '../testing/index.ts';
import { codeOf, openTestEngine } from './enrolled.fixture.ts';

const password = 'velvet-anchor-93-tundra';
const source = '192.0.2.1';

async function openWithRoot(): Promise<TestEngine> {
  const t = await openTestEngine();
  const person = { login: 'root', email: 'root@example.org', firstName: 'Root', lastName: 'Example', password };
  await t.engine.administrators.create(t.system, person);
  return t;
}

/** What is spent of the budgets of passwords, the most of one account. */
async function spent(t: TestEngine): Promise<number> {
  const { rows } = await sql<{ spent: number }>`
    select coalesce(max(spent), 0) as spent from budgets where subject like 'password%'`.execute(t.store.db);
  return rows[0]?.spent ?? Number.NaN;
}

describe('an administrator who signs in many times at once', () => {
  test('is let in every time: one guess that is made in parallel is one guess', async () => {
    const t = await openWithRoot();
    const told = await Promise.all(
      Array.from({ length: 40 }, () => t.engine.administrators.authenticate('root', password, source)),
    );
    expect(told.filter((administrator) => administrator?.login === 'root')).toHaveLength(40);
    expect(await spent(t)).toBe(0);
  });

  test('does not get other guesses for nothing', async () => {
    const t = await openWithRoot();
    const guesses = Array.from({ length: 30 }, (_, index) => `wrong guess ${index}`);
    const told = await Promise.all(
      [...guesses, password].map((guess) => t.engine.administrators.authenticate('root', guess, source)),
    );
    expect(told.filter((administrator) => administrator !== undefined)).toEqual([]);
    expect(await spent(t)).toBe(10);
  });

  test('pays nothing for a password that was not looked at because too many waited (I8)', async () => {
    const t = await openWithRoot();
    // Each from another place, so that none is out of guesses; more than may wait.
    const told = await Promise.all(
      Array.from({ length: 270 }, (_, index) =>
        t.engine.administrators.authenticate(`nobody ${index}`, password, `198.51.100.${index % 250}`).catch(codeOf),
      ),
    );
    const turnedAway = told.filter((answer) => answer === 'unavailable').length;
    expect(turnedAway).toBeGreaterThan(0);
    const { rows } = await sql<{ paid: number }>`
      select count(*) as paid from budgets where subject like 'password-all:%' and spent = 1`.execute(t.store.db);
    expect(rows[0]?.paid).toBe(270 - turnedAway);
  });
});
