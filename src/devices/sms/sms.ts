import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { phoneNumber } from '../../core/phone-number.ts';
import type { DeviceKind, KindContext, Prepared } from '../device-kind.ts';
import { readOptions } from '../read-options.ts';
import { judgeSentCode, newSentCode, type NoCounters } from '../sent-code.ts';
import { codeSms } from './code-sms.ts';
import { type SmsConfiguration, smsConfiguration } from './configuration.ts';
import { maskPhoneNumber } from './mask-phone-number.ts';
import { type SmsOptions, smsOptions } from './options.ts';

export interface SmsSecret {
  /** E.164 */
  number: string;
  /** ISO 3166-1, as the numbering plan had it when the device was enrolled. */
  country: string;
}

/** Codes that are sent to a telephone. */
export function sms(): DeviceKind<SmsSecret, NoCounters, SmsConfiguration, SmsOptions> {
  return {
    name: 'sms',
    title: 'Text message',
    description: 'A code is sent to a telephone every time.',
    configuration: smsConfiguration,
    options: smsOptions,
    prepare(options, ctx) {
      const prepared = prepareSms(options, ctx);
      const { number } = prepared.state.secret;
      const { code, kept } = newSentCode({ purpose: 'enrollment', to: number }, ctx);
      return { ...prepared, kept, deliver: codeSms(number, code, ctx.policy.enrollment.lifeSeconds, ctx) };
    },
    confirm: ({ state, kept }, answer, ctx) =>
      judgeSentCode('sms', { purpose: 'enrollment', to: state.secret.number }, state, kept, answer, ctx),
    issue({ secret: { number, country } }, ctx) {
      // The policy may have become stricter since the number was enrolled.
      requireAllowedCountry(country, ctx);
      const { code, kept } = newSentCode({ purpose: 'challenge', to: number }, ctx);
      return { kept, deliver: codeSms(number, code, ctx.policy.challenge.lifeSeconds, ctx) };
    },
    check: (device, issued, answer, ctx) =>
      judgeSentCode('sms', { purpose: 'challenge', to: device.secret.number }, device, issued, answer, ctx),
    needsMessage: () => true,
    contact: ({ secret: { number } }) => ({ channel: 'sms', to: number }),
    describe: ({ secret: { number, country } }) => ({ number: maskPhoneNumber(number), country }),
    adopt: (options: JsonObject, ctx) => prepareSms(readOptions(smsOptions, options), ctx),
  };
}

function prepareSms(options: SmsOptions, ctx: KindContext<SmsConfiguration>): Prepared<SmsSecret, NoCounters> {
  const { number, country } = phoneNumber(options.number, { defaultCountry: ctx.config.defaultCountry });
  requireAllowedCountry(country, ctx);
  return { state: { secret: { number, country }, counters: {} }, deviceName: `Telephone ${maskPhoneNumber(number)}` };
}

function requireAllowedCountry(country: string, { policy }: KindContext<SmsConfiguration>): void {
  if (policy.allowedPhoneCountries?.includes(country) === false)
    throw new CountersignError('phone_number_not_allowed', { detail: `country ${country}` });
}
