// The load generator: a process of its own, told what to do by messages of the bench.
import { runSlices, type SlicesJob, type Supplies, type TargetResult } from './slices.ts';

export type Job = { type: 'slices' } & SlicesJob;
export type JobAnswer = { ok: true; results: TargetResult[] } | { ok: false; error: string };

const supplies: Supplies = new Map();

process.on('message', (job: Job) => {
  void runSlices(job, supplies).then(
    (results) => answer({ ok: true, results }),
    (error: unknown) => answer({ ok: false, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());

function answer(message: JobAnswer): void {
  process.send?.(message);
}
