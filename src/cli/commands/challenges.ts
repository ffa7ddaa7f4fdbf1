import { Command } from 'commander';
import type { Challenge } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { chooseCaller, type Scope, scopeOptions } from '../choose-integration.ts';
import { allPages, formatTime, type ListOptions, listOptions, showList } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';
import { withEngine } from '../with-engine.ts';

type Options = ListOptions & Scope & { state?: string; user?: string };

export function challengesCommand(terminal: Terminal): Command {
  const command = new Command('challenges').description('proofs that were asked for');
  listOptions(scopeOptions(command.command('list').description('list those of an integration')))
    .option('--state <state>', 'pending, passed, failed, denied or expired')
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
            { title: 'user', value: (challenge) => challenge.userName },
            { title: 'kind', value: (challenge) => challenge.kind },
            { title: 'state', value: (challenge) => challenge.state },
            { title: 'attempts left', value: (challenge) => challenge.attemptsLeft, align: 'right' },
            { title: 'begun', value: (challenge) => formatTime(challenge.createdAt) },
            { title: 'id', value: (challenge) => challenge.id },
          ],
          withUserName(
            engine,
            caller,
            allPages((page) => engine.challenges.list(caller, { ...page, ...filter })),
          ),
        );
      });
    });
  return command;
}

/** A challenge names its user by id; people know him by name. */
async function* withUserName(
  engine: Engine,
  caller: IntegrationCaller,
  challenges: AsyncIterable<Challenge>,
): AsyncGenerator<Omit<Challenge, 'shown'> & { userName: string }> {
  const names = new Map<string, string>();
  for await (const { shown: _, ...challenge } of challenges) {
    const known = names.get(challenge.userId);
    const userName = known ?? (await engine.users.get(caller, challenge.userId)).name;
    names.set(challenge.userId, userName);
    yield { ...challenge, userName };
  }
}
