import { type CreateTableNode, MysqlQueryCompiler } from 'kysely';

/** Makes every table one that has transactions and compares text byte by byte, whatever the server's defaults are. */
export class StrictTablesCompiler extends MysqlQueryCompiler {
  readonly #collation: () => string;

  constructor(collation: () => string) {
    super();
    this.#collation = collation;
  }

  protected override visitCreateTable(node: CreateTableNode): void {
    super.visitCreateTable(node);
    this.append(` engine = InnoDB row_format = dynamic default character set utf8mb4 collate ${this.#collation()}`);
  }
}
