import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { keyFileIsPrivate } from '../../crypto/index.ts';
import { bootstrapPath } from '../bootstrap-file.ts';
import type { Config } from '../config/config.ts';
import { danger, type Finding, ok, warning } from './finding.ts';

const day = 24 * 60 * 60 * 1000;

/** Files that are missing, too old, or readable by others. */
export function examineFiles(config: Config, now: number): Finding[] {
  const mode = modeOf(config.dataDir);
  if (mode === undefined) return [warning(`there is no ${config.dataDir} yet`, 'Start the server once.')];
  return [
    (mode & 0o077) === 0 || process.platform === 'win32'
      ? ok(`${config.dataDir} is its owner's alone`)
      : danger(`others can look into ${config.dataDir}`, `chmod 700 ${config.dataDir}`),
    ...examineKeys(config),
    ...examineBootstrap(config),
    examineHeads(config, now),
    examineBackups(config, now),
  ];
}

function examineKeys({ keysFile }: Config): Finding[] {
  if (modeOf(keysFile) === undefined) {
    return [
      warning(
        `there is no key file ${keysFile}`,
        'It is made on the first start. Where keys come from COUNTERSIGN_KEYS, all is well.',
      ),
    ];
  }
  if (!keyFileIsPrivate(keysFile))
    return [
      danger(`others can read the keys in ${keysFile}`, `chmod 600 ${keysFile}, and rotate: countersign key rotate`),
    ];
  return [ok(`${keysFile} is its owner's alone`)];
}

function examineBootstrap({ dataDir }: Config): Finding[] {
  const path = bootstrapPath(dataDir);
  const mode = modeOf(path);
  if (mode === undefined) return [];
  if ((mode & 0o077) !== 0) return [danger(`others can read the secrets in ${path}`, `chmod 600 ${path}`)];
  return [
    warning(
      `${path} holds the administrator's password and the tokens of the first start`,
      'For use beyond development keep what you need elsewhere and remove the file.',
    ),
  ];
}

function examineHeads({ dataDir, audit }: Config, now: number): Finding {
  const path = join(dataDir, 'audit-heads.jsonl');
  const last = lastHeadAt(path);
  if (last === undefined) {
    return warning(
      `${path} is missing: nothing outside the database tells what the audit trail was`,
      'Start the server; copy the file to another machine now and then.',
    );
  }
  if (last > now + 2 * audit.signHeadsSeconds * 1000) {
    return danger('the clock stands before the last signed audit head', 'Set the clock (NTP): codes are judged by it.');
  }
  return ok(`${path} has the heads of the audit trail`);
}

/** The time of the last head in the file. */
function lastHeadAt(path: string): number | undefined {
  try {
    const last: unknown = JSON.parse(readFileSync(path, 'utf8').trimEnd().split('\n').at(-1) ?? '');
    return typeof last === 'object' && last !== null && 'at' in last && typeof last.at === 'number'
      ? last.at
      : undefined;
  } catch {
    return undefined;
  }
}

/** Where `countersign backup` is advised to write; backups that lie elsewhere are not seen. */
function examineBackups({ dataDir }: Config, now: number): Finding {
  const folder = join(dataDir, 'backups');
  const times = namesIn(folder).flatMap((name) => {
    const stat = statSync(join(folder, name), { throwIfNoEntry: false });
    return stat?.isFile() === true ? [stat.mtimeMs] : [];
  });
  const age = Math.max(0, Math.floor((now - Math.max(...times)) / day));
  if (times.length === 0) {
    return warning(
      `there is no backup in ${folder}`,
      `countersign backup ${join(folder, 'countersign.db')}, daily; keep the keys in another place.`,
    );
  }
  return age > 7
    ? warning(`the last backup in ${folder} is ${age} days old`, 'Let a timer make one daily.')
    : ok(`the last backup is ${age} day(s) old`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function modeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mode;
}
