/** Which of the two it is: they name the collation that compares byte by byte differently. */
export interface Server {
  mariadb: boolean;
}

/** @param rows the answer to `select version() as version` */
export function readServer(rows: unknown): Server {
  const [row] = rows as { version: string }[];
  return { mariadb: /mariadb/i.test(row?.version ?? '') };
}

/** Bytes are compared, also of trailing blanks: 'alice', 'Alice' and 'alice ' are three names. */
export function binaryCollation({ mariadb }: Server): string {
  return mariadb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/**
 * What every connection is told, whatever the server's own settings are: nothing is cut short or made to fit, backslashes in text are
 * escapes (the driver relies on that), locks are waited for in bounded time.
 */
export function sessionSettings({ mariadb }: Server): string {
  const settings = [
    `sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
    `session ${mariadb ? 'tx_isolation' : 'transaction_isolation'} = 'READ-COMMITTED'`,
    'innodb_lock_wait_timeout = 2',
    'lock_wait_timeout = 5',
    'autocommit = 1',
    // A client that died does not keep its locks; of a Galera cluster every node reads what was committed on any.
    ...(mariadb ? ['idle_transaction_timeout = 30', 'wsrep_sync_wait = 7'] : []),
  ];
  return `set ${settings.join(', ')}`;
}
