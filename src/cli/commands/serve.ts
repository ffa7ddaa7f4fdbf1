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
      const server = await startOrExplain(config, env, terminal);
      try {
        const found: Bootstrapped =
          options.firstStart === true ? await bootstrap(server, { env, demo: false }) : { state: 'put-away' };
        terminal.print(formatBanner(server, found, { tour: false }).trimEnd());
      } catch (error) {
        await server.close();
        throw error;
      }
      await serveUntilStopped(server);
    });
}
