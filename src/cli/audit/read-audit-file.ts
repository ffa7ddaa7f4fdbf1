import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditHead, AuditLine, AuditRow } from '../../audit/index.ts';
import { parseAuditLine } from '../../audit/index.ts';
import { CountersignError, invalidParameter } from '../../core/errors.ts';

/** A line of the file is neither a row nor a head as Countersign writes them. */
export interface BrokenLine {
  type: 'broken';
  line: number;
}

async function* readLines(path: string): AsyncGenerator<AuditLine | BrokenLine> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    line += 1;
    if (text !== '') yield parseLine(text, line);
  }
}

function parseLine(text: string, line: number): AuditLine | BrokenLine {
  try {
    return parseAuditLine(text);
  } catch (error) {
    if (error instanceof CountersignError) return { type: 'broken', line };
    throw error;
  }
}

/** The signed heads of an exported log or a list of heads; other lines are left to {@link readAuditRows}. */
export async function readAuditHeads(path: string): Promise<AuditHead[]> {
  const heads: AuditHead[] = [];
  for await (const each of readLines(path)) if (each.type === 'head') heads.push(each.head);
  return heads;
}

/**
 * The rows of an exported log, as they are asked for.
 *
 * @throws CountersignError `invalid_parameters` at the first line that is none of ours: whoever changed a row by hand left it
 */
export async function* readAuditRows(path: string): AsyncGenerator<AuditRow> {
  let before = 'the beginning';
  for await (const each of readLines(path)) {
    if (each.type === 'broken') {
      throw invalidParameter(`${path} line ${each.line}`, `is no row as Countersign writes it, behind ${before}`);
    }
    if (each.type === 'head') continue;
    before = `the row ${each.row.id}`;
    yield each.row;
  }
}
