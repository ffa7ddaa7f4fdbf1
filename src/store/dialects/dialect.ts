import type { Dialect, Kysely } from 'kysely';
import type { Schema } from '../schema.ts';

/** What a database says when it refuses: the only distinctions that the store acts on. */
export type StoreFault =
  | 'duplicate' // a unique key exists already
  | 'retry' // aborted for concurrency (serialization, deadlock, busy): the same transaction may succeed
  | 'unavailable'; // not reachable, full, read-only …

/** One database engine; each is a folder of this shape. */
export interface StoreDialect {
  name: 'sqlite' | 'postgres' | 'mysql';
  /** What Kysely speaks through. */
  kysely: Dialect;
  /** Undefined: not a fault of the database but of the program. */
  classifyFault(error: unknown): StoreFault | undefined;
  /** Column type of an integer key that the database counts up by itself. */
  countingKey: 'integer' | 'serial';
  /** Writes a consistent copy while serving. */
  backup(db: Kysely<Schema>, path: string): Promise<void>;
}
