import type { ProvisionedDeviceOptions, ProvisionOptions } from '../../engine/engine.ts';
import { isUserId } from './requests.ts';

/** A user as Adjure's tables hold him. */
export interface AdjureUser {
  userId: string;
  /** In hexadecimal. */
  secretHex: string;
  /** Digits of a code. */
  keyLength: number;
  /** Seconds per step. */
  keyValidDuration: number;
  hashAlgorithm: string;
  unusedRecoveryCodes: readonly string[];
}

/** What makes a user of Adjure one of ours: the same secret, digits, period and hash, and the recovery codes he has left. */
export function provisionOptionsOf(user: AdjureUser): ProvisionOptions {
  const options = {
    secretHex: user.secretHex,
    digits: user.keyLength,
    period: user.keyValidDuration,
    algorithm: user.hashAlgorithm,
  };
  const devices: ProvisionedDeviceOptions[] = [{ kind: 'totp', readable: true, options }];
  if (user.unusedRecoveryCodes.length > 0)
    devices.push({ kind: 'recovery-codes', options: { codes: [...user.unusedRecoveryCodes] } });
  // Adjure took ids that this door does not find again. Without a name the engine refuses the row and reports it.
  const name = isUserId(user.userId) ? user.userId : '';
  return { user: name, ifUserExists: 'refuse', devices };
}

/** The same for all users of a database, numbered from 1: what `engine.devices.provisionMany` takes. */
export function* numberAdjureUsers(users: Iterable<AdjureUser>): Generator<ProvisionOptions & { row: number }> {
  let row = 0;
  for (const user of users) yield { ...provisionOptionsOf(user), row: ++row };
}
