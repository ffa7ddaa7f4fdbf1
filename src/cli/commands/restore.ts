import { Command } from 'commander';
import { readConfig } from '../read-config.ts';
import type { Terminal } from '../terminal.ts';

export function restoreCommand(terminal: Terminal): Command {
  return new Command('restore')
    .description('put a backup in the place of the database; the server has to be stopped')
    .argument('<file>')
    .option('--force', 'replace the database that is there; it is kept under another name')
    .action(async (file: string, options: { force?: boolean }, command: Command) => {
      const config = await readConfig(command);
      const { restoreDatabase } = await import('../restore-database.ts');
      const { keptAs } = await restoreDatabase(file, config, { replace: options.force === true });
      terminal.print(`The database is restored from ${file}.`);
      if (keptAs !== undefined) terminal.note(`The one that was there is kept as ${keptAs}.`);
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
