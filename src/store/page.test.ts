import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TenantId } from '../core/ids.ts';
import type { Page } from '../core/model.ts';
import { openTestStore } from './database-file.fixture.ts';
import { type Executor, insertUser, listUsers, parsePage, type Store } from './index.ts';

const tenant = 'tnt_1' as TenantId;
const realm = 'rlm_1';

async function insertUserAt(db: Executor, name: string, createdAt: number): Promise<void> {
  const user = { id: `usr_${name}`, tenantId: tenant, realmId: realm, name, status: 'active' as const };
  expect(await insertUser(db, { ...user, createdAt, updatedAt: createdAt })).toBe(true);
}

async function readPage(store: Store, limit: number, cursor?: string): Promise<Page<string>> {
  const request = parsePage({ limit, ...(cursor === undefined ? {} : { cursor }) });
  const page = await listUsers(store.db, tenant, realm, request, undefined);
  return { ...page, items: page.items.map((user) => user.name) };
}

const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('pages', () => {
  test('together hold every row once, also where rows have the same time', async () => {
    const store = await openTestStore();
    const names = Array.from({ length: 25 }, (_, index) => `user-${String(index).padStart(2, '0')}`);
    for (const [index, name] of names.entries()) await insertUserAt(store.db, name, 1000 + Math.floor(index / 10));
    for (const limit of [1, 3, 10, 24, 25, 26, 500]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page: Page<string> = await readPage(store, limit, cursor);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items);
        cursor = page.next;
      } while (cursor !== undefined);
      expect(seen).toEqual(names);
    }
  });

  test('skip nothing and repeat nothing when rows are added between them', async () => {
    const store = await openTestStore();
    for (const name of ['b', 'd', 'f', 'h']) await insertUserAt(store.db, name, 1000);
    const first = await readPage(store, 2);
    expect(first.items).toEqual(['b', 'd']);
    await insertUserAt(store.db, 'a', 1000); // before the cursor
    await insertUserAt(store.db, 'e', 1000); // behind it
    await insertUserAt(store.db, 'z', 2000);
    const second = await readPage(store, 2, first.next);
    expect(second.items).toEqual(['e', 'f']);
    const third = await readPage(store, 2, second.next);
    expect(third).toEqual({ items: ['h', 'z'] });
  });

  test('end without a cursor when the last row fills them', async () => {
    const store = await openTestStore();
    expect(await readPage(store, 2)).toEqual({ items: [] });
    for (const name of ['a', 'b']) await insertUserAt(store.db, name, 1000);
    expect(await readPage(store, 2)).toEqual({ items: ['a', 'b'] });
  });

  test.each([0, -1, 501, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %d rows are refused', (limit) => {
    expect(() => parsePage({ limit })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }) as Error);
  });

  test.each([
    '',
    'x',
    '%00',
    cursorOf([]),
    cursorOf([1]),
    cursorOf(['1', 'usr_a']),
    cursorOf([-1, 'usr_a']),
    cursorOf([1.5, 'usr_a']),
    cursorOf([1, 2]),
    cursorOf([1, 'x'.repeat(201)]),
    cursorOf([1, 'usr_a', 'more']),
    cursorOf({ at: 1, id: 'usr_a' }),
    cursorOf([2 ** 60, 'usr_a']),
    cursorOf([1, '\0']),
  ])('are not found by the cursor %j (TEN-06)', (cursor) => {
    expect(() => parsePage({ cursor })).toThrow(expect.objectContaining({ code: 'invalid_parameters' }) as Error);
  });

  test('never show more than the list itself, whatever the cursor says (TEN-06)', async () => {
    const store = await openTestStore();
    for (const name of ['a', 'b', 'c']) await insertUserAt(store.db, name, 1000);
    const id = fc.oneof(
      fc.string({ maxLength: 50 }).filter((text) => !/\p{Cc}/u.test(text)),
      fc.constantFrom("' or 1=1 --", '") or 1=1 --', 'usr_a', '%'),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(3000), id, async (at, id) => {
        const page = await readPage(store, 10, cursorOf([at, id]));
        const all = ['a', 'b', 'c'];
        const behind = at === 1000 ? page.items.length : at < 1000 ? all.length : 0;
        expect(page.items).toEqual(all.slice(all.length - behind));
      }),
      { numRuns: 100 },
    );
  });
});
