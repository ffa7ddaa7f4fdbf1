import { mkdir } from 'node:fs/promises';
import { Command } from 'commander';
import { readConfig } from '../read-config.ts';
import type { Terminal } from '../terminal.ts';

export function migrateCommand(terminal: Terminal): Command {
  return new Command('migrate')
    .description('bring the tables of the database up to date; changes nothing when they are')
    .option('--dry-run', 'only tell what would be done')
    .action(async (options: { dryRun?: boolean }, command: Command) => {
      const { databaseUrl, dataDir } = await readConfig(command);
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      const { openStore } = await import('../../store/index.ts');
      const store = await openStore({ url: databaseUrl });
      try {
        const names = options.dryRun === true ? await store.pendingMigrations() : await store.migrate();
        if (names.length === 0) terminal.print('The database is up to date.');
        for (const name of names) terminal.print(`${options.dryRun === true ? 'pending' : 'done'}: ${name}`);
      } finally {
        await store.close();
      }
    });
}
