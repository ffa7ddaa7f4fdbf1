import { onTestFinished } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import type { Engine, IntegrationCaller, Outcome } from '../engine/engine.ts';
import type { HttpDoor } from '../http/door.ts';
import { encodeBase32, hotp, totp } from '../otp/index.ts';
import { createTestEngine, type TestEngine, type TestEngineOptions, type VirtualClock } from '../testing/index.ts';
import { adjureDoor } from './adjure/index.ts';
import { oss2faDoor } from './oss2fa/index.ts';
import { restDoor } from './rest/index.ts';

/** What somebody who brought an answer can see. */
export interface Said {
  accepted: boolean;
  /** Of HTTP; for the library 200, or the status of its refusal. */
  status: number;
  /** Body and headers, without what is random in them. */
  text: string;
}

/** Brings one answer. */
export type Bring = (code: string) => Promise<Said>;

/** One way by which an answer comes to the engine. Every way that takes a factor is one of these. */
export interface Way {
  name: string;
  door: 'rest' | 'oss2fa' | 'adjure' | 'library';
  /** Opens what the protocol wants opened before an answer: a challenge, or nothing. */
  open(user: string): Promise<Bring>;
  /** Opens and answers. */
  submit(user: string, code: string): Promise<Said>;
}

/** A request to one of the doors, as the integration unless a header says who else it is. */
export type Send = (
  door: 'rest' | 'oss2fa' | 'adjure',
  method: string,
  path: string,
  options?: { headers?: Record<string, string>; body?: unknown; source?: string },
) => Promise<{ status: number; body: Record<string, unknown>; text: string }>;

export interface Doors {
  send: Send;
  /** The ways for a code of an authenticator app. */
  ways: readonly Way[];
  way(name: string): Way;
  /** The ways for a recovery code. */
  recoveryWays: readonly Way[];
  /** What the doors reported as failures of the server. */
  faults: unknown[];
}

/** Whose doors they are: an integration that lists all three. */
export interface Behind {
  engine: Engine;
  caller: IntegrationCaller;
  token: string;
}

