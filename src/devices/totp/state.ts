import type { DeviceState } from '../device-kind.ts';
import type { OtpKey } from '../otp-key.ts';
import type { TotpTransport } from './transport.ts';

export interface TotpSecret extends OtpKey {
  /** Seconds per step. */
  period: number;
  /** Where the codes go; left out when the user has an app. */
  transport?: TotpTransport;
}

export interface TotpCounters {
  /** The last accepted time step; −1 before the first. It and all before it are dead. */
  lastStep: number;
  /** By how many steps the device's clock is known to be ahead of ours. */
  drift: number;
  /** On which side of the drift the last accepted code was: −1, 0 or 1. */
  lean: number;
}

export type TotpState = DeviceState<TotpSecret, TotpCounters>;

/** The counters of a device that has not been used. */
export const unusedTotp: TotpCounters = { lastStep: -1, drift: 0, lean: 0 };
