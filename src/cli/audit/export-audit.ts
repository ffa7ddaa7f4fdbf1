import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { formatAuditLine } from '../../audit/index.ts';
import type { Caller, Engine } from '../../engine/engine.ts';

/** Writes every row, and behind them the signed heads, a line each. The file is made readable for its owner only. */
export async function exportAudit(
  engine: Engine,
  caller: Caller,
  path: string,
  options: { replace: boolean; onProgress?: (rows: number) => void },
): Promise<{ rows: number; heads: number }> {
  // First, so that every head has its row.
  const heads = await engine.audit.heads(caller);
  let rows = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const row of engine.audit.export(caller)) {
      rows += 1;
      if (rows % 1000 === 0) options.onProgress?.(rows);
      yield `${formatAuditLine(row)}\n`;
    }
    for (const head of heads) yield `${formatAuditLine(head)}\n`;
  }
  if (path === '-') {
    for await (const line of lines()) if (!process.stdout.write(line)) await once(process.stdout, 'drain');
  } else {
    await pipeline(lines(), createWriteStream(path, { flags: options.replace ? 'w' : 'wx', mode: 0o600 }));
  }
  return { rows, heads: heads.length };
}
