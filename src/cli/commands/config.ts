import { Command } from 'commander';
import { readConfig } from '../read-config.ts';
import type { Terminal } from '../terminal.ts';

export function configCommand(terminal: Terminal): Command {
  const command = new Command('config').description('what the server is told');
  command
    .command('check')
    .description('tell every mistake in the configuration file and the environment')
    .action(async (_options: unknown, command: Command) => {
      const config = await readConfig(command);
      const { formatHostPort } = await import('../../server/config/host-port.ts');
      const doors = Object.entries(config.doors).filter(([, { enabled }]) => enabled);
      terminal.print(`The configuration is valid: ${formatHostPort(config.listen)}, data in ${config.dataDir},`);
      terminal.print(`doors ${doors.map(([name]) => name).join(', ')}.`);
    });
  command
    .command('schema')
    .description('print the JSON Schema of the configuration file')
    .action(async () => {
      const { configJsonSchema } = await import('../../server/config/json-schema.ts');
      terminal.print(JSON.stringify(configJsonSchema(), undefined, 2));
    });
  return command;
}
