import type { KyselyPlugin } from 'kysely';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import type { TenantId } from '../core/ids.ts';
import { systemRandom } from '../core/random.ts';
import { openTestStore } from '../store/database-file.fixture.ts';
import { findSetting, openStore, setSetting, type Store } from '../store/index.ts';
import { virtualClock } from '../testing/index.ts';
import { codeOf, enrollMany, enrollTotp, expectRefusal, openTestEngine, race, step } from './enrolled.fixture.ts';
import { openFileEngines } from './file-engines.fixture.ts';
import { createEngine } from './index.ts';
import { createLedger } from './ledger.ts';
import { createPipeline } from './pipeline.ts';

const anyone = { tenant: 'tnt_1' as TenantId };

async function open(limits: { batch?: number; waiting?: number } = {}) {
  let transactions = 0;
  const store = await openTestStore();
  const counted = {
    ...store,
    transaction: <T>(work: Parameters<typeof store.transaction<T>>[0]) => (transactions++, store.transaction(work)),
  };
  const ledger = createLedger({ store: counted, clock: virtualClock(), random: systemRandom });
  return { store, pipeline: createPipeline(ledger, limits), transactions: () => transactions };
}

describe('answers that arrive together', () => {
  test('share one transaction, and each is told its own', async () => {
    const { pipeline, transactions } = await open();
    const told = await Promise.all(
      Array.from({ length: 100 }, (_, index) => pipeline.runAlone(anyone, async () => index)),
    );
    expect(told).toEqual(Array.from({ length: 100 }, (_, index) => index));
    expect(transactions()).toBe(1);
  });

  test('are at most so many to a batch, and are judged in the order of asking', async () => {
    const { pipeline, transactions } = await open({ batch: 10 });
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 35 }, (_, index) => pipeline.runAlone(anyone, async () => order.push(index))),
    );
    expect(order).toEqual(Array.from({ length: 35 }, (_, index) => index));
    expect(transactions()).toBe(4);
  });

  test('are told only after the commit', async () => {
    const { pipeline, store } = await open();
    const seen = await Promise.all(
      Array.from({ length: 5 }, async (_, index) => {
        await pipeline.runAlone(anyone, (tx) => setSetting(tx.db, `row ${index}`, 'written'));
        return findSetting(store.db, `row ${index}`);
      }),
    );
    expect(seen).toEqual(Array.from({ length: 5 }, () => 'written'));
  });

  test('do not fail with the one that fails: it fails alone and leaves nothing behind', async () => {
    const { pipeline, store } = await open();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        pipeline.runAlone(anyone, async (tx) => {
          await setSetting(tx.db, `row ${index}`, 'written');
          if (index === 7) throw new Error('poison');
          return index;
        }),
      ),
    );
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled')).toEqual(
      Array.from({ length: 20 }, (_, index) => index !== 7),
    );
    expect(outcomes[7]).toMatchObject({ reason: { message: 'poison' } });
    expect(await findSetting(store.db, 'row 7')).toBeUndefined();
    expect(await findSetting(store.db, 'row 8')).toBe('written');
  });

  test('that are refused on purpose leave their traces behind', async () => {
    const { pipeline, store } = await open();
    const refused = pipeline.runAlone(anyone, async (tx) => {
      await setSetting(tx.db, 'guess', 'spent');
      return { refused: new CountersignError('too_many_attempts') };
    });
    await expectRefusal(refused, 'too_many_attempts');
    expect(await findSetting(store.db, 'guess')).toBe('spent');
  });

  test('are refused when too many wait, without being judged, and are welcome again afterwards', async () => {
    const { pipeline } = await open({ waiting: 10 });
    let judged = 0;
    const judge = () => pipeline.runAlone(anyone, async () => judged++);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, judge));
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error);
    expect(refusals).toHaveLength(20);
    for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'unavailable', retryAfter: 1 });
    expect(judged).toBe(10);
    await judge();
    expect(judged).toBe(11);
  });

  test('are waited for by who closes', async () => {
    const { pipeline } = await open({ batch: 1 });
    let judged = 0;
    const running = Array.from({ length: 5 }, () => pipeline.runAlone(anyone, async () => judged++));
    await pipeline.drained();
    expect(judged).toBe(5);
    await Promise.all(running);
    await pipeline.drained();
  });
});

/** What the drivers say of a full or broken disk. */
const diskFaults = {
  sqlite: { code: 'SQLITE_IOERR', errcode: 10 },
  postgres: { severity: 'ERROR', code: '53100' },
  mysql: { sqlState: 'HY000', errno: 1021 },
};

/** Lets the database fail at a statement, as a full or broken disk does. */
function faultyDisk(): { plugin: KyselyPlugin; failAt(kind: string | undefined, dialect?: Store['dialect']): void } {
  let failing: string | undefined;
  let fault = {};
  return {
    failAt: (kind, dialect = 'sqlite') => {
      failing = kind;
      fault = diskFaults[dialect];
    },
    plugin: {
      transformQuery: ({ node }) => {
        if (node.kind === failing) throw Object.assign(new Error('disk I/O error'), fault);
        return node;
      },
      transformResult: async ({ result }) => result,
    },
  };
}

