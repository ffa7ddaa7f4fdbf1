import { CountersignError } from '../../core/errors.ts';
import { readCsv } from '../csv.ts';

/** Whose each YubiKey is. */
export interface YubikeyOwners {
  byPublicId: ReadonlyMap<string, string>;
  bySerial: ReadonlyMap<string, string>;
}

/**
 * Reads who owns which YubiKey from CSV: the first line names the columns `user`, and `publicId` or `serial` or both, in any order.
 *
 * @throws CountersignError `invalid_parameters` with every line that is wrong; nothing is given to a wrong owner because of half a file
 */
export async function readYubikeyOwners(chunks: AsyncIterable<string> | Iterable<string>): Promise<YubikeyOwners> {
  const owners = { publicid: new Map<string, string>(), serial: new Map<string, string>() };
  const issues: { path: string; message: string }[] = [];
  let columns: string[] | undefined;
  for await (const record of readCsv(chunks)) {
    const path = `line ${record.line}`;
    const refuse = (message: string) => issues.push({ path, message });
    if ('problem' in record) {
      refuse(record.problem);
      continue;
    }
    if (columns === undefined) {
      columns = record.fields.map((name) => name.trim().toLowerCase());
      const known = columns.every((name) => ['user', 'publicid', 'serial'].includes(name));
      const enough = columns.includes('user') && columns.length > 1 && new Set(columns).size === columns.length;
      if (known && enough) continue;
      refuse('must name the columns user, and publicId or serial');
      break;
    }
    const read = (name: string) => record.fields[columns?.indexOf(name) ?? -1]?.trim() ?? '';
    const user = read('user');
    if (user === '') refuse('user: is empty');
    for (const name of ['publicid', 'serial'] as const) {
      const key = read(name).toLowerCase();
      const before = owners[name].get(key);
      if (key === '') continue;
      if (before !== undefined && before !== user) refuse(`${key} has another owner in a line before`);
      owners[name].set(key, user);
    }
  }
  if (columns === undefined)
    issues.push({ path: 'line 1', message: 'must name the columns user, and publicId or serial' });
  if (issues.length > 0) throw new CountersignError('invalid_parameters', { issues });
  return { byPublicId: owners.publicid, bySerial: owners.serial };
}
