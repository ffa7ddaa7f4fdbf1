import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatAuditLine } from '../audit/index.ts';
import type { Engine } from '../engine/index.ts';

/** Signs the audit heads and keeps a copy outside the database: whoever rewrites the database cannot rewrite that. */
export interface AuditHeadSigner {
  sign(): Promise<void>;
}

/** @param file Gets a line for every head that is signed; made when it does not exist, readable by its owner only. */
export function auditHeadSigner(engine: Engine, file: string): AuditHeadSigner {
  let last: Promise<void> = Promise.resolve();

  async function signOnce(): Promise<void> {
    const heads = await engine.audit.signHeads();
    if (heads.length === 0) return;
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const handle = await open(file, 'a', 0o600);
    try {
      await handle.write(heads.map((head) => `${formatAuditLine(head)}\n`).join(''));
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }

  return {
    // One after the other: two at once would sign the same heads twice.
    sign: () => {
      last = last.then(signOnce, signOnce);
      return last;
    },
  };
}
