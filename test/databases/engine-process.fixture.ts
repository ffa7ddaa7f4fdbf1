import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { KeyFile } from '../../src/crypto/index.ts';
import type { Integration } from '../../src/core/model.ts';
import { type Heard, hearCode, hearOutcome } from '../history/heard.ts';
import type { Call } from '../history/history.ts';
import { monotonicNow, type Recorder } from '../history/record.ts';

/** Which single-use value a code is, and what else a history has to know of a call. */
export type Made = Partial<Omit<Call, 'event' | keyof Heard>>;

export interface Attempt {
  user: string;
  code: string;
  ip?: string;
  made?: Made;
}

/** An engine in a process of its own, built from what is shipped. */
export interface EngineProcess {
  open(options: { url: string; keys: KeyFile; now: number }): Promise<void>;
  setTime(now: number): Promise<void>;
  /** All at once; each outcome as `accepted`, `refused` or the code of the error. */
  verify(integration: Integration, attempts: readonly Attempt[]): Promise<string[]>;
  /** The same for answers to a challenge, which is of the user whom each attempt names. */
  answer(integration: Integration, challenge: string, attempts: readonly Attempt[]): Promise<string[]>;
  close(): Promise<void>;
  /** Ends it as `kill -9` does: what it was asked then has no answer. */
  kill(): Promise<void>;
}

export interface EngineProcessOptions {
  /** The folder of the build. Default: `dist`. */
  build?: string;
  /** Is told every call with what came of it. */
  recorder?: Recorder;
  /** What the history calls it. Default: by its process id. */
  name?: string;
}

interface Reply {
  id: number;
  value?: unknown;
  error?: string;
}

/** What came of one attempt. */
type Judged = { accepted: true; auditId: string } | { accepted: false } | { error: string };

/** The process has ended before it answered. */
class Ended extends Error {}

export function forkEngine({ build, recorder, name }: EngineProcessOptions = {}): EngineProcess {
  const script = fileURLToPath(new URL('engine-process.mjs', import.meta.url));
  const child = fork(script, build === undefined ? [] : [build], { stdio: ['ignore', 2, 2, 'ipc'] });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const waiting = new Map<number, { resolve: (reply: Reply) => void; reject: (error: Error) => void }>();
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.resolve(reply));
  const end = () => {
    for (const { reject } of waiting.values()) reject(new Ended('the process has ended'));
  };
  child.once('exit', end);
  let sent = 0;
  const ask = async (command: string, options: unknown = {}): Promise<unknown> => {
    const id = sent++;
    const reply = await new Promise<Reply>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      child.send({ id, command, options }, (error) => {
        if (error !== null) reject(new Ended(error.message));
      });
    }).finally(() => waiting.delete(id));
    if (reply.error !== undefined) throw new Error(reply.error);
    return reply.value;
  };

  /** Asks for several answers at once and records each of them. */
  async function judge(
    action: Call['action'],
    integration: Integration,
    attempts: readonly Attempt[],
    options: { challenge?: string },
  ): Promise<string[]> {
    const asked = monotonicNow();
    const command = action === 'verify' ? 'verify' : 'answer';
    const judged = await ask(command, { integration, attempts, ...options }).catch((error: unknown) => {
      if (error instanceof Ended) return attempts.map((): Judged => ({ error: 'the process has ended' }));
      throw error;
    });
    const answered = monotonicNow();
    return (judged as Judged[]).map((one, index) => {
      const heard = 'error' in one ? hearCode(one.error) : hearOutcome(one);
      const { user = '', made = {} } = attempts[index] ?? {};
      const node = name ?? `process ${child.pid}`;
      const about = { node, door: 'test', action, tenant: integration.tenantId, user, ...options, ...made };
      recorder?.record({ event: 'call', asked, answered, ...about, ...heard });
      return String(heard.status);
    });
  }

  return {
    open: async (options) => void (await ask('open', options)),
    setTime: async (now) => void (await ask('setTime', { now })),
    verify: (integration, attempts) => judge('verify', integration, attempts, {}),
    answer: (integration, challenge, attempts) => judge('answer', integration, attempts, { challenge }),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) await ask('close');
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
