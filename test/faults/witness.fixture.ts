import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { decodeBase32, encodeBase32, totp, totpStep } from '../../src/otp/index.ts';
import type { Heard } from '../history/heard.ts';
import type { HistoryEvent, Told } from '../history/history.ts';
import { type Asked, createRecorder } from '../history/record.ts';
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
  history: readonly HistoryEvent[];
  /** The names that were given to users, by their ids. */
  names: Record<string, string>;
  /** What happens in `work` happens during a fault. */
  during<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** `work` ends the window in which the person's guesses are counted. */
  endWindow<T>(person: Person, work: () => Promise<T>): Promise<T>;
  enroll(name: string): Promise<Person>;
  /** Submits the code that the app of the person shows at that time. */
  submit(person: Person, at: number): Promise<Told>;
  /** The same in answer to a challenge. */
  answer(person: Person, challenge: string, at: number): Promise<Told>;
  /** What the app of the person shows at that time. */
  codeAt(person: Person, at: number): string;
  /** Submits something that is wrong. */
  guess(person: Person): Promise<Told>;
}

/**
 * @param served The server, whichever process it is at the moment.
 * @param clock What the server takes for now.
 */
export function witness(served: () => Served, clock: () => number = Date.now): Witness {
  const names: Record<string, string> = {};
  const recorder = createRecorder({
    hearError: (error) => {
      if (error instanceof Lost) return { told: 'lost', status: 'lost' };
      throw error;
    },
  });

  async function submit(path: string, body: object, call: Pick<Asked, 'action' | 'user'> & Partial<Asked>) {
    const about = { node: 'main', door: 'rest', tenant: served().tenant, ...call };
    const { told } = await recorder.call(about, () => served().call(path, body), hear);
    return told;
  }

  /** Which single-use value it is, and whether a server may refuse it because it is of another time. */
  const made = (person: Person, at: number): Pick<Asked, 'user'> & Partial<Asked> => ({
    user: person.name,
    credential: person.device,
    value: totpStep(at, 30),
    ...(Math.abs(totpStep(at, 30) - totpStep(clock(), 30)) > 1 ? { untimely: true } : {}),
  });

  return {
    history: recorder.events,
    names,
    during: (what, work) => recorder.fault(what, work),
    endWindow: (person, work) => recorder.reset({ tenant: served().tenant, user: person.name }, work),
    enroll: async (name) => {
      const secret = encodeBase32(randomBytes(20));
      const { status, body } = await served().call('/v1/devices', { user: name, kind: 'totp', secret });
      expect({ status, body }).toMatchObject({ status: 201 });
      const { id, userId } = body['device'] as { id: string; userId: string };
      names[userId] = name;
      return { name, secret, device: id };
    },
    codeAt,
    submit: (person, at) =>
      submit('/v1/verify', { user: person.name, code: codeAt(person, at) }, { action: 'verify', ...made(person, at) }),
    answer: (person, challenge, at) =>
      submit(
        `/v1/challenges/${challenge}/answer`,
        { code: codeAt(person, at) },
        { action: 'answer', challenge, ...made(person, at) },
      ),
    guess: (person) =>
      submit(
        '/v1/verify',
        { user: person.name, code: wrongCode(person, clock()) },
        { action: 'verify', user: person.name },
      ),
  };
}

/** The code that the app shows at a time, in ms since the epoch. */
function codeAt(person: Person, at: number): string {
  return totp({ secret: decodeBase32(person.secret), time: at });
}

/** A code of none of the steps that lie anywhere near. */
function wrongCode(person: Person, at: number): string {
  const near = new Set(Array.from({ length: 41 }, (_, index) => codeAt(person, at + (index - 20) * 30_000)));
  let code = 0;
  while (near.has(String(code).padStart(6, '0'))) code++;
  return String(code).padStart(6, '0');
}

/** Of challenges that nobody can answer any more. */
const ended = new Set(['challenge_expired', 'wrong_state']);

/** What an answer says; an answer that is none of these is a defect, and no refusal. */
function hear({ status, body }: Answer): Heard {
  const heard = (told: Told) => ({
    told,
    status,
    ...(typeof body['auditId'] === 'string' ? { auditId: body['auditId'] } : {}),
  });
  if (status === 200) return heard(body['accepted'] === true ? 'accepted' : 'refused');
  if (status === 429 && body['code'] === 'too_many_attempts') return heard('exhausted');
  if (status === 503 && body['code'] === 'unavailable') return heard('unavailable');
  if (typeof body['code'] === 'string' && ended.has(body['code'])) return heard('invalid');
  throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
}
