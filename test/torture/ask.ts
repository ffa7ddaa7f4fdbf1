import type { Call, Told } from '../history/history.ts';
import type { HttpCaller, Reply } from './http-caller.ts';
import { historyTime, type Recorder } from './recorder.ts';

export const doors = ['rest', 'rest challenge', 'oss2fa', 'adjure'] as const;
export type Door = (typeof doors)[number];

/** What somebody claims at a door. */
export interface Claim {
  tenant: string;
  token: string;
  user: string;
  code: string;
  credential?: string;
  value?: number;
  stolenFrom?: { tenant: string; user: string };
  /** Asked before the claim is made and behind it: whether to refuse the value is right. */
  isUntimely?: () => boolean;
}

/** One who asks: of two servers where a door takes two steps. */
export interface Asking {
  recorder: Recorder;
  door: Door;
  first: HttpCaller;
  second: HttpCaller;
}

/** Refusals without a verdict that are right in some moment of a race. */
const expected = new Set(['wrong_state', 'challenge_expired', 'not_found', 'no_device']);

/** Makes a claim at a door, and writes down what was told. Undefined: it did not come so far that the code was shown. */
export async function ask(asking: Asking, claim: Claim): Promise<Told | undefined> {
  const { door } = asking;
  if (door === 'rest' || door === 'adjure') return verify(asking, claim);
  const challenge = await issueChallenge(asking, claim);
  return challenge === undefined ? undefined : answerChallenge(asking, claim, challenge);
}

function verify(asking: Asking, claim: Claim): Promise<Told> {
  return asking.door === 'adjure'
    ? make(
        asking,
        claim,
        {},
        '/user/authenticate',
        { user_id: claim.user, auth_code: claim.code },
        ({ status, code }) => (status === 200 ? 'accepted' : code === 'VALIDATION_FAILURE' ? 'refused' : undefined),
      )
    : make(asking, claim, {}, '/v1/verify', { user: claim.user, code: claim.code }, readAccepted);
}

function readAccepted({ status, body }: Reply): Told | undefined {
  if (status !== 200) return undefined;
  return (body as { accepted?: unknown }).accepted === true ? 'accepted' : 'refused';
}

/** Begins a challenge at the first server; it is answered at the second. Undefined: there is none. */
export async function issueChallenge(asking: Asking, claim: Claim): Promise<string | undefined> {
  const old = asking.door === 'oss2fa';
  const path = old ? '/integration/challenges' : '/v1/challenges';
  const body = old ? { username: claim.user } : { user: claim.user };
  const reply = await asking.first.post(path, claim.token, body);
  if (reply === undefined) return undefined;
  if (reply.status === 201) {
    const { id, pk } = reply.body as { id?: unknown; pk?: unknown };
    return String(old ? pk : id);
  }
  if (isSurprise(reply)) asking.recorder.surprise(`a challenge at ${asking.door}: ${describe(reply)}`);
  return undefined;
}

export function answerChallenge(
  asking: Asking,
  claim: Claim,
  challenge: string,
  challengeOf?: { tenant: string; user: string },
): Promise<Told> {
  const about = { challenge: `${asking.door} ${challenge}`, ...(challengeOf === undefined ? {} : { challengeOf }) };
  return asking.door === 'oss2fa'
    ? make(asking, claim, about, `/integration/challenges/${challenge}/complete`, { token: claim.code }, (reply) => {
        if (reply.status !== 200) return undefined;
        const { status } = reply.body as { status?: unknown };
        return status === 3 ? 'accepted' : status === 4 ? 'refused' : undefined;
      })
    : make(asking, claim, about, `/v1/challenges/${challenge}/answer`, { code: claim.code }, readAccepted);
}

async function make(
  { recorder, door, second }: Asking,
  claim: Claim,
  about: Pick<Call, 'challenge' | 'challengeOf'>,
  path: string,
  body: unknown,
  read: (reply: Reply) => Told | undefined,
): Promise<Told> {
  const early = claim.isUntimely?.() === true;
  const asked = historyTime();
  const reply = await second.post(path, claim.token, body);
  const answered = historyTime();
  const told = reply === undefined ? 'lost' : (read(reply) ?? readRefusal(reply));
  const auditId = reply?.status === 200 ? (reply.body as { auditId?: unknown }).auditId : undefined;
  recorder.record({
    event: 'call',
    asked,
    answered,
    node: second.name,
    door,
    action: about.challenge === undefined ? 'verify' : 'answer',
    tenant: claim.tenant,
    user: claim.user,
    ...(claim.credential === undefined ? {} : { credential: claim.credential }),
    ...(claim.value === undefined ? {} : { value: claim.value }),
    ...(early || claim.isUntimely?.() === true ? { untimely: true } : {}),
    ...(claim.stolenFrom === undefined ? {} : { stolenFrom: claim.stolenFrom }),
    ...about,
    told,
    status: reply?.status ?? 'no answer',
    ...(typeof auditId === 'string' ? { auditId } : {}),
  });
  if (reply !== undefined && read(reply) === undefined && isSurprise(reply))
    recorder.surprise(`${path} at ${second.name}: ${describe(reply)}`);
  return told;
}

function readRefusal({ status, code }: Reply): Told {
  if (status === 429 || code === 'too_many_attempts') return 'exhausted';
  return status >= 500 ? 'unavailable' : 'invalid';
}

function isSurprise({ status, code }: Reply): boolean {
  return status !== 503 && status !== 429 && code !== 'too_many_attempts' && !expected.has(code ?? '');
}

function describe({ status, body }: Reply): string {
  return `${status} ${JSON.stringify(body)}`;
}
