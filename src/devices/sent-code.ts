import type { JsonObject } from '../core/model.ts';
import { randomDigits } from '../core/random.ts';
import type { Answer, DeviceState, KindContext, RefusalReason, Verdict } from './device-kind.ts';
import { typedCode } from './typed-code.ts';

/** What a sent code is good for; for anything else its hash is another. */
export interface SentCodeUse {
  purpose: 'enrollment' | 'challenge';
  /** The address or number to which it goes. */
  to: string;
}

/**
 * A new code to be sent, and what is kept of it: a hash that is keyed to user, address, purpose and the enrollment or challenge, and salted
 * so that two equal codes do not look alike. What is kept of one is worth nothing in another's row.
 */
export function newSentCode(use: SentCodeUse, ctx: KindContext<unknown>): { code: string; kept: JsonObject } {
  const code = randomDigits(ctx.random, ctx.policy.codeDigits ?? 6);
  const salt = Buffer.from(ctx.random.bytes(9)).toString('base64url');
  return { code, kept: { salt, codeHash: ctx.hash(boundCode(salt, code, use, ctx)) } };
}

/** A sent code lives in its challenge; the device itself has nothing to count. */
export type NoCounters = Record<string, never>;

/** Judges the answer to a code that was sent for this use; `method` is the name of the kind that sent it. */
export function judgeSentCode<Secret>(
  method: string,
  use: SentCodeUse,
  { secret, counters }: DeviceState<Secret, NoCounters>,
  kept: JsonObject | undefined,
  answer: Answer,
  ctx: KindContext<unknown>,
): Verdict<Secret, NoCounters> {
  const reason = refuseSentCode(kept, answer, use, ctx);
  return reason === undefined
    ? { accepted: true, next: { secret, counters }, method: { name: method, kind: 'possession', at: ctx.now } }
    : { accepted: false, reason };
}

/** Why an answer is not the code that was sent for this use; undefined when it is. */
export function refuseSentCode(
  kept: JsonObject | undefined,
  answer: Answer,
  use: SentCodeUse,
  ctx: KindContext<unknown>,
): RefusalReason | undefined {
  const { salt, codeHash } = kept ?? {};
  if (typeof salt !== 'string' || typeof codeHash !== 'string') return 'not_answerable';
  const code = typedCode(answer);
  // The lengths that a policy can ask for; it may have changed since the code was sent.
  if (code === undefined || !/^[0-9]{4,10}$/.test(code)) return 'malformed';
  return ctx.hashMatches(boundCode(salt, code, use, ctx), codeHash) ? undefined : 'wrong';
}

/** JSON, so that no two lists of texts give the same. */
function boundCode(salt: string, code: string, { purpose, to }: SentCodeUse, ctx: KindContext<unknown>): string {
  return JSON.stringify([salt, code, purpose, ctx.user, to, ctx.asked.id ?? '']);
}
