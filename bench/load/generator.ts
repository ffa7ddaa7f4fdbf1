import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Job, JobAnswer } from './main.ts';
import type { TargetResult } from './slices.ts';

/** The process that asks; one for every fresh start, because it knows which codes the servers have seen. */
export interface Generator {
  run(job: Job): Promise<TargetResult[]>;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, 'main.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    run: (job) =>
      new Promise((resolve, reject) => {
        const ended = (): void => reject(new Error('the load generator has ended'));
        child.once('exit', ended);
        child.once('message', (answer: JobAnswer) => {
          child.off('exit', ended);
          if (answer.ok) resolve(answer.results);
          else reject(new Error(answer.error));
        });
        child.send(job);
      }),
    stop: () => child.disconnect(),
  };
}
