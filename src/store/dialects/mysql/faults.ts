import { ConnectionLost } from '../connection-lost.ts';
import type { StoreFault } from '../dialect.ts';

/** Error numbers, https://mariadb.com/kb/en/mariadb-error-codes/ and those of MySQL where they differ. */
const duplicate = new Set([1062, 1586]); // ER_DUP_ENTRY, with the name of the key
const aborted = new Set([
  1213, // ER_LOCK_DEADLOCK; of Galera also a transaction that failed certification
  3101, // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: MySQL Group Replication
]);
const retry = new Set([
  ...aborted,
  1205, // ER_LOCK_WAIT_TIMEOUT
  1020, // ER_CHECKREAD: the row changed since it was read (innodb_snapshot_isolation)
  1412, // ER_TABLE_DEF_CHANGED: a migration while we read
  1047, // ER_UNKNOWN_COM_ERROR: a Galera node that is not ready
]);
const unavailable = new Set([
  3,
  1021,
  1026,
  1030,
  1114,
  1180, // errors of writing, disk full, table full, error during commit
  1290,
  1792,
  1836,
  1036, // read-only
  1037,
  1038,
  1041, // out of memory
  1040,
  1203,
  1226, // too many connections
  1044,
  1045,
  1049,
  1129,
  1130,
  1698, // no access, no such database, host blocked
  1053,
  1077,
  1079,
  1317,
  1927,
  1969,
  3024,
  3169,
  4031, // shutdown, interrupted, connection killed, statement timeout
  1158,
  1159,
  1160,
  1161,
  2006,
  2013, // errors of the network
]);

/** The number of an error that the server reported. */
export function errorNumberOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('sqlState' in error)) return undefined;
  const { errno } = error as { errno?: unknown };
  return typeof errno === 'number' && errno > 0 ? errno : undefined;
}

/** Faults after which the server has forgotten the transaction, also when they come in answer to its commit. */
export function isAborted(error: unknown): boolean {
  return aborted.has(errorNumberOf(error) ?? 0);
}

/** What an error of the driver means for the store; undefined when it is not MariaDB's or MySQL's. */
export function classifyMysqlFault(error: unknown): StoreFault | undefined {
  if (error instanceof ConnectionLost) return 'unavailable';
  if (error instanceof Error && error.message === 'driver has already been destroyed') return 'unavailable'; // Kysely's
  const number = errorNumberOf(error);
  if (number === undefined) return undefined;
  if (duplicate.has(number)) return 'duplicate';
  if (retry.has(number)) return 'retry';
  return unavailable.has(number) ? 'unavailable' : undefined;
}
