import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AdjureFixture, oathtool, startAdjure } from '../src/doors/adjure/adjure.fixture.ts';
import { numberAdjureUsers, parseSqlAlchemyUrl } from '../src/doors/adjure/index.ts';
import { dialectOf } from '../src/store/index.ts';
import { readAdjureUsers } from '../src/store/legacy/read-adjure-users.ts';

/** A database as Adjure leaves it behind, made by Python's SQLite as Adjure's own is. */
const makeDatabase = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute('''CREATE TABLE adjure_auth_user (
  id INTEGER NOT NULL, user_id VARCHAR(128) NOT NULL, secret BLOB NOT NULL, key_length INTEGER NOT NULL,
  key_valid_duration INTEGER NOT NULL, hash_algorithm VARCHAR(8) NOT NULL, PRIMARY KEY (id), UNIQUE (user_id))''')
db.execute('''CREATE TABLE adjure_recovery_code (
  id INTEGER NOT NULL, user_id VARCHAR(128) NOT NULL, code VARCHAR(32) NOT NULL, used BOOLEAN, PRIMARY KEY (id))''')
def user(name, secret, *settings):
    db.execute('INSERT INTO adjure_auth_user (user_id, secret, key_length, key_valid_duration, hash_algorithm) VALUES (?, ?, ?, ?, ?)',
               (name, sqlite3.Binary(secret), *settings))
def code(name, text, used):
    db.execute('INSERT INTO adjure_recovery_code (user_id, code, used) VALUES (?, ?, ?)', (name, text, used))
user('123', bytes(range(20)), 6, 30, 'SHA256')
user('alice@example.org', bytes(range(100, 120)), 8, 60, 'SHA1')
user('bob', bytes(range(200, 220)), 6, 10, 'SHA512')
user('broken', bytes(range(20)), 6, -30, 'SHA256')
for index in range(10):
    code('123', '%012x4%03x8%015x' % (index, index, index), index < 3)
    code('bob', '%012x4%03x9%015x' % (index, index, index), True)
db.commit()
`;

const codeOf = (index: number) =>
  `${index.toString(16).padStart(12, '0')}4${index.toString(16).padStart(3, '0')}8${index.toString(16).padStart(15, '0')}`;

const key = (name: string, secret: string, digits: string, period: string, algorithm: string) =>
  [name, new URLSearchParams({ secret, digits, period, algorithm })] as const;

let adjure: AdjureFixture;
let folder: string;
let path: string;
beforeEach(async () => {
  adjure = await startAdjure();
  folder = mkdtempSync(join(tmpdir(), 'countersign-import-'));
  path = join(folder, 'adjure.data');
  execFileSync('/usr/bin/python3', ['-c', makeDatabase, path]);
});
afterEach(async () => {
  await adjure.close();
  rmSync(folder, { recursive: true });
});

const importUsers = () => adjure.engine.devices.provisionMany(adjure.caller, numberAdjureUsers(readAdjureUsers(path)));

test('ADJ-52: users of Adjure keep secret, digits, period and hash, and the recovery codes they have left', async () => {
  const { done, failed } = await importUsers();
  expect(done).toBe(3);
  expect(failed.map(({ row }) => row)).toEqual([4]);

  for (const [name, expected] of [
    key('123', 'AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT', '6', '30', 'SHA256'),
    key('alice@example.org', 'MRSWMZ3INFVGW3DNNZXXA4LSON2HK5TX', '8', '60', 'SHA1'),
    key('bob', 'ZDE4VS6MZXHM7UGR2LJ5JVOW27MNTWW3', '6', '10', 'SHA512'),
  ]) {
    expect(Object.fromEntries((await adjure.scan(name)).searchParams)).toMatchObject(Object.fromEntries(expected));
    const code = oathtool(expected, Math.floor(adjure.clock.now() / 1000));
    expect([name, await adjure.authenticate(name, code)]).toEqual([name, 200]);
  }

  expect(await adjure.recover('123', codeOf(0))).toBe(400);
  expect(await adjure.recover('123', codeOf(3))).toBe(200);
  expect(await adjure.recover('123', codeOf(3))).toBe(400);
  expect(await adjure.recover('123', codeOf(9))).toBe(200);
});

test('a user whose recovery codes are all used gets new ones by regenerating', async () => {
  await importUsers();
  const { status, body } = await adjure.post('/user/recovery/regenerate', { user_id: 'bob' });
  expect([status, body.recovery_codes?.length]).toEqual([200, 10]);
  expect(await adjure.recover('bob', body.recovery_codes?.[0] ?? '')).toBe(200);
});

test('an import that is repeated changes nobody', async () => {
  await importUsers();
  expect(await adjure.recover('123', codeOf(3))).toBe(200);
  const { done, failed } = await importUsers();
  expect([done, failed.length]).toEqual([0, 4]);
  expect(await adjure.recover('123', codeOf(3))).toBe(400);
});

test('ADJ-51: the store understands the database URLs of Adjure', () => {
  for (const url of [`sqlite:///${path}`, 'sqlite:////tmp/adjure.data', 'sqlite:///adjure.data', 'sqlite://'])
    expect(dialectOf(parseSqlAlchemyUrl(url)).name).toBe('sqlite');
  expect(parseSqlAlchemyUrl(`sqlite:///${path}`)).toBe(`sqlite:${path}`);
});