describe('a database that fails', () => {
  test.each(['UpdateQueryNode', 'SelectQueryNode', 'InsertQueryNode', 'DeleteQueryNode'])(
    'at a statement of the sort %s spends no guess and burns no code (I8, OTP-16)',
    async (kind) => {
      const disk = faultyDisk();
      const t = await openFileEngines({ plugins: [disk.plugin], policy: { guesses: { perUser: 3 } } });
      const alice = await enrollTotp(t, 'alice');
      const bob = await enrollTotp(t, 'bob');
      const challenge = await t.engine.challenges.issue(t.caller, { user: 'bob' });
      t.clock.advance(step);
      // There is a wrong guess to forgive, so that every sort of statement is used.
      for (const user of [alice, bob])
        await t.engine.verify(t.caller, { user: user.name, answer: { code: user.wrong() } });
      const right = () => t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } });
      const answer = async () =>
        (await t.engine.challenges.answer(t.caller, challenge.id, { code: bob.code() })).outcome;
      disk.failAt(kind, t.store.dialect);
      for (let round = 0; round < 5; round++) {
        const { accepted, errors } = await race([right, right, answer, answer]);
        expect({ accepted, errors }).toEqual({ accepted: 0, errors: Array.from({ length: 4 }, () => 'unavailable') });
      }
      disk.failAt(undefined);
      const { accepted } = await race([right, right, answer, answer]);
      expect(accepted).toBe(2);
    },
  );

  test('for a moment is unavailable to everybody, and then goes on (REL-04)', async () => {
    const t = await openTestEngine({ databaseUrl: 'sqlite::memory:' });
    const alice = await enrollTotp(t, 'alice');
    const { rows } = await t.store.db.executeQuery<{ page_count: number }>(raw('pragma page_count'));
    await t.store.db.executeQuery(raw(`pragma max_page_count = ${rows[0]!.page_count}`));
    // Fill what is left of the pages there are.
    let outcome: unknown;
    for (let count = 0; count < 500 && outcome !== 'unavailable'; count++) {
      outcome = await t.engine.users.create(t.caller, { name: `user ${count}` }).catch(codeOf);
    }
    expect(outcome).toBe('unavailable');
    const verify = () => t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } });
    const full = await race(Array.from({ length: 5 }, () => verify));
    expect(full.accepted + full.refused).toBe(0);
    expect(new Set(full.errors)).toEqual(new Set(['unavailable']));
    await t.store.db.executeQuery(raw('pragma max_page_count = 100000'));
    expect(await race(Array.from({ length: 5 }, () => verify))).toMatchObject({ accepted: 1 });
  });

  test('because it was closed is unavailable, and the code is good when it is open again (I8)', async () => {
    const t = await openFileEngines();
    const alice = await enrollTotp(t, 'alice');
    const second = await t.open();
    const verify = () => second.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } });
    await second.store.close();
    const { accepted, errors } = await race(Array.from({ length: 20 }, () => verify));
    expect({ accepted, errors: new Set(errors) }).toEqual({ accepted: 0, errors: new Set(['unavailable']) });
    await expectRefusal(second.engine.checkHealth(), 'unavailable');
    expect(await t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } })).toMatchObject({
      accepted: true,
    });
  });

  test('because it is closed in the middle: who was told yes keeps it, who was not may try again (I2)', async () => {
    const t = await openFileEngines();
    const users = await enrollMany(t, 40);
    t.clock.advance(step);
    const store = await openStore({ url: t.url });
    const delivery = { deliver: async () => undefined, close: async () => undefined };
    const engine = await createEngine({ store, clock: t.clock, keys: t.keys, delivery });
    const running = users.slice(0, 30).map(async (user, index) => {
      for (let turn = 0; turn < index; turn++) await new Promise(setImmediate);
      return engine.verify(t.caller, { user: user.name, answer: { code: user.code() } });
    });
    await running[9];
    const closing = store.close();
    const late = users
      .slice(30)
      .map((user) => engine.verify(t.caller, { user: user.name, answer: { code: user.code() } }));
    const outcomes = await Promise.allSettled([...running, ...late]);
    await closing;
    expect(outcomes.some((outcome) => outcome.status === 'rejected')).toBe(true);
    for (const [index, outcome] of outcomes.entries()) {
      const user = users[index]!;
      const again = await t.engine.verify(t.caller, { user: user.name, answer: { code: user.code() } });
      expect([index, again.accepted]).toEqual([index, outcome.status === 'rejected']);
    }
  });
});

function raw(sql: string) {
  return {
    sql,
    parameters: [],
    query: { kind: 'RawNode', sqlFragments: [sql], parameters: [] } as const,
    queryId: { queryId: sql },
  };
}
