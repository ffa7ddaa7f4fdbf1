import { isModhex } from '../../otp/index.ts';
import { readCsv } from '../csv.ts';
import type { ImportLine } from './import-line.ts';
import type { YubikeyOwners } from './read-yubikey-owners.ts';

/** One slot that was programmed for Yubico OTP. */
interface ProgrammedKey {
  line: number;
  /** Empty where the log does not tell. */
  serial: string;
  publicId: string;
  privateId: string;
  aesKey: string;
}

/** What the personalisation tool writes first in a line of its traditional format. */
const eventTypes =
  /^(?:LOGGING START|Yubico OTP|OATH-HOTP|Static Password|Challenge-Response|Configuration (?:Update|Swap)|Unknown programming mode)/;

/** Whether a file that begins like this is a log of the YubiKey personalisation tool, in its traditional or its Yubico format. */
export function beginsYubikeyLog(beginning: string): boolean {
  const first = beginning.split('\n').find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  const fields = first.split(',').map((field) => field.trim());
  return eventTypes.test(fields[0] ?? '') || readYubico(1, fields) !== undefined;
}

/**
 * Reads the YubiKeys of a log of the personalisation tool. It does not say whose they are: the owners do. Of a key that was programmed
 * several times the last line counts. Devices come out user by user.
 */
export async function* readYubikeyLog(
  chunks: AsyncIterable<string>,
  owners: YubikeyOwners | undefined,
): AsyncGenerator<ImportLine> {
  const keys = new Map<string, ProgrammedKey>();
  for await (const record of readCsv(chunks)) {
    if ('problem' in record) {
      yield record;
      continue;
    }
    const { line } = record;
    const fields = record.fields.map((field) => field.trim());
    const [first = ''] = fields;
    if (first.startsWith('#') || first.startsWith('LOGGING START')) continue;
    const key = readTraditional(line, fields) ?? readYubico(line, fields);
    if (key === undefined) {
      yield { line, problem: 'is no Yubico OTP with a public id, a private id and an AES key' };
      continue;
    }
    const before = keys.get(key.publicId);
    if (before !== undefined) yield { line: before.line, problem: `the key was programmed again in line ${line}` };
    keys.set(key.publicId, key);
  }

  const byUser = new Map<string, ImportLine[]>();
  for (const { line, serial, publicId, privateId, aesKey } of keys.values()) {
    const user = owners?.byPublicId.get(publicId) ?? owners?.bySerial.get(serial);
    if (user === undefined) {
      const problem = owners === undefined ? 'nobody is named: say with --owners whose it is' : 'has no owner';
      yield { line, problem };
      continue;
    }
    const device = { user, kind: 'yubikey', options: { publicId, privateId, aesKey } };
    const others = byUser.get(user);
    if (others === undefined) byUser.set(user, [{ line, device }]);
    else others.push({ line, device });
  }
  for (const lines of byUser.values()) yield* lines;
}

/**
 * `Yubico OTP,11/22/26 10:55 AM,1,cccccccccccb,8792ebfe26cc,ecde…,…`: the time is written as the machine writes times, which may hold
 * commas, so the slot is looked for.
 */
function readTraditional(line: number, fields: readonly string[]): ProgrammedKey | undefined {
  if (fields[0] !== 'Yubico OTP') return undefined;
  for (let slot = 2; slot < fields.length - 3; slot++) {
    if (!/^[12]$/.test(fields[slot] ?? '')) continue;
    const key = keyOf(line, '', fields.slice(slot + 1));
    if (key !== undefined) return key;
  }
  return undefined;
}

/** `2301234,cccccccccccb,8792ebfe26cc,ecde…,000000000000,2026-11-22T10:55:00,`: 0 for a serial number that could not be read. */
function readYubico(line: number, [serial = '', ...rest]: readonly string[]): ProgrammedKey | undefined {
  return /^\d{0,12}$/.test(serial) ? keyOf(line, /^0*$/.test(serial) ? '' : serial, rest) : undefined;
}

function keyOf(line: number, serial: string, fields: readonly string[]): ProgrammedKey | undefined {
  const [publicId = '', privateId = '', aesKey = ''] = fields.map((field) => field.replaceAll(' ', '').toLowerCase());
  const whole =
    publicId !== '' && isModhex(publicId) && /^[0-9a-f]{12}$/.test(privateId) && /^[0-9a-f]{32}$/.test(aesKey);
  return whole ? { line, serial, publicId, privateId, aesKey } : undefined;
}
