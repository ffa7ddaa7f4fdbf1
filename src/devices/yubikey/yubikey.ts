import { invalidParameter } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { Answer, DeviceKind, KindContext, Prepared, Verdict } from '../device-kind.ts';
import { readOptions } from '../read-options.ts';
import { type YubikeyConfiguration, yubikeyConfiguration } from './configuration.ts';
import { judgeLocally } from './judge-locally.ts';
import { judgeRemotely } from './judge-remotely.ts';
import { localYubikeyOptions, type YubikeyOptions, yubikeyOptions } from './options.ts';
import { isLater, type YubikeyCounters, type YubikeySecret, type YubikeyState } from './state.ts';
import { typedOtp } from './typed-otp.ts';
import { examineYubikey, type ValidateYubikey } from './validate-yubikey.ts';

export interface YubikeyKindOptions {
  /** Asks validation servers about keys whose AES key is not here. Default: there are none, and such keys cannot be enrolled. */
  validate?: ValidateYubikey;
}

/** The largest counters of a key (15 bits and 8 bits): after them it makes no OTP any more. */
const lastUsage = 0x7fff;
const lastSessionUse = 0xff;

/** YubiKeys in the slot that types an OTP (Yubico OTP), validated here or by a validation server. */
export function yubikey({ validate }: YubikeyKindOptions = {}): DeviceKind<
  YubikeySecret,
  YubikeyCounters,
  YubikeyConfiguration,
  YubikeyOptions
> {
  // Pages offer it to a user only where it asks him for nothing but a touch.
  const options = validate === undefined ? localYubikeyOptions : yubikeyOptions;

  function make({ publicId, privateId, aesKey }: YubikeyOptions): Prepared<YubikeySecret, YubikeyCounters> {
    const deviceName = 'YubiKey';
    if (publicId !== undefined && privateId !== undefined && aesKey !== undefined)
      return { state: { secret: { publicId, privateId, aesKey }, counters: {} }, deviceName };
    return { state: { secret: publicId === undefined ? {} : { publicId }, counters: {} }, deviceName };
  }

  return {
    name: 'yubikey',
    title: 'YubiKey',
    description: 'A key that types a one-time password when it is touched.',
    configuration: yubikeyConfiguration,
    options,
    prepare: make,
    confirm: ({ state }, answer, ctx) => judgeYubikey(state, answer, ctx),
    examine: (about, answer) => examineYubikey(validate, about, answer),
    check: (device, _issued, answer, ctx) => judgeYubikey(device, answer, ctx),
    recognizes: (answer) => typedOtp(answer) !== undefined,
    lookup: ({ secret: { publicId = '' } }) => publicId,
    later: (counters, before) => {
      const { usageCounter, sessionUse } = counters;
      const isKnown = usageCounter !== undefined && sessionUse !== undefined;
      return isKnown && isLater({ usageCounter, sessionUse }, before) ? counters : { ...counters, ...before };
    },
    isSpent: ({ counters }) => counters.usageCounter === lastUsage && counters.sessionUse === lastSessionUse,
    describe: ({ secret, counters: { usageCounter, sessionUse, timestamp } }) => ({
      ...(secret.publicId === undefined ? {} : { publicId: secret.publicId }),
      validation: secret.aesKey === undefined ? 'remote' : 'local',
      ...(usageCounter === undefined ? {} : { usageCounter }),
      ...(sessionUse === undefined ? {} : { sessionUse }),
      ...(timestamp === undefined ? {} : { timestamp }),
    }),
    adopt(given: JsonObject) {
      const adopted = readOptions<YubikeyOptions>(options, given);
      if (adopted.publicId === undefined) throw invalidParameter('publicId', 'Must be given.');
      return make(adopted);
    },
  };
}

function judgeYubikey(
  { secret, counters }: YubikeyState,
  answer: Answer,
  ctx: KindContext<YubikeyConfiguration>,
): Verdict<YubikeySecret, YubikeyCounters> {
  const typed = typedOtp(answer);
  if (typed === undefined) return { accepted: false, reason: 'malformed' };
  return secret.aesKey === undefined
    ? judgeRemotely(secret, counters, typed, answer.examined, ctx)
    : judgeLocally(secret, counters, typed, ctx);
}
