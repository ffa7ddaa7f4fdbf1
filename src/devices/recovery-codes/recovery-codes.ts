import { invalidParameter } from '../../core/errors.ts';
import type { JsonObject, Method, Time } from '../../core/model.ts';
import type { Answer, DeviceKind, KindContext, Prepared } from '../device-kind.ts';
import { readOptions } from '../read-options.ts';
import { typedCode } from '../typed-code.ts';
import { type RecoveryCodesConfiguration, recoveryCodesConfiguration } from './configuration.ts';
import { adoptedRecoveryCodesOptions, type RecoveryCodesOptions, recoveryCodesOptions } from './options.ts';
import { canonicalRecoveryCode, newRecoveryCode, recoveryCodeFormats } from './recovery-code-format.ts';
import { type RecoveryCodesCounters, type RecoveryCodesSecret, spendRecoveryCode } from './spend-recovery-code.ts';

/** Codes on paper, each good once, for the day when nothing else is at hand (look-up secrets, SP 800-63B §3.1.2). */
export function recoveryCodes(): DeviceKind<
  RecoveryCodesSecret,
  RecoveryCodesCounters,
  RecoveryCodesConfiguration,
  RecoveryCodesOptions
> {
  return {
    name: 'recovery-codes',
    title: 'Recovery codes',
    description: 'A list of codes to keep in a safe place. Each works once.',
    configuration: recoveryCodesConfiguration,
    options: recoveryCodesOptions,
    single: true,
    prepare: makeCodes,
    // One code proves that they were written down; it is not spent by that.
    confirm({ state }, answer, ctx) {
      const spent = spendRecoveryCode(state, answer, ctx);
      return spent.accepted ? { accepted: true, next: state, method: methodAt(ctx.now) } : spent;
    },
    check({ secret, counters }, _issued, answer, ctx) {
      const spent = spendRecoveryCode({ secret, counters }, answer, ctx);
      if (!spent.accepted) return spent;
      const next = { secret, counters: { remaining: spent.remaining } };
      return { accepted: true, next, method: methodAt(ctx.now) };
    },
    recognizes: looksLikeRecoveryCode,
    describe: ({ counters }) => ({ remaining: counters.remaining.length }),
    adopt(options: JsonObject, ctx) {
      const { codes, ...choice } = readOptions(adoptedRecoveryCodesOptions, options);
      return codes === undefined ? makeCodes(choice, ctx) : importCodes(codes, ctx);
    },
  };
}

type Made = Prepared<RecoveryCodesSecret, RecoveryCodesCounters>;

function makeCodes(options: RecoveryCodesOptions, ctx: KindContext<RecoveryCodesConfiguration>): Made {
  const { count = ctx.config.count, format = ctx.config.format } = options;
  const codes = Array.from({ length: count }, () => newRecoveryCode(ctx.random, format));
  return { ...importCodes(codes, ctx), shown: { codes } };
}

/** Keeps what is compared of codes, and nothing that can be read back. */
function importCodes(codes: readonly string[], ctx: KindContext<RecoveryCodesConfiguration>): Made {
  for (const format of recoveryCodeFormats) {
    const canonical = codes.map((code) => canonicalRecoveryCode(typedCode({ code }) ?? '', format));
    if (canonical.every((code) => code !== undefined)) {
      const remaining = [...new Set(canonical)].map((code) => ctx.hash(code));
      return { state: { secret: { format }, counters: { remaining } }, deviceName: 'Recovery codes' };
    }
  }
  throw invalidParameter('codes', 'Must all be of one format: XXXX-XXXX-XXXX-XXXX or 32 hexadecimal digits.');
}

function looksLikeRecoveryCode(answer: Answer): boolean {
  const code = typedCode(answer) ?? '';
  return recoveryCodeFormats.some((format) => canonicalRecoveryCode(code, format) !== undefined);
}

function methodAt(at: Time): Method {
  return { name: 'recovery-code', kind: 'possession', at };
}
