import { expect, onTestFinished } from 'vitest';
import type { AuditRow } from '../audit/index.ts';
import type { CountersignError } from '../core/errors.ts';
import { decodeBase32, totp } from '../otp/index.ts';
import { createTestEngine, type TestEngine, type TestEngineOptions } from '../testing/index.ts';
import type { Engine, IntegrationCaller, Outcome } from './index.ts';

/** What the helpers below need of a test engine. */
export type Enrolling = Pick<TestEngine, 'engine' | 'clock' | 'caller' | 'messages'>;

/** One step of an authenticator app. */
export const step = 30_000;

/** A test engine that ends with the test. */
export async function openTestEngine(options: TestEngineOptions = {}): Promise<TestEngine> {
  const t = await createTestEngine(options);
  onTestFinished(() => t.close());
  return t;
}

/** A user with one device, and his app: the code now, or of another step. */
export interface EnrolledTotp {
  name: string;
  userId: string;
  deviceId: string;
  secret: Uint8Array;
  code: (stepsAway?: number) => string;
  wrong: () => string;
}

/** Enrolls an authenticator app; the step of the first code is over then. */
export async function enrollTotp(
  t: Enrolling,
  user: string,
  options: { caller?: IntegrationCaller } = {},
): Promise<EnrolledTotp> {
  const caller = options.caller ?? t.caller;
  const begun = await t.engine.enrollments.begin(caller, { user });
  const prepared = await t.engine.enrollments.prepare(caller, begun.id, { kind: 'totp' });
  const secret = decodeBase32(prepared.shown?.['secret'] as string);
  const code = (stepsAway = 0) => totp({ secret, time: t.clock.now() + stepsAway * step });
  const completed = await t.engine.enrollments.complete(caller, begun.id, { code: code() });
  if (!completed.accepted) throw new Error('the enrollment was refused');
  t.clock.advance(step);
  return {
    name: user,
    userId: completed.user?.id ?? '',
    deviceId: completed.device?.id ?? '',
    secret,
    code,
    wrong: () => wrongCode([code(-2), code(-1), code(), code(1), code(2)]),
  };
}

/** Enrolls that many users, `user 0` and so on: one after the other, because each moves the clock under the others. */
export async function enrollMany(t: Enrolling, count: number): Promise<EnrolledTotp[]> {
  const users: EnrolledTotp[] = [];
  for (let index = 0; index < count; index++) users.push(await enrollTotp(t, `user ${index}`));
  return users;
}

/** Enrolls a mail address of the user. */
export async function enrollEmail(
  t: Enrolling,
  user: string,
  address = `${user}@example.org`,
): Promise<{ userId: string; deviceId: string }> {
  const begun = await t.engine.enrollments.begin(t.caller, { user });
  await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'email', options: { address } });
  const completed = await t.engine.enrollments.complete(t.caller, begun.id, { code: lastCode(t) });
  if (!completed.accepted) throw new Error('the enrollment was refused');
  return { userId: completed.user?.id ?? '', deviceId: completed.device?.id ?? '' };
}

/** Gives the user recovery codes; answers them. */
export async function giveRecoveryCodes(t: Enrolling, user: string): Promise<string[]> {
  const { devices } = await t.engine.devices.provision(t.caller, { user, devices: [{ kind: 'recovery-codes' }] });
  return devices[0]?.shown?.['codes'] as string[];
}

/** The code of the newest message. */
export function lastCode(t: Pick<TestEngine, 'messages'>): string {
  const code = t.messages.findLast(({ template }) => template === 'code')?.values['code'];
  if (code === undefined) throw new Error('no code was sent');
  return code;
}

/** Six digits that are none of these. */
export function wrongCode(right: readonly string[]): string {
  for (let number = 0; ; number++) {
    const code = String(number).padStart(6, '0');
    if (!right.includes(code)) return code;
  }
}

/** User and code in one call: accepted or not. */
export async function accepts(t: Enrolling, user: string, code: string, caller = t.caller): Promise<boolean> {
  const outcome = await t.engine.verify(caller, { user, answer: { code } });
  return outcome.accepted;
}

/** Runs all at once; how many were accepted, and what refused the others. */
export async function race(
  attempts: readonly (() => Promise<Outcome>)[],
): Promise<{ accepted: number; refused: number; errors: string[] }> {
  const outcomes = await Promise.allSettled(attempts.map((attempt) => attempt()));
  const settled = outcomes.filter((outcome) => outcome.status === 'fulfilled').map((outcome) => outcome.value);
  const errors = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => codeOf(reason));
  const accepted = settled.filter((outcome) => outcome.accepted).length;
  return { accepted, refused: settled.length - accepted, errors };
}

/** The code of a refusal, or what was thrown instead. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Expects a refusal with this code; answers what a caller sees of it. */
export async function expectRefusal(promise: Promise<unknown>, code: string): Promise<Refusal> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'CountersignError', code });
  return refusalOf(error as CountersignError);
}

export type Refusal = Pick<CountersignError, 'code' | 'status' | 'message' | 'detail' | 'issues' | 'retryAfter'>;

export function refusalOf({ code, status, message, detail, issues, retryAfter }: CountersignError): Refusal {
  return { code, status, message, detail, issues, retryAfter };
}

/** The rows of an integration about an event, oldest first. */
export async function auditOf(
  t: { engine: Engine; caller: IntegrationCaller },
  event: string,
  caller = t.caller,
): Promise<AuditRow[]> {
  const { items } = await t.engine.audit.query(caller, { event, limit: 500 });
  return items.toReversed();
}
