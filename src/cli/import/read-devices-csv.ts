import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { readCsv } from '../csv.ts';
import type { ImportLine } from './import-line.ts';
import { readSecret, type SecretEncoding } from './read-secret.ts';

const columnNames = ['user', 'kind', 'secret', 'algorithm', 'digits', 'period', 'counter'] as const;
type ColumnName = (typeof columnNames)[number];
type Columns = Partial<Record<ColumnName, number>>;

/**
 * Reads devices from CSV. The first line names the columns, in any order: `user` and `secret`, and where they are wanted
 * `kind` (default `totp`), `algorithm`, `digits`, `period` and `counter`; an empty field takes the default of the kind.
 *
 * @throws CountersignError `invalid_parameters` when the first line does not name the columns
 */
export async function* readDevicesCsv(
  chunks: AsyncIterable<string>,
  secrets: SecretEncoding,
): AsyncGenerator<ImportLine> {
  let header: { columns: Columns; width: number } | undefined;
  for await (const record of readCsv(chunks)) {
    if (header === undefined) header = readHeader('fields' in record ? record.fields : []);
    else if ('problem' in record) yield record;
    else yield readDevice(record.line, record.fields, header, secrets);
  }
  if (header === undefined) readHeader([]);
}

function readHeader(names: readonly string[]): { columns: Columns; width: number } {
  const columns: Columns = {};
  const issues = [];
  for (const [index, written] of names.entries()) {
    const name = columnNames.find((known) => known === written.trim().toLowerCase());
    if (name === undefined) issues.push({ path: 'line 1', message: `"${written.trim()}" is no column that is known` });
    else if (columns[name] === undefined) columns[name] = index;
    else issues.push({ path: 'line 1', message: `the column "${name}" is there twice` });
  }
  for (const name of ['user', 'secret'] as const) {
    if (columns[name] === undefined) issues.push({ path: 'line 1', message: `the column "${name}" is missing` });
  }
  if (issues.length === 0) return { columns, width: names.length };
  const known = { path: 'line 1', message: `must name the columns, out of ${columnNames.join(', ')}` };
  throw new CountersignError('invalid_parameters', { issues: [...issues, known] });
}

function readDevice(
  line: number,
  fields: readonly string[],
  { columns, width }: { columns: Columns; width: number },
  secrets: SecretEncoding,
): ImportLine {
  if (fields.length !== width)
    return { line, problem: `has ${fields.length} fields where the first line has ${width}` };
  const read = (name: ColumnName): string => fields[columns[name] ?? -1]?.trim() ?? '';

  const user = read('user');
  if (user === '') return { line, problem: 'user: is empty' };
  // Left out, a kind would make a new secret, which nobody would ever see.
  if (read('secret') === '') return { line, problem: 'secret: is empty' };
  const secret = readSecret(read('secret'), secrets);
  if (typeof secret === 'string') return { line, problem: `secret: ${secret}` };

  const options: Record<string, string | number> = {};
  if (read('algorithm') !== '') options['algorithm'] = read('algorithm').replace('-', '');
  for (const name of ['digits', 'period', 'counter'] as const) {
    const text = read(name);
    if (text === '') continue;
    if (!/^\d{1,15}$/.test(text)) return { line, problem: `${name}: is not a whole number` };
    options[name] = Number(text);
  }
  return {
    line,
    device: { user, kind: read('kind') || 'totp', options: { ...options, ...secret } satisfies JsonObject },
  };
}
