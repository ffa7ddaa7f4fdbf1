import { Command } from 'commander';
import { type ListOptions, listOptions, showList } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';

export function kindsCommand(terminal: Terminal): Command {
  const command = new Command('kinds').description('the sorts of devices that there are');
  listOptions(command.command('list').description('list them')).action(async (options: ListOptions) => {
    const { builtInKinds } = await import('../../devices/index.ts');
    const kinds = builtInKinds().map(({ name, title, description }) => ({ name, title, description }));
    await showList(
      terminal,
      options,
      [
        { title: 'kind', value: (kind) => kind.name },
        { title: 'title', value: (kind) => kind.title },
        { title: 'description', value: (kind) => kind.description },
      ],
      kinds,
    );
  });
  return command;
}
