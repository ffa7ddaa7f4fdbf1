import type { JsonObject } from '../../core/model.ts';
import type { DeviceKind } from '../../devices/device-kind.ts';
import type { Engine } from '../../engine/engine.ts';
import { doorCaller } from './door-name.ts';
import { numbersOf } from './object-numbers.ts';

/** A device kind as this wire knows it. */
export interface WireKind {
  pk: number;
  name: string;
  description: string;
  /** Our name. */
  kind: string;
  /** What callers may say instead of the name. */
  aliases: readonly string[];
}

/** The kinds that have always had a number or were promised one. A number is never given to another kind. */
const numberedKinds: readonly WireKind[] = [
  { pk: 1, name: 'OTP', description: 'OTP Devices', kind: 'totp', aliases: [] },
  { pk: 2, name: 'Email', description: 'Email Devices', kind: 'email', aliases: ['e-mail'] },
  { pk: 3, name: 'SMS', description: 'SMS Devices', kind: 'sms', aliases: [] },
  { pk: 4, name: 'HOTP', description: 'HOTP Devices', kind: 'hotp', aliases: [] },
  { pk: 5, name: 'Yubikey', description: 'Yubikey Devices', kind: 'yubikey', aliases: [] },
  {
    pk: 6,
    name: 'U2F',
    description: 'FIDO U2F and WebAuthn Devices',
    kind: 'webauthn',
    aliases: ['fido', 'fido2', 'passkey'],
  },
  { pk: 7, name: 'RecoveryCodes', description: 'Recovery Codes', kind: 'recovery-codes', aliases: [] },
  { pk: 8, name: 'Push', description: 'Approval in a Browser', kind: 'push', aliases: [] },
  {
    pk: 9,
    name: 'TemporaryAccessPass',
    description: 'Temporary Access Passes',
    kind: 'temporary-access-pass',
    aliases: [],
  },
];

/** Numbers up to this one are kept for kinds of this package. */
const lastNumber = 100;

/** Every kind that the engine knows, in the order of their numbers; kinds from outside come last. */
export async function listWireKinds(engine: Engine): Promise<WireKind[]> {
  const known = numberedKinds.filter(({ kind }) => engine.kinds.get(kind) !== undefined);
  const others = engine.kinds.list().filter(({ name }) => numberedKinds.every(({ kind }) => kind !== name));
  const numbers = await numbersOf(
    engine,
    doorCaller,
    'device-kind',
    others.map(({ name }) => name),
  );
  return [...known, ...others.map((kind, index) => outsideKind(kind, numbers[index] ?? 0))];
}

function outsideKind({ name, description }: DeviceKind, number: number): WireKind {
  return { pk: lastNumber + number, name, description, kind: name, aliases: [] };
}

/** The kind that a caller means by a number, a number written as text, or a name in any case. */
export function findWireKind(kinds: readonly WireKind[], wanted: string | number): WireKind | undefined {
  const text = String(wanted).trim().toLowerCase();
  if (/^\d+$/.test(text)) return kinds.find(({ pk }) => pk === Number(text));
  return kinds.find(({ name, kind, aliases }) => [name.toLowerCase(), kind, ...aliases].includes(text));
}

/** The kind as the wire shows it. */
export function showKind({ pk, name, description }: WireKind): JsonObject {
  return { pk, name, description };
}
