import { Command, InvalidArgumentError } from 'commander';
import type { Device, JsonObject } from '../../core/model.ts';
import type { NewDevice } from '../../engine/engine.ts';
import { chooseCaller, type Scope, scopeOptions } from '../choose-integration.ts';
import { chooseUser } from '../choose-user.ts';
import { UsageError } from '../command-failure.ts';
import { readSecret, type SecretEncoding } from '../import/read-secret.ts';
import { readSecretInput } from '../read-input.ts';
import { formatTime, type ListOptions, listOptions, showList, showOne, toJson } from '../show-list.ts';
import type { Column } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

const columns: Column<Device>[] = [
  { title: 'name', value: (device) => device.name },
  { title: 'kind', value: (device) => device.kind },
  { title: 'status', value: (device) => device.status },
  { title: 'about', value: (device) => describePublic(device.public) },
  { title: 'last used', value: (device) => formatTime(device.lastUsedAt) },
  { title: 'id', value: (device) => device.id },
];

function describePublic(facts: JsonObject): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

interface AddOptions extends Scope {
  kind: string;
  name?: string;
  secret?: string;
  algorithm?: string;
  digits?: number;
  period?: number;
  counter?: number;
  address?: string;
  json?: boolean;
}

export function devicesCommand(terminal: Terminal): Command {
  const command = new Command('devices').description('what people prove themselves with');

  listOptions(scopeOptions(command.command('list').description('list the devices of a user')))
    .argument('<user>', 'name or id')
    .action(async (user: string, options: ListOptions & Scope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const { id } = await chooseUser(engine, caller, user);
        await showList(terminal, options, columns, await engine.devices.list(caller, id));
      });
    });

  scopeOptions(
    command.command('add').description('give a user a device without an enrollment, e.g. a token that he has'),
  )
    .argument('<user>', 'name; he is made when there is none')
    .option('-k, --kind <kind>', 'see "countersign kinds list"', 'totp')
    .option('--name <name>', 'name of the device')
    .option('--secret <secret>', 'base32 or hexadecimal; "-" reads it from standard input. Left out: a new one is made')
    .option('--algorithm <name>', 'SHA1, SHA256 or SHA512')
    .option('--digits <count>', 'of a code', readNumber)
    .option('--period <seconds>', 'of a step (totp)', readNumber)
    .option('--counter <number>', 'of the next code (hotp)', readNumber)
    .option('--address <address>', 'where codes are sent (email)')
    .option('--json', 'print JSON')
    .action(async (user: string, options: AddOptions, command: Command) => {
      const { kind, name } = options;
      const deviceOptions = await readDeviceOptions(options);
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const device = { kind, options: deviceOptions, ...(name === undefined ? {} : { name }) };
        const added = await engine.devices.provision(caller, { user, devices: [device] });
        for (const made of added.devices) showNewDevice(terminal, options, made, options.secret === undefined);
      });
    });

  scopeOptions(command.command('rename').description('give a device another name'))
    .argument('<device>', 'id')
    .argument('<name>')
    .action(async (id: string, name: string, options: Scope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const device = await engine.devices.rename(await chooseCaller(engine, options), id, name);
        terminal.note(`The device is called ${device.name} now.`);
      });
    });

  for (const [verb, status, description] of [
    ['suspend', 'suspended', 'take a device out of use, e.g. while it is looked for'],
    ['resume', 'active', 'put it back into use'],
  ] as const) {
    scopeOptions(command.command(verb).description(description))
      .argument('<device>', 'id')
      .action(async (id: string, options: Scope, command: Command) => {
        await withEngine(command, async ({ engine }) => {
          const device = await engine.devices.setStatus(await chooseCaller(engine, options), id, status);
          terminal.note(`The device ${device.name} is ${status}.`);
        });
      });
  }

  scopeOptions(command.command('remove').description('remove a device for good'))
    .argument('<device>', 'id')
    .action(async (id: string, options: Scope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        await engine.devices.remove(await chooseCaller(engine, options), id);
        terminal.note('The device is removed.');
      });
    });

  scopeOptions(
    command.command('recovery-codes').description('make new recovery codes for a user; the old ones are void'),
  )
    .argument('<user>', 'name or id')
    .option('--json', 'print JSON')
    .action(async (user: string, options: Scope & { json?: boolean }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const { id } = await chooseUser(engine, caller, user);
        showNewDevice(terminal, options, await engine.devices.regenerateRecoveryCodes(caller, id), true);
      });
    });
  return command;
}

/** Options of the kind. A secret on the command line can be seen by others on the machine, so it can come by pipe, too. */
async function readDeviceOptions(options: AddOptions): Promise<JsonObject> {
  const { algorithm, digits, period, counter, address } = options;
  const given = { algorithm, digits, period, counter, address };
  const read = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as JsonObject;
  if (options.secret === undefined) return read;
  const written = options.secret === '-' ? await readSecretInput() : options.secret;
  const encoding = (['hex', 'base32'] as const).find((name) => written.startsWith(`${name}:`));
  const bare = encoding === undefined ? written : written.slice(encoding.length + 1);
  const secret = readSecret(bare, (encoding ?? 'auto') satisfies SecretEncoding);
  if (typeof secret === 'string') {
    throw new UsageError('the secret can be read as base32 and as hexadecimal: put "base32:" or "hex:" before it');
  }
  return { ...read, ...secret };
}

function showNewDevice(terminal: Terminal, options: { json?: boolean }, made: NewDevice, secrets: boolean): void {
  const shown = secrets ? made.shown : undefined;
  if (options.json === true) {
    terminal.print(toJson({ ...made.device, ...(shown === undefined ? {} : { shown }) }));
    return;
  }
  const { id, kind, name } = made.device;
  const codes = shown?.['codes'];
  if (Array.isArray(codes)) {
    terminal.note('Each of these codes works once. They are not shown again.');
    for (const code of codes) terminal.print(String(code));
    return;
  }
  showOne(terminal, options, { id, kind, name, ...shown });
}

function readNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}
