import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { decodeBase32, encodeBase32, totp, totpStep } from '../../src/otp/index.ts';
import type { HistoryEvent, Told } from '../history/history.ts';
import { type Answer, Lost, type Served } from './served.fixture.ts';

/** Somebody with an authenticator app. */
export interface Person {
  name: string;
  secret: string;
  device: string;
}

/** Wrong answers of one user in a window, where the policy says nothing. */
export const guessesPerUser = 10;

/** Who asks a server during a fault and keeps what he was told, for the invariants. */
export interface Witness {
  history: HistoryEvent[];
  /** The names that were given to users, by their ids. */
  names: Record<string, string>;
  /** What happens in `work` happens during a fault. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  enroll(name: string): Promise<Person>;
  /** Submits the code that the app of the person shows at that time. */
  submit(person: Person, at: number): Promise<Told>;
  /** Submits something that is wrong. */
  guess(person: Person): Promise<Told>;
}

/** @param served The server, whichever process it is at the moment. */
export function witness(served: () => Served): Witness {
  const history: HistoryEvent[] = [];
  const names: Record<string, string> = {};

  async function verify(person: Person, code: string, made: { credential?: string; value?: number }): Promise<Told> {
    const asked = now();
    const answer = await served()
      .call('/v1/verify', { user: person.name, code })
      .catch((error: unknown) => {
        if (error instanceof Lost) return undefined;
        throw error;
      });
    const told = answer === undefined ? 'lost' : toldBy(answer);
    history.push({
      event: 'call',
      asked,
      answered: now(),
      node: 'main',
      door: 'rest',
      action: 'verify',
      tenant: served().tenant,
      user: person.name,
      ...made,
      told,
      status: answer?.status ?? 'lost',
      ...(typeof answer?.body['auditId'] === 'string' ? { auditId: answer.body['auditId'] } : {}),
    });
    return told;
  }

  return {
    history,
    names,
    during: async (what, work) => {
      const from = now();
      try {
        return await work();
      } finally {
        history.push({ event: 'fault', from, to: now(), what });
      }
    },
    enroll: async (name) => {
      const secret = encodeBase32(randomBytes(20));
      const { status, body } = await served().call('/v1/devices', { user: name, kind: 'totp', secret });
      expect({ status, body }).toMatchObject({ status: 201 });
      const { id, userId } = body['device'] as { id: string; userId: string };
      names[userId] = name;
      return { name, secret, device: id };
    },
    submit: (person, at) => verify(person, codeAt(person, at), { credential: person.device, value: totpStep(at, 30) }),
    guess: (person) => verify(person, wrongCode(person), {}),
  };
}

/** The clock of the history, which nobody steps. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The code that the app shows at a time, in ms since the epoch. */
export function codeAt(person: Person, at: number): string {
  return totp({ secret: decodeBase32(person.secret), time: at });
}

/** A code of none of the steps that lie anywhere near. */
function wrongCode(person: Person): string {
  const near = new Set(Array.from({ length: 41 }, (_, index) => codeAt(person, Date.now() + (index - 20) * 30_000)));
  let code = 0;
  while (near.has(String(code).padStart(6, '0'))) code++;
  return String(code).padStart(6, '0');
}

/** What an answer says; an answer that is none of these is a defect, and no refusal. */
function toldBy({ status, body }: Answer): Told {
  if (status === 200) return body['accepted'] === true ? 'accepted' : 'refused';
  if (status === 429 && body['code'] === 'too_many_attempts') return 'exhausted';
  if (status === 503 && body['code'] === 'unavailable') return 'unavailable';
  throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
}
