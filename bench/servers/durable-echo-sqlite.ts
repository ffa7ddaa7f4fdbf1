// The floor of a durable answer: the echo, and one guarded UPDATE with an audit INSERT in a transaction of its own for every request, on the
// SQLite driver and with the settings that the server has on this Node. No code is looked at.
//
//   node durable-echo-sqlite.js PORT FILE USERS
import { createRequire } from 'node:module';
import { answerAccepted, readQuestion, serve } from './read-json.ts';

interface Statement {
  run(...parameters: unknown[]): { changes: number | bigint };
}
interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
}
type Constructor = new (path: string) => Database;

const [port, file = ':memory:', users] = process.argv.slice(2);
const builtin = process.getBuiltinModule('node:sqlite') as { DatabaseSync: Constructor } | undefined;
const Database = builtin?.DatabaseSync ?? (createRequire(import.meta.url)('libsql') as Constructor);

const database = new Database(file);
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536');
database.exec('CREATE TABLE counters (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID');
database.exec('CREATE TABLE audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, name TEXT NOT NULL)');
const add = database.prepare('INSERT INTO counters VALUES (?, 0)');
database.exec('BEGIN');
for (let user = 0; user < Number(users); user++) add.run(`u${String(user).padStart(7, '0')}`);
database.exec('COMMIT');

const advance = database.prepare('UPDATE counters SET last = ? WHERE name = ? AND last < ?');
const record = database.prepare('INSERT INTO audit (at, name) VALUES (?, ?)');
let counter = 0;

serve(port, (request, response) => {
  readQuestion(request, ({ user }) => {
    counter++;
    database.exec('BEGIN IMMEDIATE');
    const { changes } = advance.run(counter, user, counter);
    record.run(Date.now(), user);
    database.exec('COMMIT');
    if (Number(changes) === 1) answerAccepted(response, user, `wrt_e472e0q3ry8yvqq24d25xmt4js.${counter}`);
    else response.writeHead(409).end();
  });
});
