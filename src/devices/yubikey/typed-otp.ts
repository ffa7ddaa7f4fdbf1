import { splitYubikeyOtp } from '../../otp/index.ts';
import type { Answer } from '../device-kind.ts';
import { typedCode } from '../typed-code.ts';

/** An OTP in modhex, whatever keyboard layout it was typed with. */
export interface TypedOtp {
  otp: string;
  publicId: string;
}

/** The OTP of an answer; undefined when it holds none, or one that does not say which key has made it. */
export function typedOtp(answer: Answer): TypedOtp | undefined {
  const parts = splitYubikeyOtp(typedCode(answer) ?? '');
  if (parts === undefined || parts.publicId === '') return undefined;
  return { otp: parts.publicId + parts.token, publicId: parts.publicId };
}
