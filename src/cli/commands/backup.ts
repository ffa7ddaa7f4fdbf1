import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { CountersignError } from '../../core/errors.ts';
import { placeFile } from '../place-file.ts';
import { readConfig } from '../read-config.ts';
import type { Terminal } from '../terminal.ts';

export function backupCommand(terminal: Terminal): Command {
  return new Command('backup')
    .description('write a copy of the database while everything goes on; the keys are not in it')
    .argument('<file>')
    .option('--force', 'replace the file')
    .action(async (file: string, options: { force?: boolean }, command: Command) => {
      const config = await readConfig(command);
      if (existsSync(file) && options.force !== true) {
        throw new CountersignError('already_exists', { detail: `there is a file ${file}; --force replaces it` });
      }
      const { openExistingStore } = await import('../open-existing-store.ts');
      const store = await openExistingStore(config.databaseUrl);
      // Written aside: a copy that is cut short must not take the place of a good one.
      const fresh = `${file}.writing-${process.pid}`;
      try {
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        await store.backup(fresh);
        placeFile(fresh, file);
      } finally {
        await rm(fresh, { force: true });
        await store.close();
      }
      terminal.print(`The database is copied to ${file}.`);
      terminal.note(`Without its keys (${config.keysFile}) it cannot be read. Keep them in another place.`);
    });
}
