import { CountersignError } from '../core/errors.ts';
import { isRefused, type Ledger, type Refused, type WriteContext } from './ledger.ts';

/** One answer on its way: judged in the transaction of its batch, told after the commit. */
interface Waiting {
  judge: (tx: WriteContext) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Answers that arrive together go through one transaction together: one fsync, many verdicts. There is no timer; a batch is what was waiting
 * while the one before committed.
 */
export interface Pipeline {
  /** Resolves after the commit that holds this answer's own row; rejects with `unavailable` when nothing was committed. */
  run<T>(judge: (tx: WriteContext) => Promise<T | Refused>): Promise<T>;
  /** Resolves when nothing is under way any more. */
  drained(): Promise<void>;
}

export function createPipeline(ledger: Ledger, limits: { batch?: number; waiting?: number } = {}): Pipeline {
  const batchLimit = limits.batch ?? 256;
  const waitingLimit = limits.waiting ?? 10_000;
  let queue: Waiting[] = [];
  let draining: Promise<void> | undefined;

  /** Judges one by one, each in a transaction of its own: what fails, fails alone and leaves nothing behind. */
  async function judgeAlone(batch: readonly Waiting[]): Promise<void> {
    for (const waiting of batch) {
      await ledger
        .write((tx) => waiting.judge(tx))
        .then(
          (value) => waiting.resolve(value),
          (error: unknown) => waiting.reject(error),
        );
    }
  }

  async function judgeTogether(batch: readonly Waiting[]): Promise<void> {
    let results: unknown[];
    try {
      results = await ledger.write(async (tx) => {
        const verdicts: unknown[] = [];
        for (const waiting of batch) verdicts.push(await waiting.judge(tx));
        return verdicts;
      });
    } catch (error) {
      if (error instanceof CountersignError && error.code === 'unavailable') {
        for (const waiting of batch) waiting.reject(error);
        return;
      }
      // One of them broke the transaction; which, and why, shows when each is alone.
      await judgeAlone(batch);
      return;
    }
    for (const [index, waiting] of batch.entries()) waiting.resolve(results[index]);
  }

  async function drain(): Promise<void> {
    // What arrives in this turn of the event loop joins the first batch.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    while (queue.length > 0) {
      const batch = queue.slice(0, batchLimit);
      queue = queue.slice(batchLimit);
      await (batch.length === 1 ? judgeAlone(batch) : judgeTogether(batch));
    }
    draining = undefined;
  }

  return {
    run: async <T>(judge: (tx: WriteContext) => Promise<T | Refused>): Promise<T> => {
      if (queue.length >= waitingLimit) {
        throw new CountersignError('unavailable', { detail: 'too many answers are waiting', retryAfter: 1 });
      }
      const result = await new Promise<T | Refused>((resolve, reject) => {
        queue.push({ judge, resolve: (value) => resolve(value as T | Refused), reject });
        draining ??= drain();
      });
      if (isRefused(result)) throw result.refused;
      return result;
    },
    drained: () => draining ?? Promise.resolve(),
  };
}
