import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import type { AuditHead, AuditVerdict } from '../../audit/index.ts';
import { CountersignError } from '../../core/errors.ts';
import { collect } from '../collect.ts';
import { CommandFailure, UsageError } from '../command-failure.ts';
import { readConfig } from '../read-config.ts';
import { toJson } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';

interface VerifyOptions {
  publicKey?: string;
  heads?: string[];
  json?: boolean;
}

/** Tells whether the audit trail is what was written. A file is judged by the public key alone, without any database. */
export function auditVerifyCommand(terminal: Terminal): Command {
  return new Command('verify')
    .description('tell whether the trail is what was written, or name the first row that is not')
    .argument('[file]', 'an exported trail; left out: the database')
    .option('--public-key <file>', 'PEM, as "audit key" prints it; needed for a file')
    .option('--heads <file>', 'signed heads that were kept elsewhere; may be given again', collect)
    .option('--json', 'print the verdict as JSON')
    .action(async (file: string | undefined, options: VerifyOptions, command: Command) => {
      const verdict = file === undefined ? await verifyDatabase(command, options) : await verifyFile(file, options);
      if (options.json === true) terminal.print(toJson(verdict));
      else for (const line of describeVerdict(verdict)) terminal.print(line);
      if (!verdict.intact) throw new CommandFailure();
    });
}

/** What is wrong, or what is certain and what is not. A line of the file that is no row has no place in a chain. */
type Verdict = AuditVerdict | { intact: false; problem: 'unreadable'; explanation: string };

function describeVerdict(verdict: Verdict): string[] {
  if (!verdict.intact) return [`${verdict.problem}: ${verdict.explanation}`];
  const { rows, chains, signedUpTo } = verdict;
  const uncovered = rows - signedUpTo;
  return [
    `intact: ${rows} rows in ${chains} ${chains === 1 ? 'chain' : 'chains'}`,
    ...(uncovered > 0 ? [`${uncovered} of them are behind the last signed head, which proves nothing about them`] : []),
  ];
}

async function verifyFile(file: string, options: VerifyOptions): Promise<Verdict> {
  if (options.publicKey === undefined) throw new UsageError('--public-key FILE is needed to judge a file');
  const { verifyAudit } = await import('../../audit/index.ts');
  const { readAuditHeads, readAuditRows } = await import('./read-audit-file.ts');
  const heads = [...(await readAuditHeads(file)), ...(await readMoreHeads(options))];
  try {
    return await verifyAudit(readAuditRows(file), heads, await readFile(options.publicKey, 'utf8'));
  } catch (error) {
    const [issue] = error instanceof CountersignError ? error.issues : [];
    if (issue === undefined || !issue.path.startsWith(`${file} line `)) throw error;
    return { intact: false, problem: 'unreadable', explanation: `${issue.path} ${issue.message}` };
  }
}

/** Reads only: opening the engine would sign heads, also over rows that are about to be doubted. */
async function verifyDatabase(command: Command, options: VerifyOptions): Promise<Verdict> {
  const config = await readConfig(command);
  const { verifyAudit } = await import('../../audit/index.ts');
  const { listAuditHeads, openStore, readChains } = await import('../../store/index.ts');
  const { readKeyRing } = await import('../read-keys.ts');
  const publicKey =
    options.publicKey === undefined ? readKeyRing(config).auditPublicKey : await readFile(options.publicKey, 'utf8');
  const kept = join(config.dataDir, 'audit-heads.jsonl');
  const heads = await readMoreHeads({ heads: [...(existsSync(kept) ? [kept] : []), ...(options.heads ?? [])] });
  const store = await openStore({ url: config.databaseUrl });
  try {
    heads.push(...(await store.read((db) => listAuditHeads(db, undefined))));
    return await verifyAudit(readChains(store.db, undefined), heads, publicKey);
  } finally {
    await store.close();
  }
}

async function readMoreHeads({ heads = [] }: Pick<VerifyOptions, 'heads'>): Promise<AuditHead[]> {
  const { readAuditHeads } = await import('./read-audit-file.ts');
  return (await Promise.all(heads.map(readAuditHeads))).flat();
}
