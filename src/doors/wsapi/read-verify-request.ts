import { CountersignError } from '../../core/errors.ts';
import { readQuery } from '../../http/read-query.ts';
import { maxYubicoNonce } from '../../otp/index.ts';

/** A request to verify an OTP whose form is right (protocol 2.0, "Request"). */
export interface VerifyRequest {
  /** The number of the client. */
  id: number;
  /** As it was sent; it may still be no OTP. */
  otp: string;
  nonce: string;
  /** Whether the counters of the key are asked for. */
  timestamp: boolean;
  /** Everything that was sent: what a signature covers. */
  parameters: Readonly<Record<string, string>>;
}

const shapes = {
  id: /^[0-9]{1,10}$/,
  nonce: new RegExp(`^[0-9A-Za-z]{16,${maxYubicoNonce}}$`),
  otp: /^[^\s\p{C}]{1,128}$/u,
} as const;

/** What may be left out. `timestamp` is not looked at any closer: 1 asks for something, and all else for nothing. */
const optional = {
  sl: /^(?:[0-9]{1,2}|100|fast|secure)$/,
  timeout: /^[0-9]{1,5}$/,
  timestamp: /^[0-9]{1,10}$/,
} as const;

/** Reads a request from its URL. Undefined: a parameter is missing, given twice, or of another form than the protocol says. */
export function readVerifyRequest(url: string): VerifyRequest | undefined {
  const parameters = parametersOf(url);
  if (parameters === undefined) return undefined;
  const { id = '', otp = '', nonce = '' } = parameters;
  if (!shapes.id.test(id) || !shapes.nonce.test(nonce) || !shapes.otp.test(otp)) return undefined;
  for (const [name, shape] of Object.entries(optional)) {
    if (!shape.test(parameters[name] ?? '0')) return undefined;
  }
  return { id: Number(id), otp, nonce, timestamp: parameters['timestamp'] === '1', parameters };
}

function parametersOf(url: string): Readonly<Record<string, string>> | undefined {
  try {
    return readQuery(url);
  } catch (error) {
    if (error instanceof CountersignError) return undefined;
    throw error;
  }
}
