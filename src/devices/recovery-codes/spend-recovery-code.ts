import type { Answer, DeviceState, KindContext, RefusalReason } from '../device-kind.ts';
import { typedCode } from '../typed-code.ts';
import type { RecoveryCodesConfiguration } from './configuration.ts';
import { canonicalRecoveryCode, type RecoveryCodeFormat } from './recovery-code-format.ts';

export interface RecoveryCodesSecret {
  format: RecoveryCodeFormat;
}

export interface RecoveryCodesCounters {
  /** Keyed hashes of the codes that are left. */
  remaining: string[];
}

export type RecoveryCodesState = DeviceState<RecoveryCodesSecret, RecoveryCodesCounters>;

/** The hashes without that of the code that was typed, or why there is none. */
export type SpentCode = { accepted: true; remaining: string[] } | { accepted: false; reason: RefusalReason };

/** Looks for the typed code among all that are left; the work is the same wherever it stands, and when it does not (REC-08). */
export function spendRecoveryCode(
  { secret, counters }: RecoveryCodesState,
  answer: Answer,
  ctx: KindContext<RecoveryCodesConfiguration>,
): SpentCode {
  const typed = typedCode(answer);
  const code = typed === undefined ? undefined : canonicalRecoveryCode(typed, secret.format);
  if (code === undefined) return { accepted: false, reason: 'malformed' };
  const remaining = counters.remaining.filter((digest) => !ctx.hashMatches(code, digest));
  return remaining.length < counters.remaining.length
    ? { accepted: true, remaining }
    : { accepted: false, reason: 'wrong' };
}
