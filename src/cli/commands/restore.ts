import { Command } from 'commander';
import { invalidParameter } from '../../core/errors.ts';
import { readConfig } from '../read-config.ts';
import type { Terminal } from '../terminal.ts';

export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('put a backup in the place of the database; the server has to be stopped')
    .argument('[file]')
    .option('--force', 'replace the database that is there; it is kept under another name')
    .option('--fence', 'only guard a database that was put back with its own tools (PostgreSQL, MariaDB)')
    .action(async (file: string | undefined, options: { force?: boolean; fence?: boolean }, command: Command) => {
      const config = await readConfig(command);
      const { fenceDatabase, restoreDatabase } = await import('../restore-database.ts');
      if (options.fence === true && file === undefined) {
        await fenceDatabase(config);
        terminal.print('The database is guarded against what was used since its backup.');
      } else if (options.fence !== true && file !== undefined) {
        const { keptAs } = await restoreDatabase(file, config, { replace: options.force === true });
        terminal.print(`The database is restored from ${file}.`);
        if (keptAs !== undefined) terminal.note(`The one that was there is kept as ${keptAs}.`);
      } else {
        throw invalidParameter('file', 'name the backup, or give --fence alone');
      }
      terminal.note(
        'warning: what was accepted after the backup was taken is unknown to it. Therefore codes of authenticator apps',
      );
      terminal.note(
        '         up to now are refused, and every challenge and enrollment that was under way has ended. Of devices',
      );
      terminal.note(
        '         without a clock that cannot be told: replace recovery codes that were used since the backup',
      );
      terminal.note(
        '         (countersign devices recovery-codes USER), and resynchronize or replace code tokens (hotp).',
      );
    });
}
