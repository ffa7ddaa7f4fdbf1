import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { CommandFailure, UsageError } from './command-failure.ts';
import { adjureCommand } from './commands/adjure.ts';
import { adminsCommand } from './commands/admins.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand } from './commands/backup.ts';
import { challengesCommand } from './commands/challenges.ts';
import { configCommand } from './commands/config.ts';
import { devCommand } from './commands/dev.ts';
import { devicesCommand } from './commands/devices.ts';
import { doctorCommand } from './commands/doctor.ts';
import { enrollmentsCommand } from './commands/enrollments.ts';
import { importCommand } from './commands/import.ts';
import { inboxCommand } from './commands/inbox.ts';
import { integrationsCommand } from './commands/integrations.ts';
import { keyCommand } from './commands/key.ts';
import { kindsCommand } from './commands/kinds.ts';
import { migrateCommand } from './commands/migrate.ts';
import { policyCommand } from './commands/policy.ts';
import { restoreCommand } from './commands/restore.ts';
import { serveCommand } from './commands/serve.ts';
import { settingsCommand } from './commands/settings.ts';
import { tenantsCommand } from './commands/tenants.ts';
import { totpCommand } from './commands/totp.ts';
import { usersCommand } from './commands/users.ts';
import { reportError } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** The commands, by what they are about, in the order in which they are shown. */
const groups: readonly (readonly [title: string, commands: readonly ((terminal: Terminal) => Command)[]])[] = [
  ['Serve:', [devCommand, serveCommand, adjureCommand]],
  ['Look after it:', [doctorCommand, configCommand, migrateCommand, backupCommand, restoreCommand, keyCommand]],
  ['Who asks:', [tenantsCommand, adminsCommand, integrationsCommand, policyCommand, settingsCommand]],
  [
    'Who proves himself:',
    [usersCommand, devicesCommand, importCommand, enrollmentsCommand, challengesCommand, kindsCommand],
  ],
  ['What happened:', [auditCommand, inboxCommand]],
  ['Try it:', [totpCommand]],
];

function createProgram(terminal: Terminal): Command {
  const program = new Command('countersign')
    .description('The second factor for everything an organisation runs.')
    .version(readVersion(), '-V, --version', 'print the version')
    .option('-C, --config <file>', 'configuration file (YAML); COUNTERSIGN_CONFIG in the environment does the same')
    .option('--data-dir <folder>', 'folder of database, keys and certificate; COUNTERSIGN_DATA_DIR does the same');
  for (const [title, commands] of groups) {
    program.commandsGroup(title);
    for (const create of commands) program.addCommand(create(terminal));
  }
  program.addHelpCommand(
    new Command('help').argument('[command]').description('tell about a command').helpGroup('Try it:'),
  );
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    if (command !== program) command.helpCommand(false);
    command.exitOverride().helpOption('-h, --help', 'tell about this command');
    command.configureHelp({ showGlobalOptions: true }).configureOutput({
      writeOut: (text) => terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.note(text.replace(/\n$/, '')),
      getOutHelpWidth: () => terminal.columns ?? 100,
      getErrHelpWidth: () => terminal.columns ?? 100,
    });
    command.showHelpAfterError(`Run "${fullName(command)} --help" to see how.`);
  }
  return program;
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Does what the words of a command line say.
 *
 * @returns the exit code: 0 done, 1 it went wrong or was refused, 2 the command line is not one
 */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await createProgram(terminal).parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CommandFailure) return 1;
    if (error instanceof UsageError) {
      terminal.note(`error: ${error.message}`);
      return 2;
    }
    reportError(error, terminal);
    return 1;
  }
}