/** Every door that there is, in front of an engine, without a port. */
export function openDoors({ engine, caller, token }: Behind): Doors {
  const faults: unknown[] = [];
  const report = (error: unknown) => void faults.push(error);
  const doors: Record<'rest' | 'oss2fa' | 'adjure', HttpDoor> = {
    rest: restDoor({ engine, version: '0.0.0', report }),
    oss2fa: oss2faDoor({ engine, report }),
    adjure: adjureDoor({ engine, report }),
  };

  const bearer = { Authorization: `Bearer ${token}` };
  const credential = { rest: bearer, oss2fa: { 'X-Integration-Token': token }, adjure: bearer };

  const send: Send = async (door, method, path, { headers = {}, body, source = '127.0.0.1' } = {}) => {
    const response = await doors[door].app.request(
      `http://127.0.0.1:8300${path}`,
      {
        method,
        headers: {
          ...(!('Authorization' in headers || 'X-Integration-Token' in headers) && credential[door]),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      },
      { source, secure: true },
    );
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {};
    return {
      status: response.status,
      body: parsed as Record<string, unknown>,
      text: withoutChance(JSON.stringify([response.status, text, [...response.headers]])),
    };
  };
  const post = (door: 'rest' | 'oss2fa' | 'adjure', path: string, body: object) => send(door, 'POST', path, { body });

  const direct = (name: string, door: Way['door'], submit: Way['submit']): Way => ({
    name,
    door,
    submit,
    open: async (user) => (code) => submit(user, code),
  });
  /** A way of two steps; when the first is refused, its refusal is what every answer gets. */
  const inTwoSteps = (name: string, door: Way['door'], open: Way['open']): Way => ({
    name,
    door,
    open,
    submit: async (user, code) => (await open(user))(code),
  });

  const restVerify = direct('REST verify', 'rest', async (user, code) => {
    const { status, body, text } = await post('rest', '/v1/verify', { user, code });
    return { accepted: body['accepted'] === true, status, text };
  });
  const restChallenge = inTwoSteps('REST challenge', 'rest', async (user) => {
    const issued = await post('rest', '/v1/challenges', { user });
    if (issued.status !== 201) return async () => ({ accepted: false, status: issued.status, text: issued.text });
    return async (code) => {
      const { status, body, text } = await post('rest', `/v1/challenges/${String(issued.body['id'])}/answer`, { code });
      return { accepted: body['accepted'] === true, status, text };
    };
  });
  const oss2faChallenge = inTwoSteps('OSS2FA challenge', 'oss2fa', async (username) => {
    const issued = await post('oss2fa', '/integrations/challenges', { username });
    if (issued.status !== 201) return async () => ({ accepted: false, status: issued.status, text: issued.text });
    return async (code) => {
      const path = `/integrations/challenges/${String(issued.body['pk'])}/complete`;
      const { status, body, text } = await post('oss2fa', path, { token: code });
      // A challenge that was passed has the status 3.
      return { accepted: status === 200 && body['status'] === 3, status, text };
    };
  });
  const adjureAuthenticate = direct('Adjure authenticate', 'adjure', async (user_id, auth_code) => {
    const { status, text } = await post('adjure', '/user/authenticate', { user_id, auth_code });
    return { accepted: status === 200, status, text };
  });
  const adjureRecovery = direct('Adjure recovery', 'adjure', async (user_id, recovery_code) => {
    const { status, text } = await post('adjure', '/user/recovery/authenticate', { user_id, recovery_code });
    return { accepted: status === 200, status, text };
  });
  const libraryVerify = direct('library verify', 'library', (user, code) =>
    said(engine.verify(caller, { user, answer: { code } })),
  );
  const libraryChallenge = inTwoSteps('library challenge', 'library', async (user) => {
    try {
      const { id } = await engine.challenges.issue(caller, { user });
      return (code) => said(engine.challenges.answer(caller, id, { code }).then(({ outcome }) => outcome));
    } catch (error) {
      const refused = refusalOf(error);
      return async () => refused;
    }
  });

  const ways = [restVerify, restChallenge, oss2faChallenge, adjureAuthenticate, libraryVerify, libraryChallenge];
  return {
    send,
    ways,
    way: (name) => {
      const found = ways.find((way) => way.name === name);
      if (found === undefined) throw new Error(`there is no way ${name}`);
      return found;
    },
    recoveryWays: [restVerify, adjureRecovery, libraryVerify],
    faults,
  };
}

async function said(outcome: Promise<Outcome>): Promise<Said> {
  try {
    const { accepted } = await outcome;
    return { accepted, status: 200, text: JSON.stringify({ accepted }) };
  } catch (error) {
    return refusalOf(error);
  }
}

function refusalOf(error: unknown): Said {
  if (!(error instanceof CountersignError)) throw error;
  const { code, status, message, retryAfter } = error;
  return { accepted: false, status, text: JSON.stringify({ code, message, retryAfter }) };
}

/** Ids and numbers of objects are other ones every time. */
function withoutChance(text: string): string {
  return text.replaceAll(/\b[a-z]{3}_[0-9a-z]{26}\b/g, 'ID').replaceAll(/\\"pk\\":\d+/g, 'PK');
}

/** A test engine with every door; both end with the test. */
export async function openWays(options: TestEngineOptions = {}): Promise<TestEngine & Doors> {
  const test = await createTestEngine(options);
  onTestFinished(() => test.close());
  return { ...test, ...openDoors(test) };
}

/** A user with an authenticator app of which no code was used yet. */
export interface AppUser {
  name: string;
  userId: string;
  deviceId: string;
  secret: Uint8Array<ArrayBuffer>;
  /** The code of now, or of some steps before or after. */
  code: (steps?: number) => string;
  /** Codes that are wrong in every step near now, a different one for each number. */
  wrong: (number?: number) => string;
}

/** Gives a user an authenticator app with this secret, by default one that is made from his name. */
export async function giveApp(
  t: { engine: Engine; caller: IntegrationCaller; clock: VirtualClock },
  name: string,
  given?: Uint8Array<ArrayBuffer>,
): Promise<AppUser> {
  const secret = given ?? new Uint8Array(Buffer.from(name.padEnd(20, '#')).subarray(0, 20));
  const devices = [{ kind: 'totp', options: { secret: encodeBase32(secret) } }];
  const made = await t.engine.devices.provision(t.caller, { user: name, devices });
  const code = (steps = 0) => totp({ secret, time: t.clock.now() + steps * 30_000 });
  return {
    name,
    userId: made.user.id,
    deviceId: made.devices[0]?.device.id ?? '',
    secret,
    code,
    wrong: (number = 0) => {
      const near = new Set(Array.from({ length: 13 }, (_, index) => code(index - 6)));
      let left = number;
      for (let candidate = 0; ; candidate++) {
        const text = String(candidate).padStart(6, '0');
        if (!near.has(text) && left-- === 0) return text;
      }
    },
  };
}

/** Gives a user a counter token that stands at 0; the code of each of its counters. */
export async function giveToken(
  t: { engine: Engine; caller: IntegrationCaller },
  name: string,
): Promise<(counter: number) => string> {
  const secret = new Uint8Array(Buffer.from(name.padEnd(20, '*')).subarray(0, 20));
  const devices = [{ kind: 'hotp', options: { secret: encodeBase32(secret) } }];
  await t.engine.devices.provision(t.caller, { user: name, devices });
  return (counter) => hotp({ secret, counter, digits: 6 });
}

/** Gives a user a mail address that he has proven. */
export async function giveMail(
  t: Pick<TestEngine, 'engine' | 'caller' | 'messages'>,
  user: string,
  address = 'user@example.org',
): Promise<string> {
  const begun = await t.engine.enrollments.begin(t.caller, { user });
  await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'email', options: { address } });
  const { device } = await t.engine.enrollments.complete(t.caller, begun.id, { code: mailedCode(t) });
  return device?.id ?? '';
}

/** The code in the newest message. */
export function mailedCode({ messages }: Pick<TestEngine, 'messages'>): string {
  return messages.findLast(({ template }) => template === 'code')?.values['code'] ?? '';
}

/** How many rows of the trail say that an answer was judged, i.e. that a guess was looked at, by what became of them. */
export async function judgedAnswers(
  { engine, caller }: { engine: Engine; caller: IntegrationCaller },
  userId?: string,
): Promise<{ accepted: number; refused: number }> {
  const counted = { accepted: 0, refused: 0 };
  const asks = ['verify.answered', 'challenge.answered', 'enrollment.answered', 'enrollment.completed'];
  const administrator = { tenant: caller.tenant, actor: { type: 'system' as const, id: 'test' }, door: 'test' };
  for (const event of [...asks, 'device.resynchronized']) {
    let cursor: string | undefined;
    do {
      const page = await engine.audit.query(administrator, {
        event,
        limit: 500,
        ...(userId === undefined ? {} : { userId }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { outcome, reason } of page.items) {
        if (outcome === 'accepted') counted.accepted++;
        else if (outcome === 'refused' && reason !== 'too_many_attempts') counted.refused++;
      }
      cursor = page.next;
    } while (cursor !== undefined);
  }
  return counted;
}
