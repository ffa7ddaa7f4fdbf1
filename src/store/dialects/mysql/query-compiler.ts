import { type CreateIndexNode, type CreateTableNode, MysqlQueryCompiler } from 'kysely';
import { binaryCollation, type Server } from './server.ts';

/**
 * Makes every table one that has transactions and compares text byte by byte, whatever the server's defaults are. The making of a table is not
 * undone with its transaction, so a migration that was cut off goes on over what it had made.
 */
export class StrictTablesCompiler extends MysqlQueryCompiler {
  readonly #server: () => Server;

  constructor(server: () => Server) {
    super();
    this.#server = server;
  }

  protected override visitCreateTable(node: CreateTableNode): void {
    super.visitCreateTable({ ...node, ifNotExists: true });
    const collation = binaryCollation(this.#server());
    this.append(` engine = InnoDB row_format = dynamic default character set utf8mb4 collate ${collation}`);
  }

  /** MySQL has no `if not exists` for indexes: a migration that was cut off after one has to be mended by hand. */
  protected override visitCreateIndex(node: CreateIndexNode): void {
    super.visitCreateIndex(this.#server().mariadb ? { ...node, ifNotExists: true } : node);
  }
}
