import { isOver } from '../../core/lifetime.ts';
import type { Time } from '../../core/model.ts';
import type { Answer, DeviceKind, DeviceState, KindContext, Prepared, Verdict } from '../device-kind.ts';
import { typedCode } from '../typed-code.ts';
import { type AccessPassConfiguration, accessPassConfiguration } from './configuration.ts';
import { type AccessPassOptions, accessPassOptions } from './options.ts';
import { canonicalPassCode, newPassCode } from './pass-code.ts';

export interface AccessPassSecret {
  /** Keyed hash of the code. */
  codeHash: string;
  issuedAt: Time;
  expiresAt: Time;
}

export interface AccessPassCounters {
  used: boolean;
}

type AccessPassState = DeviceState<AccessPassSecret, AccessPassCounters>;

/** A code that an administrator gives to somebody who has lost everything. It works once, and for a time only. */
export function temporaryAccessPass(): DeviceKind<
  AccessPassSecret,
  AccessPassCounters,
  AccessPassConfiguration,
  AccessPassOptions
> {
  return {
    name: 'temporary-access-pass',
    title: 'Access pass',
    description: 'A code that an administrator gives to somebody who has lost everything. It works once.',
    configuration: accessPassConfiguration,
    options: accessPassOptions,
    single: true,
    selfService: false,
    prepare: makePass,
    // Nobody enrolls one: it would be used up by that.
    confirm: ({ state }, answer, ctx) => judgePass(state, answer, ctx),
    check: (device, _issued, answer, ctx) => judgePass(device, answer, ctx),
    recognizes: (answer) => canonicalPassCode(typedCode(answer) ?? '') !== undefined,
    isSpent: ({ secret, counters }, now) => counters.used || hasRunOut(secret, now),
    describe: ({ secret, counters }) => ({
      expiresAt: new Date(secret.expiresAt).toISOString(),
      used: counters.used,
    }),
  };
}

function makePass(
  { lifeSeconds }: AccessPassOptions,
  ctx: KindContext<AccessPassConfiguration>,
): Prepared<AccessPassSecret, AccessPassCounters> {
  const code = newPassCode(ctx.random);
  const expiresAt = ctx.now + (lifeSeconds ?? ctx.config.lifeSeconds) * 1000;
  const codeHash = ctx.hash(canonicalPassCode(typedCode({ code }) ?? '') ?? '');
  return {
    state: { secret: { codeHash, issuedAt: ctx.now, expiresAt }, counters: { used: false } },
    shown: { code, expiresAt: new Date(expiresAt).toISOString() },
    deviceName: 'Access pass',
  };
}

function judgePass(
  { secret, counters }: AccessPassState,
  answer: Answer,
  ctx: KindContext<AccessPassConfiguration>,
): Verdict<AccessPassSecret, AccessPassCounters> {
  const code = canonicalPassCode(typedCode(answer) ?? '');
  if (code === undefined) return { accepted: false, reason: 'malformed' };
  // Compared in any case: only the audit trail tells a wrong code from one that is not good any more.
  if (!ctx.hashMatches(code, secret.codeHash)) return { accepted: false, reason: 'wrong' };
  // A pass that a backup has brought back may have been used since.
  const mayHaveBeenUsed = ctx.fencedAt !== undefined && secret.issuedAt <= ctx.fencedAt;
  if (counters.used || mayHaveBeenUsed) return { accepted: false, reason: 'replayed' };
  if (hasRunOut(secret, ctx.now)) return { accepted: false, reason: 'expired' };
  return {
    accepted: true,
    next: { secret, counters: { used: true } },
    method: { name: 'temporary-access-pass', kind: 'possession', at: ctx.now },
  };
}

function hasRunOut({ issuedAt, expiresAt }: AccessPassSecret, now: Time): boolean {
  return isOver({ createdAt: issuedAt, expiresAt }, now);
}
