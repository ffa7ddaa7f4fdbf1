import { Command } from 'commander';
import { collect } from '../collect.ts';
import { environmentOf, type GlobalOptions } from '../read-config.ts';
import { serveUntilStopped, startOrExplain } from '../serve-until-stopped.ts';
import type { Terminal } from '../terminal.ts';

interface AdjureOptions {
  plain?: boolean;
  openTo?: string[];
}

export function adjureCommand(terminal: Terminal): Command {
  return new Command('adjure')
    .description('take the place of an Adjure service: same port, same API, its users brought along')
    .option('--plain', 'stay plain beyond loopback: only inside of a private network, e.g. of a container')
    .option('--open-to <network>', 'who may call without a token, besides this machine; may be given again', collect)
    .addHelpText(
      'after',
      '\nADJURE_DB_HOST names the database, as it does for Adjure (e.g. sqlite:////var/lib/adjure.data), and --config the\n' +
        'configuration file of Adjure. It listens on 127.0.0.1:5000 (COUNTERSIGN_ADJURE_LISTEN), and besides on the main\n' +
        'address (COUNTERSIGN_LISTEN). COUNTERSIGN_CONFIG names a configuration file of Countersign, where one is needed.',
    )
    .action(async (options: AdjureOptions, command: Command) => {
      const { openAdjure } = await import('../adjure/open-adjure.ts');
      const env = environmentOf(command);
      const { config: configFile } = command.optsWithGlobals<GlobalOptions>();
      const { config, brought } = await openAdjure(env, { ...options, configFile });
      for (const { userId, problem } of brought.refused) terminal.note(`not brought along: ${userId}: ${problem}`);
      if (brought.users > 0) terminal.note(`${brought.users} users of Adjure were brought along.`);
      const server = await startOrExplain(config, env, terminal);
      terminal.print(`Adjure is served at ${server.adjureUrl}`);
      await serveUntilStopped(server);
    });
}
