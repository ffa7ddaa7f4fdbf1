import type { Command } from 'commander';
import type { Time } from '../core/model.ts';
import type { Engine, IntegrationCaller } from '../engine/engine.ts';
import { chooseCaller, type Scope, scopeOptions } from './choose-integration.ts';
import { formatTime, type ListOptions, listOptions, showList } from './show-list.ts';
import type { Terminal } from './terminal.ts';
import { withEngine } from './with-engine.ts';

interface Filter {
  state?: string;
  user?: string;
}

/** What enrollments and challenges have in common. */
interface Process {
  id: string;
  userName: string;
  kind?: string;
  state: string;
  attemptsLeft: number;
  createdAt: Time;
  shown?: unknown;
}

/** Gives a command its `list`: the enrollments or challenges of an integration. */
export function listProcesses(
  terminal: Terminal,
  command: Command,
  states: string,
  read: (engine: Engine, caller: IntegrationCaller, filter: Filter) => AsyncIterable<Process>,
): Command {
  listOptions(scopeOptions(command.command('list').description('list those of an integration')))
    .option('--state <state>', states)
    .option('--user <name>', 'only those of this user')
    .action(async (options: ListOptions & Scope & Filter, command: Command) => {
      await withEngine(command, async ({ engine }) => {
        const caller = await chooseCaller(engine, options);
        const filter = {
          ...(options.state === undefined ? {} : { state: options.state }),
          ...(options.user === undefined ? {} : { user: options.user }),
        };
        await showList(
          terminal,
          options,
          [
            { title: 'user', value: ({ userName }) => userName },
            { title: 'kind', value: ({ kind }) => kind },
            { title: 'state', value: ({ state }) => state },
            { title: 'attempts left', value: ({ attemptsLeft }) => attemptsLeft, align: 'right' },
            { title: 'begun', value: ({ createdAt }) => formatTime(createdAt) },
            { title: 'id', value: ({ id }) => id },
          ],
          withoutShown(read(engine, caller, filter)),
        );
      });
    });
  return command;
}

/** What a user has to see may hold his secret, which is nothing for a list. */
async function* withoutShown(processes: AsyncIterable<Process>): AsyncGenerator<Omit<Process, 'shown'>> {
  for await (const { shown: _, ...process } of processes) yield process;
}
