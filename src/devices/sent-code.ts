import type { JsonObject } from '../core/model.ts';
import { randomDigits } from '../core/random.ts';
import type { Answer, KindContext, RefusalReason } from './device-kind.ts';
import { typedCode } from './typed-code.ts';

/** A new code to be sent, and what is kept of it: a keyed hash. */
export function newSentCode(ctx: KindContext<unknown>): { code: string; kept: JsonObject } {
  const code = randomDigits(ctx.random, ctx.policy.codeDigits ?? 6);
  return { code, kept: { codeHash: ctx.hash(code) } };
}

/** Why an answer is not the code that was sent; undefined when it is. */
export function refuseSentCode(
  kept: JsonObject | undefined,
  answer: Answer,
  ctx: KindContext<unknown>,
): RefusalReason | undefined {
  const codeHash = kept?.['codeHash'];
  if (typeof codeHash !== 'string') return 'not_answerable';
  const code = typedCode(answer);
  // The lengths that a policy can ask for; it may have changed since the code was sent.
  if (code === undefined || !/^[0-9]{4,10}$/.test(code)) return 'malformed';
  return ctx.hashMatches(code, codeHash) ? undefined : 'wrong';
}
