import { expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { parseSqlAlchemyUrl } from './index.ts';

const refusalOf = (url: string | undefined): CountersignError => {
  try {
    parseSqlAlchemyUrl(url);
  } catch (error) {
    if (error instanceof CountersignError) return error;
  }
  throw new Error('was not refused');
};

test('ADJ-51: four slashes of an SQLite URL begin an absolute path, three a relative one', () => {
  expect(parseSqlAlchemyUrl('sqlite:////tmp/adjure.data')).toBe('sqlite:/tmp/adjure.data');
  expect(parseSqlAlchemyUrl('sqlite:///adjure.data')).toBe('sqlite:adjure.data');
  expect(parseSqlAlchemyUrl('sqlite:///data/two words.db')).toBe('sqlite:data/two words.db');
  expect(parseSqlAlchemyUrl('sqlite+pysqlite:////tmp/adjure.data?timeout=5')).toBe('sqlite:/tmp/adjure.data');
  expect(parseSqlAlchemyUrl(' sqlite:////tmp/adjure.data\n')).toBe('sqlite:/tmp/adjure.data');
});

test('an SQLite URL without a path is a database in memory', () => {
  expect(parseSqlAlchemyUrl('sqlite://')).toBe('sqlite::memory:');
  expect(parseSqlAlchemyUrl('sqlite:///')).toBe('sqlite::memory:');
  expect(parseSqlAlchemyUrl('sqlite:///:memory:')).toBe('sqlite::memory:');
});

test('PostgreSQL and MySQL URLs lose the Python driver and keep the rest', () => {
  const same = 'postgresql://alice:secret@db.example.org:5432/adjure?sslmode=require';
  expect(parseSqlAlchemyUrl(same)).toBe(same);
  expect(parseSqlAlchemyUrl('postgresql+psycopg2://alice@localhost/adjure')).toBe(
    'postgresql://alice@localhost/adjure',
  );
  expect(parseSqlAlchemyUrl('postgres://localhost/adjure')).toBe('postgresql://localhost/adjure');
  expect(parseSqlAlchemyUrl('postgresql://[::1]:5432/adjure')).toBe('postgresql://[::1]:5432/adjure');
  expect(parseSqlAlchemyUrl('mysql+pymysql://alice:secret@localhost:3306/adjure')).toBe(
    'mysql://alice:secret@localhost:3306/adjure',
  );
  expect(parseSqlAlchemyUrl('mariadb+mariadbconnector://localhost/adjure')).toBe('mysql://localhost/adjure');
});

test('a password that SQLAlchemy reads survives, with characters that part a URL elsewhere', () => {
  const url = new URL(parseSqlAlchemyUrl('postgresql://alice:p/a:s%40s%25#?w@localhost/adjure'));
  expect(decodeURIComponent(url.password)).toBe('p/a:s@s%#?w');
  expect(url.hostname).toBe('localhost');
  expect(url.pathname).toBe('/adjure');
});

test('ADJ-51: a missing or unknown URL is refused in words that name the variable', () => {
  for (const url of [
    undefined,
    '',
    '  ',
    'adjure.data',
    'sqlite:adjure.data',
    'sqlite://tmp/adjure.data',
    'oracle://x/y',
  ]) {
    const refusal = refusalOf(url);
    expect(refusal.code).toBe('misconfigured');
    expect(refusal.detail).toContain('ADJURE_DB_HOST');
  }
});

test('a refusal does not repeat the URL, which may hold a password', () => {
  for (const url of ['oracle://alice:hunter2@localhost/x', 'mysql://alice:hunter2%@localhost/x', 'sqlite://hunter2/x'])
    expect(refusalOf(url).detail).not.toContain('hunter2');
});
