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
  /** Column types of text: compared byte by byte in every database, also where names could look alike otherwise. */
  text: {
    /** At most so many characters; can be part of a key. */
    upTo(length: number): string;
    /** Of any length: JSON and sealed values. */
    long: string;
  };
  /** Column type of an integer key that the database counts up by itself, and whether it has to be told so. */
  countingKey: { type: 'integer' | 'bigint' | 'bigserial'; autoIncrement: boolean };
  /** Writes a consistent copy while serving; `wrong_state` where the database has tools of its own for that. */
  backup(db: Kysely<Schema>, path: string): Promise<void>;
}
