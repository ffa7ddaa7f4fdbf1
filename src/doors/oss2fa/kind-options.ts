import type { FieldIssue } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model.ts';

/**
 * What the options of a kind are called on this wire, and by us; the first name is the one that refusals use. Options of a kind that is not
 * listed keep their names.
 */
const optionNames: Readonly<Record<string, readonly (readonly [wire: string, ours: string])[]>> = {
  totp: [
    ['generate_qr_code', 'qr'],
    ['transport', 'transport'],
  ],
  hotp: [['generate_qr_code', 'qr']],
  email: [['address', 'address']],
  sms: [
    ['number', 'number'],
    ['phone_number', 'number'],
  ],
  yubikey: [
    ['public_id', 'publicId'],
    ['private_id', 'privateId'],
    ['aes_key', 'aesKey'],
  ],
  webauthn: [
    ['attachment', 'attachment'],
    ['display_name', 'displayName'],
  ],
  push: [],
};

const truths = ['t', 'true', 'y', 'yes', 'on', '1'];
const untruths = ['f', 'false', 'n', 'no', 'off', '0'];

/**
 * Options in our words. Unknown ones of a known kind are dropped, as this wire always did; what is not valid stays what it
 * is, so that the kind refuses it in its turn.
 */
export function readKindOptions(kind: string, options: JsonObject): JsonObject {
  const names = optionNames[kind];
  if (names === undefined) return options;
  const read = new Map<string, Json>();
  for (const [wire, ours] of names) {
    const value = options[wire];
    if (value === undefined || read.has(ours)) continue;
    if (ours === 'qr') read.set(ours, readBoolean(value));
    else read.set(ours, typeof value === 'string' ? value.trim() : ours === 'number' ? readDigits(value) : value);
  }
  return Object.fromEntries(read);
}

/** A telephone number may come as a JSON number, as a code may. */
function readDigits(value: Json): Json {
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
}

/** The usual spellings of yes and no; anything else stays what it is. */
function readBoolean(value: Json): Json {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : '';
  return truths.includes(text) || (untruths.includes(text) ? false : value);
}

/** The names of refused options as this wire has them, separated by commas. */
export function refusedOptions(kind: string, issues: readonly FieldIssue[]): string {
  const names = issues.map(({ path }) => {
    const [ours = ''] = path.replace(/^options\./, '').split('.');
    return optionNames[kind]?.find(([, name]) => name === ours)?.[0] ?? (ours === '' ? 'options' : ours);
  });
  return [...new Set(names)].join(',');
}
