import type { DeviceState } from '../device-kind.ts';

/** Of a key that is validated here. */
export interface LocalYubikey {
  /** In modhex. */
  publicId: string;
  /** 6 bytes in hexadecimal. */
  privateId: string;
  /** 16 bytes in hexadecimal. */
  aesKey: string;
}

/** Of a key that a validation server knows. Until its first OTP has come, its public id may be open. */
export interface RemoteYubikey {
  publicId?: string;
  aesKey?: undefined;
}

export type YubikeySecret = LocalYubikey | RemoteYubikey;

/** How far a key has counted: what its last accepted OTP said. Absent before the first one, and where a server does not tell. */
export interface YubikeyCounters {
  /** How often it was plugged in and used. */
  usageCounter?: number;
  /** Touches since it was plugged in. */
  sessionUse?: number;
  /** Ticks of 8 Hz since it was plugged in, from a random start. Kept for those who ask; nothing is refused for it. */
  timestamp?: number;
  /** Keyed hash of the last OTP of a key that a server validates. */
  lastOtp?: string;
}

export type YubikeyState = DeviceState<YubikeySecret, YubikeyCounters>;

/** What one OTP says of how far its key has counted. */
export type YubikeyUse = Required<Pick<YubikeyCounters, 'usageCounter' | 'sessionUse' | 'timestamp'>>;

/** Whether a key that has counted this far has made the OTP after the last accepted one: strictly after, or it is a replay. */
export function isLater(use: Omit<YubikeyUse, 'timestamp'>, { usageCounter, sessionUse }: YubikeyCounters): boolean {
  if (usageCounter === undefined || sessionUse === undefined) return true;
  return use.usageCounter > usageCounter || (use.usageCounter === usageCounter && use.sessionUse > sessionUse);
}
