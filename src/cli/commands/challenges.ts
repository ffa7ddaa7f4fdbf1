import { Command } from 'commander';
import type { Challenge } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { listProcesses } from '../list-processes.ts';
import { allPages } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';

export function challengesCommand(terminal: Terminal): Command {
  return listProcesses(
    terminal,
    new Command('challenges').description('proofs that were asked for'),
    'pending, passed, failed, denied or expired',
    (engine, caller, filter) =>
      withUserName(
        engine,
        caller,
        allPages((page) => engine.challenges.list(caller, { ...page, ...filter })),
      ),
  );
}

/** A challenge names its user by id; people know him by name. */
async function* withUserName(
  engine: Engine,
  caller: IntegrationCaller,
  challenges: AsyncIterable<Challenge>,
): AsyncGenerator<Challenge & { userName: string }> {
  const names = new Map<string, string>();
  for await (const challenge of challenges) {
    const known = names.get(challenge.userId);
    const userName = known ?? (await engine.users.get(caller, challenge.userId)).name;
    names.set(challenge.userId, userName);
    yield { ...challenge, userName };
  }
}
