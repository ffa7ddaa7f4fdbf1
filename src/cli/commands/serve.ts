import { Command } from 'commander';
import { environmentOf, readConfig } from '../read-config.ts';
import { serveUntilStopped, startOrExplain } from '../serve-until-stopped.ts';
import type { Terminal } from '../terminal.ts';

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('serve, as the configuration says; makes no tenant and no user')
    .action(async (_options: unknown, command: Command) => {
      const config = await readConfig(command);
      await serveUntilStopped(await startOrExplain(config, environmentOf(command), terminal));
    });
}
