// The load generator: a process of its own, told what to do by messages of the bench.
import { type OpenLoopJob, type OpenLoopResult, runOpenLoop } from './open-loop.ts';
import { runSlices, type SlicesJob, type Supplies, type TargetResult } from './slices.ts';

/** What it can be asked for, and what comes of it. */
export interface Jobs {
  slices: { job: SlicesJob; result: TargetResult[] };
  openLoop: { job: OpenLoopJob; result: OpenLoopResult };
}
export type JobName = keyof Jobs;
export type JobMessage = { [Name in JobName]: { name: Name; job: Jobs[Name]['job'] } }[JobName];
export type JobAnswer = { ok: true; result: Jobs[JobName]['result'] } | { ok: false; error: string };

const supplies: Supplies = new Map();

process.on('message', (message: JobMessage) => {
  const running = message.name === 'slices' ? runSlices(message.job, supplies) : runOpenLoop(message.job, supplies);
  void running.then(
    (result) => answer({ ok: true, result }),
    (error: unknown) => answer({ ok: false, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function answer(message: JobAnswer): void {
  process.send?.(message);
}
