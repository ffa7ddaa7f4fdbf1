import type { JsonObject } from '../core/model.ts';
import { randomDigits } from '../core/random.ts';
import type { Answer, KindContext, RefusalReason } from './device-kind.ts';
import { typedCode } from './typed-code.ts';

/** A new code to be sent, and what is kept of it: a keyed hash, salted so that two equal codes do not look alike. */
export function newSentCode(ctx: KindContext<unknown>): { code: string; kept: JsonObject } {
  const code = randomDigits(ctx.random, ctx.policy.codeDigits ?? 6);
  const salt = Buffer.from(ctx.random.bytes(9)).toString('base64url');
  return { code, kept: { salt, codeHash: ctx.hash(`${salt}.${code}`) } };
}

/** Why an answer is not the code that was sent; undefined when it is. */
export function refuseSentCode(
  kept: JsonObject | undefined,
  answer: Answer,
  ctx: KindContext<unknown>,
): RefusalReason | undefined {
  const { salt, codeHash } = kept ?? {};
  if (typeof salt !== 'string' || typeof codeHash !== 'string') return 'not_answerable';
  const code = typedCode(answer);
  // The lengths that a policy can ask for; it may have changed since the code was sent.
  if (code === undefined || !/^[0-9]{4,10}$/.test(code)) return 'malformed';
  return ctx.hashMatches(`${salt}.${code}`, codeHash) ? undefined : 'wrong';
}
