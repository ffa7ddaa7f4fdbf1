import { Pool } from 'pg';

/** The table of the durable floors on PostgreSQL, with one row for every user. */
export async function openFloor(url: string, users: number, secretOf: (user: number) => string): Promise<Pool> {
  const pool = new Pool({ connectionString: url, max: 10 });
  await pool.query('CREATE TABLE counters (name TEXT PRIMARY KEY, secret TEXT NOT NULL, last BIGINT NOT NULL)');
  await pool.query('CREATE TABLE audit (seq BIGSERIAL PRIMARY KEY, at BIGINT NOT NULL, name TEXT NOT NULL)');
  for (let from = 0; from < users; from += 5000) {
    const block = Array.from({ length: Math.min(5000, users - from) }, (_, index) => from + index);
    await pool.query(
      'INSERT INTO counters SELECT name, secret, 0 FROM unnest($1::text[], $2::text[]) AS n(name, secret)',
      [block.map((user) => `u${String(user).padStart(7, '0')}`), block.map(secretOf)],
    );
  }
  await pool.query('VACUUM ANALYZE counters');
  return pool;
}

const acceptOnce =
  'WITH advanced AS (UPDATE counters SET last = $1 WHERE name = $2 AND last < $1 RETURNING name) ' +
  'INSERT INTO audit (at, name) SELECT $3, name FROM advanced';

/** One guarded UPDATE and the audit row, in one statement and a transaction of its own. */
export async function accept(pool: Pool, user: string, counter: number): Promise<boolean> {
  const result = await pool.query({ name: 'accept', text: acceptOnce, values: [counter, user, Date.now()] });
  return result.rowCount === 1;
}
