import type { JsonObject } from '../../core/model.ts';

/** What a new device is called on this wire, where its kind has such a custom. */
export function deviceName(kind: string, userName: string, options: JsonObject): { deviceName?: string } {
  if (kind === 'totp') return { deviceName: `OTP [${userName}]` };
  if (kind === 'hotp') return { deviceName: `HOTP [${userName}]` };
  if (kind === 'webauthn') return { deviceName: 'U2F Token' };
  const address = options['address'];
  if (kind !== 'email' || typeof address !== 'string') return {};
  return {
    deviceName: `Email [@${address
      .slice(address.lastIndexOf('@') + 1)
      .toLowerCase()
      .slice(0, 100)}]`,
  };
}
