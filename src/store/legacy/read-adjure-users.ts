import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CountersignError } from '../../core/errors.ts';
import { openConnection, type SqliteConnection } from '../dialects/sqlite/connection.ts';

/** A row of `adjure_auth_user` with the recovery codes of `adjure_recovery_code` that are still good. */
export interface AdjureUserRow {
  id: number;
  userId: string;
  /** In hexadecimal. */
  secretHex: string;
  keyLength: number;
  /** Seconds. */
  keyValidDuration: number;
  hashAlgorithm: string;
  unusedRecoveryCodes: string[];
}

/** Users that are held in memory at a time. */
const pageSize = 500;

/**
 * The users of an Adjure database in SQLite, in the order in which they were made. The file is opened for reading only
 * and is not changed; Adjure should be stopped, or what it has not committed is missed.
 *
 * @throws CountersignError `misconfigured` when the file cannot be read or is not Adjure's
 */
export function* readAdjureUsers(path: string): Generator<AdjureUserRow> {
  const connection = openForReading(path);
  try {
    const withCodes = hasTable(connection, 'adjure_recovery_code');
    let last = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const page = readPage(connection, last);
      const codes = withCodes ? readCodes(connection, page) : new Map<string, string[]>();
      for (const user of page) yield { ...user, unusedRecoveryCodes: codes.get(user.userId) ?? [] };
      const end = page.at(-1);
      if (end === undefined) return;
      last = end.id;
    }
  } finally {
    connection.close();
  }
}

function openForReading(path: string): SqliteConnection {
  const connection = openConnection(':memory:');
  try {
    // Attached, because that is how every driver lets a file be opened for reading only.
    connection.prepare('attach ? as adjure').run([`${pathToFileURL(resolve(path)).href}?mode=ro`]);
    if (hasTable(connection, 'adjure_auth_user')) return connection;
  } catch (error) {
    connection.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new CountersignError('misconfigured', { detail: `${path} cannot be read: ${reason}`, cause: error });
  }
  connection.close();
  throw new CountersignError('misconfigured', { detail: `${path} has no table adjure_auth_user: it is not Adjure's` });
}

function hasTable(connection: SqliteConnection, name: string): boolean {
  const query = connection.prepare(`select 1 from adjure.sqlite_master where type = 'table' and name = ?`);
  return query.all([name]).length > 0;
}

function readPage(connection: SqliteConnection, after: number): Omit<AdjureUserRow, 'unusedRecoveryCodes'>[] {
  // As hexadecimal, because drivers differ in what they make of a blob.
  const query = connection.prepare(
    `select id, user_id as userId, hex(secret) as secretHex, key_length as keyLength,
       key_valid_duration as keyValidDuration, hash_algorithm as hashAlgorithm
     from adjure.adjure_auth_user where id > ? order by id limit ?`,
  );
  return query.all([after, pageSize]) as Omit<AdjureUserRow, 'unusedRecoveryCodes'>[];
}

function readCodes(connection: SqliteConnection, users: readonly { id: number }[]): Map<string, string[]> {
  const query = connection.prepare(
    `select code.user_id as userId, code.code as code
     from adjure.adjure_auth_user as person
     join adjure.adjure_recovery_code as code on code.user_id = person.user_id
     where person.id between ? and ? and coalesce(code.used, 0) = 0 order by code.id`,
  );
  const [first, last] = [users[0]?.id ?? 0, users.at(-1)?.id ?? -1];
  const codes = new Map<string, string[]>();
  for (const { userId, code } of query.all([first, last]) as { userId: string; code: string }[]) {
    const known = codes.get(userId);
    if (known === undefined) codes.set(userId, [code]);
    else known.push(code);
  }
  return codes;
}
