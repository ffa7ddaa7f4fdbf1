import { CountersignError } from '../../core/errors.ts';
import { encodeBase32, type OtpauthKey, parseOtpauthUri } from '../../otp/index.ts';
import type { ImportedDevice, ImportLine } from './import-line.ts';

/** Whether a file that begins like this is a list of URIs. Lines with `#` before the first one are remarks. */
export function beginsOtpauthList(beginning: string): boolean {
  return /^\s*(?:#[^\n]*\n\s*)*otpauth:\/\//i.test(beginning);
}

/** Reads a list of `otpauth://` URIs, one a line; the account is the user. Blank lines and lines with `#` are passed over. */
export async function* readOtpauthList(chunks: AsyncIterable<string>): AsyncGenerator<ImportLine> {
  let line = 0;
  for await (const text of readLines(chunks)) {
    line += 1;
    const uri = text.trim();
    if (uri !== '' && !uri.startsWith('#')) yield readUri(line, uri);
  }
}

function readUri(line: number, uri: string): ImportLine {
  try {
    return { line, device: toDevice(parseOtpauthUri(uri)) };
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    return { line, problem: error.issues.map(({ path, message }) => `${path}: ${message}`).join('; ') };
  }
}

function toDevice(key: OtpauthKey): ImportedDevice {
  const { algorithm, digits } = key;
  const factor = key.type === 'totp' ? { period: key.period } : { counter: key.counter };
  return {
    user: key.account,
    kind: key.type,
    options: {
      secret: encodeBase32(key.secret),
      algorithm,
      digits,
      ...factor,
      ...(key.issuer === '' ? {} : { issuer: key.issuer }),
    },
  };
}

async function* readLines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  for await (const chunk of chunks) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    yield* lines;
  }
  if (text !== '') yield text;
}
