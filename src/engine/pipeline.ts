import { CountersignError } from '../core/errors.ts';
import { Superseded } from '../store/index.ts';
import type { Caller } from './engine.ts';
import { createFairQueue } from './fair-queue.ts';
import { isRefused, type Ledger, type Refused, type WriteContext } from './ledger.ts';

/**
 * Judges questions of one sort that have arrived together, all in one transaction: what they need is read by one statement for all of them,
 * and written by one. Answers them in their order.
 */
export type Stage<Question, Answer> = (
  tx: WriteContext,
  questions: readonly Question[],
) => Promise<readonly (Answer | Refused)[]>;

/** Every question says who asks: tenants take turns. */
interface Asked {
  caller: Pick<Caller, 'tenant'>;
}

/** One question on its way: judged in the transaction of its batch, told after the commit. */
interface Waiting {
  stage: Stage<unknown, unknown>;
  question: unknown;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Answers that arrive together go through one transaction together: one fsync, many verdicts. There is no timer; a batch is what was waiting
 * while the one before committed.
 */
export interface Pipeline {
  /** Resolves after the commit that holds this answer's own row; rejects with `unavailable` when nothing was committed. */
  run<Question extends Asked, Answer>(stage: Stage<Question, Answer>, question: Question): Promise<Answer>;
  /** The same for one that is judged by itself. */
  runAlone<Answer>(caller: Asked['caller'], judge: (tx: WriteContext) => Promise<Answer | Refused>): Promise<Answer>;
  /** Resolves when nothing is under way any more. */
  drained(): Promise<void>;
}

/** The stage of those that are judged by themselves, one after the other. */
const eachAlone: Stage<Asked & { judge: (tx: WriteContext) => Promise<unknown> }, unknown> = async (tx, questions) => {
  const answers: unknown[] = [];
  for (const { judge } of questions) answers.push(await judge(tx));
  return answers;
};

/** @param limits how many questions make a batch, and how many of a tenant may wait */
export function createPipeline(ledger: Ledger, limits: { batch?: number; waiting?: number } = {}): Pipeline {
  const batchLimit = limits.batch ?? 256;
  const queue = createFairQueue<Waiting>(limits.waiting ?? 10_000);
  let draining: Promise<void> | undefined;

  /** Judges one by one, each in a transaction of its own: what fails, fails alone and leaves nothing behind. */
  async function judgeAlone(batch: readonly Waiting[]): Promise<void> {
    for (const waiting of batch) {
      try {
        const [answer] = await ledger.write((tx) => waiting.stage(tx, [waiting.question]));
        waiting.resolve(answer);
      } catch (error) {
        waiting.reject(error instanceof Superseded ? unavailable('others change the same all the time') : error);
      }
    }
  }

  async function judgeTogether(batch: readonly Waiting[]): Promise<void> {
    const stages = new Set(batch.map(({ stage }) => stage));
    const told: [Waiting[], readonly unknown[]][] = [];
    try {
      await ledger.write(async (tx) => {
        told.length = 0;
        for (const stage of stages) {
          const asked = batch.filter((waiting) => waiting.stage === stage);
          const questions = asked.map(({ question }) => question);
          told.push([asked, await stage(tx, questions)]);
        }
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
    for (const [asked, answers] of told)
      for (const [place, waiting] of asked.entries()) waiting.resolve(answers[place]);
  }

  async function drain(): Promise<void> {
    // What arrives in this turn of the event loop joins the first batch.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    while (!queue.isEmpty()) {
      const batch = queue.take(batchLimit);
      await (batch.length === 1 ? judgeAlone(batch) : judgeTogether(batch));
    }
    draining = undefined;
  }

  async function run<Question extends Asked, Answer>(
    stage: Stage<Question, Answer>,
    question: Question,
  ): Promise<Answer> {
    const answer = await new Promise<Answer | Refused>((resolve, reject) => {
      const isWaiting = queue.add(question.caller.tenant, {
        stage: stage as Stage<unknown, unknown>,
        question,
        resolve: (value) => resolve(value as Answer | Refused),
        reject,
      });
      if (isWaiting) draining ??= drain();
      else reject(unavailable('too many answers of this tenant are waiting'));
    });
    if (isRefused(answer)) throw answer.refused;
    return answer;
  }

  return {
    run,
    runAlone: <Answer>(caller: Asked['caller'], judge: (tx: WriteContext) => Promise<Answer | Refused>) =>
      run(eachAlone, { caller, judge }) as Promise<Answer>,
    drained: () => draining ?? Promise.resolve(),
  };
}

function unavailable(detail: string): CountersignError {
  return new CountersignError('unavailable', { detail, retryAfter: 1 });
}
