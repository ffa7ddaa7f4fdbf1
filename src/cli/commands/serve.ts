import { Command } from 'commander';
import type { Bootstrapped } from '../../server/index.ts';
import { environmentOf, readConfig } from '../read-config.ts';
import { serveUntilStopped, startOrExplain } from '../serve-until-stopped.ts';
import type { Terminal } from '../terminal.ts';

export function serveCommand(terminal: Terminal): Command {
  return new Command('serve')
    .description('serve, as the configuration says; makes no tenant and no user')
    .option('--first-start', 'on an empty database make a tenant, an integration and an administrator, and tell them')
    .action(async (options: { firstStart?: boolean }, command: Command) => {
      const config = await readConfig(command);
      const { bootstrap, formatBanner } = await import('../../server/index.ts');
      const env = environmentOf(command);
      let found: Bootstrapped = { state: 'put-away' };
      const server = await startOrExplain(config, env, terminal, async (starting) => {
        if (options.firstStart === true) found = await bootstrap(starting, { env, demo: false });
      });
      terminal.print(formatBanner(server, found, { tour: false }).trimEnd());
      await serveUntilStopped(server);
    });
}
