import type { JsonObject } from '../../core/model.ts';
import { formatOtpauthUri, totp as totpCode } from '../../otp/index.ts';
import type { DeviceKind, KindContext, Prepared } from '../device-kind.ts';
import { adoptedOtpSecret, codeOptions, newOtpSecret } from '../otp-key.ts';
import { readOptions } from '../read-options.ts';
import { showOtpKey } from '../show-otp-key.ts';
import { looksLikeOtp } from '../typed-code.ts';
import { type TotpConfiguration, totpConfiguration } from './configuration.ts';
import { judgeTotp } from './judge-totp.ts';
import { adoptedTotpOptions, type TotpOptions, totpOptions } from './options.ts';
import { type TotpCounters, type TotpSecret, unusedTotp } from './state.ts';

/** Codes of an authenticator app that change with the time (RFC 6238). */
export function totp(): DeviceKind<TotpSecret, TotpCounters, TotpConfiguration, TotpOptions> {
  return {
    name: 'totp',
    title: 'Authenticator app',
    description: 'Codes that an app on a phone shows and that change every 30 seconds.',
    configuration: totpConfiguration,
    options: totpOptions,
    prepare: (options, ctx) => prepareTotp(newOtpSecret(ctx.random, ctx.config.secretBytes), options, ctx),
    confirm: ({ state }, answer, ctx) => judgeTotp(state, answer, ctx),
    check: (device, _issued, answer, ctx) => judgeTotp(device, answer, ctx),
    recognizes: looksLikeOtp,
    describe: ({ secret: { algorithm, digits, period } }) => ({ algorithm, digits, period }),
    adopt(options: JsonObject, ctx) {
      const adopted = readOptions(adoptedTotpOptions, options);
      const secret = adoptedOtpSecret(adopted) ?? newOtpSecret(ctx.random, ctx.config.secretBytes);
      return prepareTotp(secret, adopted, ctx);
    },
    provisioningUri: ({ secret }, label) => totpUri(secret, label, true),
    currentCode: ({ secret }, ctx) => totpCode({ ...codeOptions(secret), period: secret.period, time: ctx.now }),
  };
}

function prepareTotp(
  secret: string,
  options: TotpOptions,
  { config, user }: KindContext<TotpConfiguration>,
): Prepared<TotpSecret, TotpCounters> {
  const { issuer = config.issuer, account = user } = options;
  const key: TotpSecret = {
    secret,
    algorithm: options.algorithm ?? config.algorithm,
    digits: options.digits ?? config.digits,
    period: options.period ?? config.period,
  };
  const uri = totpUri(key, { issuer, account });
  return {
    state: { secret: key, counters: unusedTotp },
    shown: { ...showOtpKey(key, uri, issuer, options.qr), period: key.period },
    deviceName: 'Authenticator app',
  };
}

/** The URI of a key; older clients expect every parameter in it, apps only what is not a default. */
function totpUri(key: TotpSecret, label: { issuer: string; account: string }, includeDefaults = false): string {
  const { period } = key;
  return formatOtpauthUri({ ...label, ...codeOptions(key), type: 'totp', period, anyPeriod: true, includeDefaults });
}
