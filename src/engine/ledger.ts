import { type AuditEntry, type AuditRow, chainAuditRow, chainStart, chainStarted } from '../audit/index.ts';
import type { Clock } from '../core/clock.ts';
import type { CountersignError } from '../core/errors.ts';
import { newId, type TenantId } from '../core/ids.ts';
import { lock } from '../core/lock.ts';
import type { Random } from '../core/random.ts';
import { type Executor, insertAuditChain, insertAuditRows, listChainEnds, type Store } from '../store/index.ts';

/** The id of an audit row, known once the transaction is about to commit. */
export interface AuditReceipt {
  id: string;
}

/** A transaction of the engine: the database, and the audit rows that will be committed with it. */
export interface WriteContext {
  db: Executor;
  record(tenant: TenantId, entry: AuditEntry): AuditReceipt;
  /** What is begun when all of this has been committed, and not if it has not. It must not throw. */
  afterCommit(begin: () => void): void;
}

/** A refusal whose traces (spent guesses, ended states, audit rows) must be committed before it is thrown. */
export interface Refused {
  refused: CountersignError;
}

export function isRefused(value: unknown): value is Refused {
  return typeof value === 'object' && value !== null && 'refused' in value;
}

/** The only way in which the engine writes: one transaction holds a change and the audit rows that tell of it. */
export interface Ledger {
  /** Resolves after the commit. A {@link Refused} result is committed, then thrown. */
  write<T>(work: (tx: WriteContext) => Promise<T | Refused>): Promise<T>;
  /**
   * The ends of this writer's chains that have grown since they were last signed, as this process wrote them: what stands in the
   * database by now may be somebody else's. `sign` is called with them; when it fails they are kept for the next time.
   */
  signEnds<T>(sign: (ends: readonly WrittenEnd[]) => Promise<T>): Promise<T>;
}

/** The last row of a chain that this process wrote. */
export interface WrittenEnd extends ChainEnd {
  tenantId: TenantId;
  writerId: string;
}

interface ChainEnd {
  seq: number;
  hash: string;
}

interface Entry {
  tenant: TenantId;
  entry: AuditEntry;
  receipt: AuditReceipt;
}

/** How many other chains the first row of a chain names; each of those names as many again. */
const chainsNamed = 50;

export function createLedger(deps: { store: Store; clock: Clock; random: Random }): Ledger {
  const { store, clock, random } = deps;
  let writerId = newId(random, 'writer');
  const ends = new Map<TenantId, ChainEnd>();
  let unsigned = new Map<string, WrittenEnd>();
  /** From here to the commit one transaction at a time, so that the rows of a writer are numbered without gaps. */
  const appending = lock();

  /** Chains the rows of one transaction to this writer's chains; answers the new ends, valid once it has committed. */
  async function append(db: Executor, entries: readonly Entry[]): Promise<Map<TenantId, ChainEnd>> {
    const now = clock.now();
    const grown = new Map<TenantId, ChainEnd>();
    const rows: AuditRow[] = [];
    const chain = (tenant: TenantId, end: ChainEnd, entry: AuditEntry) => {
      const place = { tenantId: tenant, writerId, seq: end.seq + 1, at: now, previous: end.hash };
      const row = chainAuditRow(entry, place);
      rows.push(row);
      grown.set(tenant, { seq: row.seq, hash: row.hash });
      return row;
    };
    for (const { tenant, entry, receipt } of entries) {
      if (!grown.has(tenant) && !ends.has(tenant)) {
        const others = await listChainEnds(db, tenant, chainsNamed);
        await insertAuditChain(db, tenant, writerId, now);
        chain(
          tenant,
          { seq: 0, hash: chainStart },
          {
            event: chainStarted,
            outcome: 'done',
            actor: { type: 'system', id: writerId },
            door: 'engine',
            detail: {
              previous: others.map((other) => ({ writerId: other.writerId, seq: other.seq, hash: other.hash })),
            },
          },
        );
      }
      receipt.id = chain(tenant, grown.get(tenant) ?? ends.get(tenant) ?? { seq: 0, hash: chainStart }, entry).id;
    }
    if (rows.length > 0) await insertAuditRows(db, rows);
    return grown;
  }

  async function commit<T>(work: (tx: WriteContext) => Promise<T>): Promise<T> {
    let release: (() => void) | undefined;
    try {
      let grown = new Map<TenantId, ChainEnd>();
      let committed: (() => void)[] = [];
      // Nothing of an attempt that was aborted is in the chains, which others may write from there on.
      const letGo = () => {
        release?.();
        release = undefined;
      };
      const attempt = async (db: Executor) => {
        letGo();
        grown = new Map();
        committed = [];
        const entries: Entry[] = [];
        const value = await work({
          db,
          record: (tenant, entry) => {
            const receipt: AuditReceipt = { id: '' };
            entries.push({ tenant, entry, receipt });
            return receipt;
          },
          afterCommit: (begin) => committed.push(begin),
        });
        if (entries.length > 0) {
          release = await appending.take();
          grown = await append(db, entries);
        }
        return value;
      };
      const result = await store.transaction(attempt, letGo);
      for (const [tenantId, end] of grown) {
        ends.set(tenantId, end);
        unsigned.set(`${tenantId} ${writerId}`, { tenantId, writerId, ...end });
      }
      for (const begin of committed) begin();
      return result;
    } catch (error) {
      if (release !== undefined) {
        // Whether the rows were committed is not known: this writer's chains end here, another writer begins.
        writerId = newId(random, 'writer');
        ends.clear();
      }
      throw error;
    } finally {
      release?.();
    }
  }

  return {
    write: async (work) => {
      const result = await commit(work);
      if (isRefused(result)) throw result.refused;
      return result;
    },
    signEnds: async (sign) => {
      const taken = unsigned;
      unsigned = new Map();
      try {
        return await sign([...taken.values()]);
      } catch (error) {
        unsigned = new Map([...taken, ...unsigned]);
        throw error;
      }
    },
  };
}
