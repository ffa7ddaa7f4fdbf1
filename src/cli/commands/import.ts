import { readFile, stat } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { chooseCaller, type Scope, scopeOptions } from '../choose-integration.ts';
import { CommandFailure } from '../command-failure.ts';
import { type SecretEncoding, secretEncodings } from '../import/read-secret.ts';
import { toJson } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

interface ImportOptions extends Scope {
  secrets: SecretEncoding;
  owners?: string;
  add?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

export function importCommand(terminal: Terminal): Command {
  return scopeOptions(new Command('import'))
    .description('bring in devices that people have already, from CSV, a list of otpauth:// URIs or a log of YubiKeys')
    .argument('<file>', '"-" is standard input')
    .addOption(
      new Option('--secrets <encoding>', 'how the secrets of a CSV file are written')
        .choices(secretEncodings)
        .default('auto'),
    )
    .option('--owners <file>', 'CSV with the columns user, and publicId or serial: whose the YubiKeys of a log are')
    .option('--add', 'give devices to users who have some already, too; otherwise their lines are refused')
    .option('--dry-run', 'only tell what would be done')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nThe first line of a CSV file names its columns, in any order: user and secret, and where they are wanted kind,\n' +
        'algorithm, digits, period and counter. Lines of one user stand together. Of a URI, the account is the user.\n' +
        'A log of the YubiKey personalisation tool is read in its traditional and its Yubico format; --owners says whose keys they are.\n' +
        'A bad line is reported and left out; the exit code is 1 then.',
    )
    .action(async (file: string, options: ImportOptions, command: Command) => {
      const size = file === '-' ? undefined : (await stat(file)).size;
      await withEngine(command, async ({ engine, config }) => {
        const { importDevices } = await import('../import/import-devices.ts');
        const { readImportFile } = await import('../import/read-import-file.ts');
        const owners = options.owners === undefined ? undefined : await readOwners(options.owners);
        const input = readImportFile(file, size, { secrets: options.secrets, owners });
        const result = await importDevices(engine, await chooseCaller(engine, options), input.lines, {
          dryRun: options.dryRun === true,
          ifUserExists: options.add === true ? 'add' : 'refuse',
          serverKinds: config.kinds,
          onProgress: (users) => terminal.progress?.(`${users} users${percent(input.share())}`),
        });
        terminal.progress?.('');
        const { users, devices, failed } = result;
        if (options.json === true) terminal.print(toJson(result));
        else for (const { line, problem } of failed) terminal.note(`line ${line}: ${problem}`);
        const verb = options.dryRun === true ? 'Would import' : 'Imported';
        const refused = failed.length === 0 ? '' : `; ${failed.length} of the lines could not be taken`;
        if (options.json !== true) terminal.print(`${verb} ${devices} devices of ${users} users${refused}.`);
        if (failed.length > 0) throw new CommandFailure();
      });
    });
}

async function readOwners(file: string) {
  const { readYubikeyOwners } = await import('../import/read-yubikey-owners.ts');
  return readYubikeyOwners([(await readFile(file, 'utf8')).replace(/^\uFEFF/, '')]);
}

function percent(share: number | undefined): string {
  return share === undefined ? '' : ` (${Math.floor(share * 100)} %)`;
}
