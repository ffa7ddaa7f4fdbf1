/** One record of a CSV file, or why the text that begins on this line is none. Lines count from 1. */
export type CsvRecord = { line: number; fields: string[] } | { line: number; problem: string };

/** No record is longer: a quote that is never closed would take the whole file into memory. In UTF-16 units. */
const longestRecord = 65_536;

/**
 * Reads CSV (RFC 4180) piece by piece. Lines end with LF or CRLF, blank ones are passed over. A record that is not
 * well-formed is reported in its place and reading goes on with the next line; only behind a quote that is never closed
 * nobody can tell where that is.
 */
export async function* readCsv(chunks: AsyncIterable<string> | Iterable<string>): AsyncGenerator<CsvRecord> {
  let text = '';
  let line = 1;
  function* takeRecords(last: boolean): Generator<CsvRecord> {
    let start = 0;
    while (start < text.length) {
      const scanned = scanRecord(text, start, last);
      if (scanned === undefined) break;
      if (scanned.problem !== undefined) yield { line, problem: scanned.problem };
      else if (scanned.fields.length > 1 || scanned.fields[0]?.trim() !== '') yield { line, fields: scanned.fields };
      line += text.slice(start, scanned.end).split('\n').length - 1;
      start = scanned.end;
    }
    text = text.slice(start);
  }

  for await (const chunk of chunks) {
    text += chunk;
    yield* takeRecords(false);
    if (text.length <= longestRecord) continue;
    yield { line, problem: 'has a quote that is not closed for too long; nothing behind it was read' };
    return;
  }
  yield* takeRecords(true);
}

/** A record and where the next one begins. */
interface ScannedRecord {
  fields: string[];
  problem?: string;
  end: number;
}

/** An unquoted field, or a quoted one, with what ends it. Sticky: it matches where it is put. */
const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))(,|\r?\n|\r?$)/y;

/** Undefined: the record is not complete yet. `last`: nothing follows the text. */
function scanRecord(text: string, start: number, last: boolean): ScannedRecord | undefined {
  const fields: string[] = [];
  field.lastIndex = start;
  for (;;) {
    const from = field.lastIndex;
    const match = field.exec(text);
    if (match === null) return scanProblem(text, from, last);
    const [, quoted, plain = '', ending = ''] = match;
    const complete = ending === ',' || ending.endsWith('\n');
    if (!complete && !last) return undefined;
    fields.push(quoted?.replaceAll('""', '"') ?? plain.replace(/\r$/, ''));
    if (ending !== ',') return { fields, end: from + match[0].length };
  }
}

/** What stands here is no field: either it is not complete, or the line has a quote where none may be. */
function scanProblem(text: string, from: number, last: boolean): ScannedRecord | undefined {
  const closed = /"[^"]*(?:""[^"]*)*"(?!")/y;
  closed.lastIndex = from;
  if (text[from] === '"' && !closed.test(text)) {
    return last ? { fields: [], problem: 'has a quote that is never closed', end: text.length } : undefined;
  }
  const lineFeed = text.indexOf('\n', Math.max(from, closed.lastIndex));
  if (lineFeed === -1 && !last) return undefined;
  const problem = 'has a quote where none may stand: a field with quotes is put in quotes, and each of its own doubled';
  return { fields: [], problem, end: lineFeed === -1 ? text.length : lineFeed + 1 };
}
