import type { JsonObject } from '../../core/model.ts';
import { formatOtpauthUri, totp as totpCode, totpStep } from '../../otp/index.ts';
import type { DeviceKind, Issued, KindContext, Prepared } from '../device-kind.ts';
import { adoptedOtpSecret, codeOptions, newOtpSecret } from '../otp-key.ts';
import { readOptions } from '../read-options.ts';
import { showOtpKey } from '../show-otp-key.ts';
import { looksLikeOtp } from '../typed-code.ts';
import { type TotpConfiguration, totpConfiguration } from './configuration.ts';
import { judgeTotp } from './judge-totp.ts';
import { adoptedTotpOptions, type TotpOptions, totpOptions } from './options.ts';
import { type TotpCounters, type TotpSecret, type TotpState, unusedTotp } from './state.ts';
import { describeTransport, readTransport, transportMessage } from './transport.ts';

/** Codes of an authenticator app that change with the time (RFC 6238). */
export function totp(): DeviceKind<TotpSecret, TotpCounters, TotpConfiguration, TotpOptions> {
  return {
    name: 'totp',
    title: 'Authenticator app',
    description: 'Codes that an app on a phone shows and that change every 30 seconds.',
    configuration: totpConfiguration,
    options: totpOptions,
    prepare(options, ctx) {
      const prepared = prepareTotp(newOtpSecret(ctx.random, ctx.config.secretBytes), options, ctx);
      const { deliver } = sendCode(prepared.state, ctx);
      return deliver === undefined ? prepared : { ...prepared, deliver };
    },
    confirm: ({ state }, answer, ctx) => judgeTotp(state, answer, ctx),
    issue: (device, ctx) => sendCode(device, ctx),
    check(device, issued, answer, ctx) {
      const verdict = judgeTotp(device, answer, ctx);
      // Like every sent code it answers the challenge it was sent for; who was sent nothing can only guess.
      const unasked = device.secret.transport !== undefined && issued === undefined;
      return unasked ? { accepted: false, reason: 'not_answerable' } : verdict;
    },
    needsMessage: ({ secret }) => secret.transport !== undefined,
    contact: ({ secret: { transport } }) =>
      transport === undefined || transport.channel === 'webhook'
        ? undefined
        : { channel: transport.channel, to: transport.to },
    recognizes: looksLikeOtp,
    describe: ({ secret: { algorithm, digits, period, transport } }) => ({
      algorithm,
      digits,
      period,
      ...(transport === undefined ? {} : { transport: describeTransport(transport) }),
    }),
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
  ctx: KindContext<TotpConfiguration>,
): Prepared<TotpSecret, TotpCounters> {
  const { config, user } = ctx;
  const { issuer = config.issuer, account = user } = options;
  const transport = options.transport === undefined ? undefined : readTransport(options.transport, ctx);
  const key: TotpSecret = {
    secret,
    algorithm: options.algorithm ?? config.algorithm,
    digits: options.digits ?? config.digits,
    period: options.period ?? config.period,
    ...(transport === undefined ? {} : { transport }),
  };
  if (transport !== undefined) {
    const to = describeTransport(transport)['to'];
    const deviceName = typeof to === 'string' ? `Codes for ${to}` : 'Sent codes';
    return { state: { secret: key, counters: unusedTotp }, shown: {}, deviceName };
  }
  const uri = totpUri(key, { issuer, account });
  return {
    state: { secret: key, counters: unusedTotp },
    shown: { ...showOtpKey(key, uri, issuer, options.qr), period: key.period },
    deviceName: 'Authenticator app',
  };
}

/**
 * The code that is valid now, on its way to a user without an app; nothing for everybody else. Once it has been accepted, the next one is
 * sent, as far ahead as it would be accepted.
 */
function sendCode({ secret, counters }: TotpState, ctx: KindContext<TotpConfiguration>): Issued {
  const { transport, period } = secret;
  if (transport === undefined) return {};
  const { back, ahead } = ctx.config;
  const now = totpStep(ctx.now, period);
  const step = Math.min(Math.max(now, counters.lastStep + 1), now + ahead);
  const code = totpCode({ ...codeOptions(secret), period, time: step * period * 1000 });
  return { kept: { sent: true }, deliver: transportMessage(transport, code, back * period, ctx) };
}

/** The URI of a key; older clients expect every parameter in it, apps only what is not a default. */
function totpUri(key: TotpSecret, label: { issuer: string; account: string }, includeDefaults = false): string {
  const { period } = key;
  return formatOtpauthUri({ ...label, ...codeOptions(key), type: 'totp', period, anyPeriod: true, includeDefaults });
}
