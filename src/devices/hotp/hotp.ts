import type { JsonObject } from '../../core/model.ts';
import { formatOtpauthUri } from '../../otp/index.ts';
import type { DeviceKind, KindContext, Prepared } from '../device-kind.ts';
import { adoptedOtpSecret, codeOptions, newOtpSecret, type OtpKey } from '../otp-key.ts';
import { readOptions } from '../read-options.ts';
import { showOtpKey } from '../show-otp-key.ts';
import { looksLikeOtp } from '../typed-code.ts';
import { type HotpConfiguration, hotpConfiguration } from './configuration.ts';
import { type HotpCounters, judgeHotp, judgeHotpPair } from './judge-hotp.ts';
import { adoptedHotpOptions, type HotpOptions, hotpOptions } from './options.ts';

/** Codes of a token or app that change with every use (RFC 4226). */
export function hotp(): DeviceKind<OtpKey, HotpCounters, HotpConfiguration, HotpOptions> {
  return {
    name: 'hotp',
    title: 'Code token',
    description: 'Codes of a token or an app that change with every use.',
    configuration: hotpConfiguration,
    options: hotpOptions,
    prepare: (options, ctx) => prepareHotp(newOtpSecret(ctx.random, ctx.config.secretBytes), options, ctx),
    confirm: ({ state }, answer, ctx) => judgeHotp(state, answer, ctx),
    check: (device, _issued, answer, ctx) => judgeHotp(device, answer, ctx),
    recognizes: looksLikeOtp,
    describe: ({ secret: { algorithm, digits } }) => ({ algorithm, digits }),
    adopt(options: JsonObject, ctx) {
      const adopted = readOptions(adoptedHotpOptions, options);
      const secret = adoptedOtpSecret(adopted) ?? newOtpSecret(ctx.random, ctx.config.secretBytes);
      return prepareHotp(secret, adopted, ctx);
    },
    resynchronize: judgeHotpPair,
    provisioningUri: ({ secret, counters }, label) =>
      formatOtpauthUri({
        ...label,
        ...codeOptions(secret),
        type: 'hotp',
        counter: counters.next,
        includeDefaults: true,
      }),
  };
}

function prepareHotp(
  secret: string,
  options: HotpOptions,
  { config, user }: KindContext<HotpConfiguration>,
): Prepared<OtpKey, HotpCounters> {
  const { issuer = config.issuer, account = user, counter } = options;
  const key: OtpKey = {
    secret,
    algorithm: options.algorithm ?? config.algorithm,
    digits: options.digits ?? config.digits,
  };
  const uri = formatOtpauthUri({ ...codeOptions(key), type: 'hotp', issuer, account, counter });
  return {
    state: { secret: key, counters: { next: counter } },
    shown: { ...showOtpKey(key, uri, issuer, options.qr), counter },
    deviceName: 'Code token',
  };
}
