import { Argument, Command, InvalidArgumentError } from 'commander';
import type { User, UserStatus } from '../../core/model.ts';
import { chooseCaller, type Scope, scopeOptions } from '../choose-integration.ts';
import { chooseUser } from '../choose-user.ts';
import { allPages, formatTime, type ListOptions, listOptions, showList, showOne } from '../show-list.ts';
import type { Column } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

const columns: Column<User>[] = [
  { title: 'name', value: (user) => user.name },
  { title: 'status', value: (user) => user.status },
  { title: 'created', value: (user) => formatTime(user.createdAt) },
  { title: 'id', value: (user) => user.id },
];

export function usersCommand(terminal: Terminal): Command {
  const command = new Command('users').description('the people who prove themselves');

  listOptions(scopeOptions(command.command('list').description('list them')))
    .option('--name <name>', 'only the user of this name')
    .action(async (options: ListOptions & Scope & { name?: string }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const filter = options.name === undefined ? {} : { name: options.name };
        const users = allPages((page) => engine.users.list(caller, { ...page, ...filter }));
        await showList(terminal, options, columns, users);
      });
    });

  scopeOptions(command.command('show').description('show a user with his devices'))
    .argument('<user>', 'name or id')
    .option('--json', 'print JSON')
    .action(async (user: string, options: Scope & { json?: boolean }, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const found = await chooseUser(engine, caller, user);
        const devices = await engine.devices.list(caller, found.id);
        showOne(terminal, options, {
          ...found,
          devices: options.json === true ? devices : devices.map(({ kind, name }) => `${kind} "${name}"`).join(', '),
        });
      });
    });

  scopeOptions(command.command('create').description('make a user who has no device yet'))
    .argument('<name>')
    .addArgument(statusArgument().argOptional())
    .option('--json', 'print JSON')
    .action(
      async (name: string, status: UserStatus | undefined, options: Scope & { json?: boolean }, command: Command) => {
        await withEngine(command, async ({ engine }) => {
          const caller = await chooseCaller(engine, options);
          const user = await engine.users.create(caller, { name, ...(status === undefined ? {} : { status }) });
          showOne(terminal, options, user);
        });
      },
    );

  const change = (
    verb: string,
    description: string,
    act: (user: User, engine: EngineOf, caller: CallerOf) => Promise<unknown>,
    done: string,
  ) =>
    scopeOptions(command.command(verb).description(description))
      .argument('<user>', 'name or id')
      .action(async (user: string, options: Scope, command: Command) => {
        await withEngine(command, async ({ engine }) => {
          const caller = await chooseCaller(engine, options);
          const found = await chooseUser(engine, caller, user);
          await act(found, engine, caller);
          terminal.note(`The user ${found.name} is ${done}.`);
        });
      });

  scopeOptions(command.command('set-status').description('let a user in without a second factor, or not at all'))
    .argument('<user>', 'name or id')
    .addArgument(statusArgument())
    .action(async (user: string, status: UserStatus, options: Scope, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const found = await chooseUser(engine, caller, user);
        await engine.users.setStatus(caller, found.id, status);
        terminal.note(`The user ${found.name} is set to ${status}.`);
      });
    });
  change(
    'unlock',
    'forgive the wrong answers of a user who has run out of guesses',
    (user, engine, caller) => engine.users.unlock(caller, user.id),
    'unlocked',
  );
  scopeOptions(
    command.command('access-pass').description('give somebody who has lost everything a code that works once'),
  )
    .argument('<user>', 'name or id')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--life <seconds>', 'how long it can be used; default: that of the kind, an hour', readSeconds)
    .option('--json', 'print JSON')
    .action(
      async (user: string, options: Scope & { reason: string; life?: number; json?: boolean }, command: Command) => {
        await withEngine(command, async ({ engine }) => {
          const caller = await chooseCaller(engine, options);
          const found = await chooseUser(engine, caller, user);
          const { reason, life } = options;
          const chosen = life === undefined ? { reason } : { reason, lifeSeconds: life };
          const { code, expiresAt } = await engine.users.issueAccessPass(caller, found.id, chosen);
          showOne(terminal, options, { code, expires: formatTime(expiresAt) });
          terminal.note('It works once, and is not shown again.');
        });
      },
    );
  change(
    'remove',
    'remove a user with all of his devices',
    (user, engine, caller) => engine.users.remove(caller, user.id),
    'removed',
  );
  return command;
}

function readSeconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

type EngineOf = Parameters<typeof chooseCaller>[0];
type CallerOf = Awaited<ReturnType<typeof chooseCaller>>;

function statusArgument(): Argument {
  return new Argument('<status>', 'what the policy sees in him').choices(['active', 'bypass', 'inactive']);
}
