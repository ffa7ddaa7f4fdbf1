import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { KeyFile } from '../../src/crypto/index.ts';
import type { Integration } from '../../src/core/model.ts';

export interface Attempt {
  user: string;
  code: string;
  ip?: string;
}

/** An engine in a process of its own, built from what is shipped. */
export interface EngineProcess {
  open(options: { url: string; keys: KeyFile; now: number }): Promise<void>;
  setTime(now: number): Promise<void>;
  /** All at once; each outcome as `accepted`, `refused` or the code of the error. */
  verify(integration: Integration, attempts: readonly Attempt[]): Promise<string[]>;
  answer(integration: Integration, challenge: string, codes: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

interface Reply {
  id: number;
  value?: unknown;
  error?: string;
}

export function forkEngine(): EngineProcess {
  const child = fork(fileURLToPath(new URL('engine-process.mjs', import.meta.url)), { stdio: ['ignore', 2, 2, 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const waiting = new Map<number, (reply: Reply) => void>();
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
  let sent = 0;
  const ask = async (command: string, options: unknown = {}): Promise<unknown> => {
    const id = sent++;
    const reply = await new Promise<Reply>((resolve, reject) => {
      waiting.set(id, resolve);
      child.once('exit', () => reject(new Error('the process has ended')));
      child.send({ id, command, options });
    });
    waiting.delete(id);
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.value;
  };
  return {
    open: async (options) => void (await ask('open', options)),
    setTime: async (now) => void (await ask('setTime', { now })),
    verify: async (integration, attempts) => (await ask('verify', { integration, attempts })) as string[],
    answer: async (integration, challenge, codes) =>
      (await ask('answer', { integration, challenge, codes })) as string[],
    close: async () => void (await ask('close')),
  };
}
