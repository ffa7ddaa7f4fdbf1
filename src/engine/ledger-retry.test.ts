import { expect, test } from 'vitest';
import type { AuditRow } from '../audit/index.ts';
import type { TenantId } from '../core/ids.ts';
import { systemRandom } from '../core/random.ts';
import { openTestStore } from '../store/database-file.fixture.ts';
import { readChains, type Store } from '../store/index.ts';
import { virtualClock } from '../testing/index.ts';
import { createLedger } from './ledger.ts';

const tenant = 'tnt_test' as TenantId;
const entry = { event: 'test', outcome: 'done', actor: { type: 'system', id: 'test' }, door: 'test' } as const;

/** Something that happens once, and can be waited for. */
function occasion(): { happened: Promise<void>; happen: () => void } {
  let happen: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => {
    happen = () => resolve();
  });
  return { happened, happen };
}

test('who fails when it is tried again does not break the chain to which somebody else is just writing', async () => {
  const store = await openTestStore();
  const [aborted, committed, failed] = [occasion(), occasion(), occasion()];
  let script: 'plain' | 'abort, then try again' | 'commit while the other fails' = 'plain';
  // What a database of many connections does, in the order in which it hurts.
  const many: Store = {
    ...store,
    transaction: async (work) => {
      const part = script;
      if (part === 'plain') return store.transaction(work);
      if (part === 'abort, then try again') {
        const abort = new Error('aborted at its commit');
        await store
          .transaction(async (tx) => {
            await work(tx);
            throw abort;
          })
          .catch((error: unknown) => {
            if (error !== abort) throw error;
          });
        return work(store.db);
      }
      const result = await store.transaction(work);
      committed.happen();
      await failed.happened;
      return result;
    },
  };
  const ledger = createLedger({ store: many, clock: virtualClock(), random: systemRandom });
  const record = () => ledger.write(async (tx) => tx.record(tenant, entry));
  await record();

  script = 'abort, then try again';
  let tries = 0;
  const unlucky = ledger.write(async (tx) => {
    if (++tries === 2) {
      aborted.happen();
      await committed.happened;
      throw new Error('failed when tried again');
    }
    return tx.record(tenant, entry);
  });
  await aborted.happened;
  script = 'commit while the other fails';
  const lucky = record();
  await expect(unlucky).rejects.toThrow('failed when tried again');
  failed.happen();
  await lucky;
  script = 'plain';
  await record();

  const rows: AuditRow[] = [];
  for await (const row of readChains(store.db, tenant)) rows.push(row);
  expect(rows.map(({ writerId, seq }) => [writerId, seq])).toEqual([1, 2, 3, 4].map((seq) => [rows[0]?.writerId, seq]));
  const ends = await ledger.signEnds(async (written) => written);
  expect(ends).toEqual([{ tenantId: tenant, writerId: rows[3]?.writerId, seq: 4, hash: rows[3]?.hash }]);
});
