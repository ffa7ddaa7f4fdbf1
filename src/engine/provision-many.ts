import { setImmediate } from 'node:timers/promises';
import { CountersignError } from '../core/errors.ts';
import type { DevicesEngine, IntegrationCaller, ProvisionOptions } from './engine.ts';
import type { Ledger, WriteContext } from './ledger.ts';

type Row = ProvisionOptions & { row: number };
type Provision = (tx: WriteContext, caller: IntegrationCaller, options: ProvisionOptions) => Promise<unknown>;

/** Rows per transaction: large enough that the disk is not waited for, small enough that others get their turn. */
const batchSize = 200;

/** Provisions many users. A batch that fails is done again row by row, so that only the bad rows are left out. */
export function createProvisionMany(ledger: Ledger, provision: Provision): DevicesEngine['provisionMany'] {
  return async (caller, rows, onProgress) => {
    const failed: { row: number; message: string }[] = [];
    let done = 0;

    async function flush(batch: readonly Row[]): Promise<void> {
      try {
        await ledger.write(async (tx) => {
          for (const row of batch) await provision(tx, caller, row);
        });
        done += batch.length;
      } catch (error) {
        const [only, ...others] = batch;
        if (!(error instanceof CountersignError) || error.status >= 500 || only === undefined) throw error;
        if (others.length === 0) failed.push({ row: only.row, message: describe(error) });
        else for (const row of batch) await flush([row]);
      }
    }

    let batch: Row[] = [];
    for await (const row of rows) {
      batch.push(row);
      if (batch.length < batchSize) continue;
      await flush(batch);
      batch = [];
      // SQLite answers at once, so nobody else would run until the end.
      await setImmediate();
      onProgress?.(done);
    }
    if (batch.length > 0) await flush(batch);
    onProgress?.(done);
    return { done, failed };
  };
}

function describe(error: CountersignError): string {
  const issues = error.issues.map((issue) => `${issue.path} ${issue.message}`);
  return issues.length > 0 ? issues.join('; ') : error.message;
}
