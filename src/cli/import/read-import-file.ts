import { createReadStream } from 'node:fs';
import { CountersignError } from '../../core/errors.ts';
import type { ImportLine } from './import-line.ts';
import { readDevicesCsv } from './read-devices-csv.ts';
import { beginsOtpauthList, readOtpauthList } from './read-otpauth-list.ts';
import type { SecretEncoding } from './read-secret.ts';
import { beginsYubikeyLog, readYubikeyLog } from './read-yubikey-log.ts';
import type { YubikeyOwners } from './read-yubikey-owners.ts';

export interface ImportFile {
  lines: AsyncIterable<ImportLine>;
  /** How much of the file was read, 0 to 1; undefined where its size is not known. */
  share(): number | undefined;
}

export interface ReadImportOptions {
  secrets: SecretEncoding;
  /** Whose the YubiKeys of a log are. */
  owners?: YubikeyOwners | undefined;
}

/**
 * Opens a file of devices: CSV, `otpauth://` lines or a log of the YubiKey personalisation tool, whichever it looks like. It is read as
 * the lines are asked for.
 */
export function readImportFile(path: string, size: number | undefined, options: ReadImportOptions): ImportFile {
  const stream = path === '-' ? process.stdin : createReadStream(path);
  let read = 0;
  async function* decode(): AsyncGenerator<string> {
    // Takes a byte order mark away.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const bytes of stream as AsyncIterable<Uint8Array>) {
        read += bytes.length;
        yield decoder.decode(bytes, { stream: true });
      }
      yield decoder.decode();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new CountersignError('invalid_parameters', {
        issues: [{ path, message: 'is not UTF-8: save it as UTF-8, or convert it with iconv' }],
      });
    }
  }
  return {
    lines: readLines(decode(), options),
    share: () => (size === undefined || size === 0 ? undefined : read / size),
  };
}

async function* readLines(
  chunks: AsyncGenerator<string>,
  { secrets, owners }: ReadImportOptions,
): AsyncGenerator<ImportLine> {
  let beginning = '';
  while (beginning.length < 4096) {
    const next = await chunks.next();
    if (next.done === true) break;
    beginning += next.value;
  }
  async function* whole(): AsyncGenerator<string> {
    yield beginning;
    yield* chunks;
  }
  if (beginsOtpauthList(beginning)) yield* readOtpauthList(whole());
  else if (beginsYubikeyLog(beginning)) yield* readYubikeyLog(whole(), owners);
  else yield* readDevicesCsv(whole(), secrets);
}
