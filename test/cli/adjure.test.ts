import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeBase32 } from '../../src/otp/index.ts';
import { build, type Cli, cli, freePort, oathtool } from './cli.fixture.ts';

let cs: Cli;
let url: string;
let database: string;
beforeAll(build);
beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  cs = cli({
    COUNTERSIGN_LISTEN: `127.0.0.1:${await freePort()}`,
    COUNTERSIGN_ADJURE_LISTEN: `127.0.0.1:${port}`,
  });
  database = join(cs.folder, 'adjure.data');
});
afterEach(() => cs.remove());

/** A database as Adjure leaves it behind, made by Python's SQLite as Adjure's own is. */
const makeDatabase = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute('''CREATE TABLE adjure_auth_user (
  id INTEGER NOT NULL, user_id VARCHAR(128) NOT NULL, secret BLOB NOT NULL, key_length INTEGER NOT NULL,
  key_valid_duration INTEGER NOT NULL, hash_algorithm VARCHAR(8) NOT NULL, PRIMARY KEY (id), UNIQUE (user_id))''')
db.execute('''CREATE TABLE adjure_recovery_code (
  id INTEGER NOT NULL, user_id VARCHAR(128) NOT NULL, code VARCHAR(32) NOT NULL, used BOOLEAN, PRIMARY KEY (id))''')
for name, duration in [('123', 30), ('alice', 30), ('broken', -30)]:
    db.execute('INSERT INTO adjure_auth_user (user_id, secret, key_length, key_valid_duration, hash_algorithm) VALUES (?, ?, 8, ?, ?)',
               (name, sqlite3.Binary(bytes(range(20))), duration, 'SHA1'))
db.commit()
`;

const ready = /Adjure is served at/;
const secret = encodeBase32(Uint8Array.from({ length: 20 }, (_, index) => index));

async function post(path: string, body: object): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

const authenticate = (user: string) =>
  post('/user/authenticate', { user_id: user, auth_code: oathtool(secret, '-d', '8') });

test('ADJ-51: without ADJURE_DB_HOST it refuses, and names the variable', async () => {
  const { status, stdout, stderr } = await cs.run(['adjure']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain('ADJURE_DB_HOST is not set');
});

test('ADJ-52: the users of the database that ADJURE_DB_HOST names are served with their secrets, brought along once', async () => {
  execFileSync('/usr/bin/python3', ['-c', makeDatabase, database]);
  const env = { ADJURE_DB_HOST: `sqlite:///${database}` };
  const server = await cs.start(['adjure'], ready, env);
  expect(server.output()).toContain('2 users of Adjure were brought along.');
  expect(server.output()).toContain('not brought along: broken: ');
  expect(await authenticate('alice')).toEqual({ status: 200, body: {} });
  // A used code is spent.
  expect((await authenticate('alice')).status).not.toBe(200);

  await cs.done(['users', 'remove', '123'], { env });
  await server.stop();
  const again = await cs.start(['adjure'], ready, env);
  expect(again.output()).not.toContain('brought along');
  expect((await authenticate('123')).status).not.toBe(200);
});

test('ADJ-54: the file that --config names sets the defaults, and a new database is made', async () => {
  const file = join(cs.folder, 'config.yaml');
  writeFileSync(file, 'auth:\n  key_length: 8\n  key_valid_duration: 60\n  hash_algorithm: SHA512\n');
  await cs.start(['adjure', '--config', file], ready, { ADJURE_DB_HOST: `sqlite:///${database}` });
  expect(await post('/user/provision', { user_id: 'bob' })).toMatchObject({
    status: 200,
    body: { user_id: 'bob' },
  });
  const env = { ADJURE_DB_HOST: `sqlite:///${database}` };
  expect(await cs.json(['devices', 'list', 'bob', '--json'], { env })).toMatchObject([
    { kind: 'totp', public: { digits: 8, period: 60, algorithm: 'SHA512' } },
    { kind: 'recovery-codes' },
  ]);
});
