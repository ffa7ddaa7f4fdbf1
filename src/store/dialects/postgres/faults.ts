import { ConnectionLost } from '../connection-lost.ts';
import type { StoreFault } from '../dialect.ts';

/** SQLSTATE codes, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const aborted = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
]);
const retry = new Set([
  ...aborted,
  '55P03', // lock_not_available: lock_timeout
]);
const unavailable = new Set([
  '25006', // read_only_sql_transaction: a standby
  '25P03', // idle_in_transaction_session_timeout
  '28000', // invalid_authorization_specification
  '28P01', // invalid_password
  '3D000', // the database does not exist
  '40003', // statement_completion_unknown
  '57014', // query_canceled: statement_timeout
  'XX001', // data_corrupted
  'XX002', // index_corrupted
]);
/** Connection exceptions, insufficient resources (disk full, too many connections), shutdown and recovery, errors of the system. */
const unavailableClasses = ['08', '53', '57P', '58'];

/** The SQLSTATE of an error that the server reported. */
export function sqlStateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error)) return undefined;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

/** Faults that abort a transaction for certain, also when they come in answer to its commit. */
export function isAborted(error: unknown): boolean {
  return aborted.has(sqlStateOf(error) ?? '');
}

/** A migration has changed what a prepared statement answers with: the connection that has prepared it cannot do it any more. */
export function isPlanStale(error: unknown): boolean {
  return sqlStateOf(error) === '0A000';
}

/** What an error of the driver means for the store; undefined when it is not PostgreSQL's. */
export function classifyPostgresFault(error: unknown): StoreFault | undefined {
  if (error instanceof ConnectionLost) return 'unavailable';
  if (error instanceof Error && error.message === 'driver has already been destroyed') return 'unavailable'; // Kysely's
  const state = sqlStateOf(error);
  if (state === undefined) return undefined;
  if (state === '23505') return 'duplicate';
  if (retry.has(state) || isPlanStale(error)) return 'retry';
  return unavailable.has(state) || unavailableClasses.some((begin) => state.startsWith(begin))
    ? 'unavailable'
    : undefined;
}
