import { createServer } from 'node:net';
import { Command } from 'commander';
import type { Bootstrapped, Config } from '../../server/index.ts';
import { environmentOf, readConfig } from '../read-config.ts';
import { serveUntilStopped, startOrExplain } from '../serve-until-stopped.ts';
import type { Terminal } from '../terminal.ts';

/** Where scripts that were written for Adjure look for it. */
const adjureAddress = { host: '127.0.0.1', port: 5000 };

export function devCommand(terminal: Terminal): Command {
  return new Command('dev')
    .description(
      'serve for trying and developing: makes all it needs in ./data, keeps messages instead of sending them',
    )
    .action(async (_options: unknown, command: Command) => {
      const config = await readConfig(command, { development: true });
      const { bootstrap, formatBanner } = await import('../../server/index.ts');
      const env = environmentOf(command);
      let made: Bootstrapped = { state: 'put-away' };
      const server = await startOrExplain(await withAdjureListener(config), env, terminal, async (starting) => {
        made = await bootstrap(starting, { env });
      });
      terminal.print(formatBanner(server, made, { tour: true }).trimEnd());
      await serveUntilStopped(server);
    });
}

/** Adjure's own port, when nobody has it; its door is at the main address in any case. */
async function withAdjureListener(config: Config): Promise<Config> {
  const { adjure } = config.doors;
  if (!adjure.enabled || adjure.listen !== undefined || !(await isFree(adjureAddress))) return config;
  return { ...config, doors: { ...config.doors, adjure: { ...adjure, listen: adjureAddress } } };
}

async function isFree(address: { host: string; port: number }): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(address, () => probe.close(() => resolve(true)));
  });
}
