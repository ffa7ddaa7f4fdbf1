import { describe, expect, it } from 'vitest';
import { findSql } from './no-sql-outside-store.ts';
import { isTestFile, readSourceFiles, sourceFile } from './source-files.ts';

const files = readSourceFiles().filter(({ path }) => !isTestFile(path));

describe('SQL', () => {
  it('is spoken in the store and nowhere else', () => {
    expect(files.filter(({ path }) => !path.startsWith('src/store/')).flatMap(findSql)).toEqual([]);
  });

  it('is found in the store, so that the law is known to look', () => {
    expect(files.filter(({ path }) => path.startsWith('src/store/')).flatMap(findSql)).not.toEqual([]);
  });

  it.each([
    "db.selectFrom('users')",
    "db\n  .insertInto('users')",
    "db.updateTable('users')",
    "db.deleteFrom('users')",
    'sql`now()`',
    'sql<number>`1`',
    "sql.raw('x')",
    "run('SELECT 1')",
    'run(`SELECT ${columns}`)'.replace('${columns}', 'name'),
    "run('UPDATE users SET name = ?')",
    "run('DELETE FROM users')",
    "run('INSERT INTO users')",
    "run('PRAGMA journal_mode = WAL')",
  ])('is found in %j', (text) => {
    expect(findSql(sourceFile('src/engine/a.ts', `\n${text}`))).toHaveLength(1);
  });

  it.each([
    "// db.selectFrom('users')",
    "const text = 'selectFrom(';",
    "const text = 'Select a device, then update it.';",
    "const method = 'UPDATE';",
    'const mysqlUrl = url;',
  ])('is not found in %j', (text) => {
    expect(findSql(sourceFile('src/engine/a.ts', text))).toEqual([]);
  });
});
