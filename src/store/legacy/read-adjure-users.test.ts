import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { openConnection } from '../dialects/sqlite/connection.ts';
import { readAdjureUsers } from './read-adjure-users.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-adjure-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const userTable = `create table adjure_auth_user (
  id integer not null, user_id varchar(128) not null, secret binary(32) not null, key_length integer not null,
  key_valid_duration integer not null, hash_algorithm varchar(8) not null, primary key (id), unique (user_id))`;
const codeTable = `create table adjure_recovery_code (
  id integer not null, user_id varchar(128) not null, code varchar(32) not null, used boolean, primary key (id),
  foreign key (user_id) references adjure_auth_user (user_id), check (used in (0, 1)))`;

/** A file as Adjure leaves it behind. */
function makeDatabase(name: string, ...statements: string[]): string {
  const path = join(folder, name);
  const connection = openConnection(path);
  connection.exec('pragma journal_mode = delete');
  connection.exec('begin');
  for (const statement of statements) connection.exec(statement);
  connection.exec('commit');
  connection.close();
  return path;
}

const addUser = (id: number, name: string) =>
  `insert into adjure_auth_user values (${id}, '${name}', x'${'0a'.repeat(20)}', 8, 60, 'SHA512')`;

test('ADJ-52: reads users with secret, digits, period and hash, and the recovery codes that are not used', () => {
  const path = makeDatabase(
    'adjure #1?.data',
    userTable,
    codeTable,
    addUser(1, 'alice'),
    addUser(7, '123'),
    `insert into adjure_recovery_code values (1, 'alice', 'aa', 0), (2, '123', 'bb', 0), (3, 'alice', 'cc', 1), (4, 'alice', 'dd', 0)`,
  );
  const settings = { secretHex: '0A'.repeat(20), keyLength: 8, keyValidDuration: 60, hashAlgorithm: 'SHA512' };
  expect([...readAdjureUsers(path)]).toEqual([
    { id: 1, userId: 'alice', ...settings, unusedRecoveryCodes: ['aa', 'dd'] },
    { id: 7, userId: '123', ...settings, unusedRecoveryCodes: ['bb'] },
  ]);
});

test('ADJ-52: reads databases of every size, and of the time before recovery codes', () => {
  const names = Array.from({ length: 1201 }, (_, index) => `user ${index}`);
  const path = makeDatabase('many.data', userTable, ...names.map((name, index) => addUser(index + 1, name)));
  const users = [...readAdjureUsers(path)];
  expect(users.map(({ userId }) => userId)).toEqual(names);
  expect(users.flatMap(({ unusedRecoveryCodes }) => unusedRecoveryCodes)).toEqual([]);
  expect([...readAdjureUsers(makeDatabase('empty.data', userTable, codeTable))]).toEqual([]);
});

test('leaves the file as it was', () => {
  const path = makeDatabase('kept.data', userTable, codeTable, addUser(1, 'alice'));
  const digest = () => createHash('sha256').update(readFileSync(path)).digest('hex');
  const before = digest();
  expect([...readAdjureUsers(path)]).toHaveLength(1);
  expect(digest()).toBe(before);
});

test('a file that is missing, no database or not Adjure’s is refused, and none is made', () => {
  const text = join(folder, 'text.data');
  writeFileSync(
    text,
    'these are not the tables that you are looking for, and long enough for a header of SQLite'.repeat(20),
  );
  const other = makeDatabase('other.data', 'create table something (id integer)');
  for (const path of [join(folder, 'missing.data'), text, other, folder]) {
    let refusal: unknown;
    try {
      readAdjureUsers(path).next();
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CountersignError);
    expect(refusal).toMatchObject({ code: 'misconfigured', detail: expect.stringContaining(path) });
  }
  expect(() => readFileSync(join(folder, 'missing.data'))).toThrow('ENOENT');
});
