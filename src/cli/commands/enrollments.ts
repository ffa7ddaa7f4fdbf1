import { Command } from 'commander';
import { chooseCaller, type Scope, scopeOptions } from '../choose-integration.ts';
import { allPages, formatTime, type ListOptions, listOptions, showList } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

type Options = ListOptions & Scope & { state?: string; user?: string };

export function enrollmentsCommand(terminal: Terminal): Command {
  const command = new Command('enrollments').description('devices that are being added, and those that were');
  listOptions(scopeOptions(command.command('list').description('list those of an integration')))
    .option('--state <state>', 'new, prepared, completed, failed, expired or cancelled')
    .option('--user <name>', 'only those of this user')
    .action(async (options: Options, command: Command) => {
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
            { title: 'user', value: (enrollment) => enrollment.userName },
            { title: 'kind', value: (enrollment) => enrollment.kind },
            { title: 'state', value: (enrollment) => enrollment.state },
            { title: 'attempts left', value: (enrollment) => enrollment.attemptsLeft, align: 'right' },
            { title: 'begun', value: (enrollment) => formatTime(enrollment.createdAt) },
            { title: 'id', value: (enrollment) => enrollment.id },
          ],
          withoutShown(allPages((page) => engine.enrollments.list(caller, { ...page, ...filter }))),
        );
      });
    });
  return command;
}

/** What a user has to see holds his secret, which is nothing for a list. */
async function* withoutShown<T extends { shown?: unknown }>(items: AsyncIterable<T>): AsyncGenerator<Omit<T, 'shown'>> {
  for await (const { shown: _, ...item } of items) yield item;
}
