// Loaded into the server before it starts (node --import): counts the statements that it gives to the SQLite driver, and writes the counts where
// COUNT_STATEMENTS says when the process ends. The server knows nothing of it.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

type Method = (this: object, ...args: unknown[]) => unknown;
type Prototype = Record<string, Method>;

const counts = new Map<string, number>();
const texts = new WeakMap<object, string>();
const count = (sql: string): void => void counts.set(sql, (counts.get(sql) ?? 0) + 1);

function wrap(prototype: Prototype, name: string, around: (original: Method) => Method): void {
  const original = prototype[name];
  if (original !== undefined) prototype[name] = around(original);
}

function countStatements(database: Prototype): void {
  let wrapped = false;
  wrap(
    database,
    'exec',
    (original) =>
      function (...args) {
        count(String(args[0]));
        return original.apply(this, args);
      },
  );
  wrap(
    database,
    'prepare',
    (original) =>
      function (...args) {
        const statement = original.apply(this, args) as object;
        texts.set(statement, String(args[0]));
        if (!wrapped) {
          wrapped = true;
          countCalls(Object.getPrototypeOf(statement) as Prototype);
        }
        return statement;
      },
  );
}

function countCalls(statement: Prototype): void {
  let inside = false;
  for (const name of ['run', 'all', 'get', 'iterate']) {
    wrap(
      statement,
      name,
      (original) =>
        function (...args) {
          if (inside) return original.apply(this, args);
          // One of them may be made of another.
          inside = true;
          try {
            count(texts.get(this) ?? '?');
            return original.apply(this, args);
          } finally {
            inside = false;
          }
        },
    );
  }
}

const builtin = process.getBuiltinModule('node:sqlite') as { DatabaseSync: { prototype: Prototype } } | undefined;
const driver = builtin?.DatabaseSync ?? (createRequire(import.meta.url)('libsql') as { prototype: Prototype });
countStatements(driver.prototype);
process.once('exit', () => writeFileSync(process.env['COUNT_STATEMENTS'] ?? '', JSON.stringify([...counts])));
