import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { JobAnswer, JobName, Jobs } from './main.ts';

/** The process that asks; one for every fresh start, because it knows which codes the servers have seen. */
export interface Generator {
  run<Name extends JobName>(name: Name, job: Jobs[Name]['job']): Promise<Jobs[Name]['result']>;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, 'main.js'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    run: <Name extends JobName>(name: Name, job: Jobs[Name]['job']) =>
      new Promise<Jobs[Name]['result']>((resolve, reject) => {
        const ended = (): void => reject(new Error('the load generator has ended'));
        child.once('exit', ended);
        child.once('message', (answer: JobAnswer) => {
          child.off('exit', ended);
          // One job at a time: what comes is the answer to this one.
          if (answer.ok) resolve(answer.result);
          else reject(new Error(answer.error));
        });
        child.send({ name, job });
      }),
    stop: () => child.disconnect(),
  };
}
