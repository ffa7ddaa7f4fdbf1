import { parseYubicoResponse, readYubicoTime, yubicoSignatureMatches } from '../../otp/index.ts';

/** What a validation server says of an OTP, when it can be trusted. */
export type Validation =
  | { status: 'valid'; use?: { usageCounter: number; sessionUse: number; timestamp: number } }
  | { status: 'invalid' | 'replayed' };

/** What an answer has to belong to. */
export interface Asked {
  otp: string;
  nonce: string;
  key: Uint8Array;
  /** When it arrived. */
  now: number;
}

/** How far the clock of a server may be from ours, in milliseconds. */
const clockTolerance = 600_000;

/**
 * What an answer says, in the order of the protocol: signature, nonce and OTP of the request, time, and only then the status.
 *
 * @returns a text that says why it tells nothing: it is not the answer to this request, or the server could not judge
 */
export function readValidation(text: string, { otp, nonce, key, now }: Asked): Validation | string {
  const answer = parseYubicoResponse(text);
  if (answer === undefined) return 'the answer is not one of the protocol';
  const { status, parameters } = answer;
  // Who does not know us cannot sign, and says so.
  if (parameters['h'] === undefined && status !== 'OK') return `unsigned ${status}`;
  if (!yubicoSignatureMatches(parameters, key)) return 'the signature is wrong';
  if (status !== 'OK' && status !== 'BAD_OTP' && status !== 'REPLAYED_OTP') return status;
  if (parameters['nonce'] !== nonce || parameters['otp'] !== otp) return 'it is the answer to another request';
  const time = readYubicoTime(parameters['t'] ?? '');
  if (time === undefined || Math.abs(time - now) > clockTolerance) return 'its clock is wrong, or ours';
  if (status === 'BAD_OTP') return { status: 'invalid' };
  return status === 'REPLAYED_OTP' ? { status: 'replayed' } : { status: 'valid', ...useOf(parameters) };
}

/** The counters, which a server tells when it is asked to; not every server does. */
function useOf(parameters: Readonly<Record<string, string>>): Pick<Extract<Validation, { status: 'valid' }>, 'use'> {
  const [timestamp, usageCounter, sessionUse] = ['timestamp', 'sessioncounter', 'sessionuse'].map((name) => {
    const text = parameters[name] ?? '';
    return /^[0-9]{1,10}$/.test(text) ? Number(text) : undefined;
  });
  if (timestamp === undefined || usageCounter === undefined || sessionUse === undefined) return {};
  return { use: { usageCounter, sessionUse, timestamp } };
}
