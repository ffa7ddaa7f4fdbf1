import { Command } from 'commander';
import { formatTime, type ListOptions, listOptions, showList } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';

export function keyCommand(terminal: Terminal): Command {
  const command = new Command('key').description('the keys that seal what is secret in the database');

  listOptions(command.command('list').description('list the sealing keys')).action(
    async (options: ListOptions, command: Command) => {
      const { listKeys } = await import('../key-rotation.ts');
      await showList(
        terminal,
        options,
        [
          { title: 'key', value: (key) => key.id },
          { title: 'state', value: (key) => (key.active ? 'active' : key.inUse ? 'in use' : 'unused') },
          { title: 'created', value: (key) => formatTime(key.createdAt) },
        ],
        await listKeys(command),
      );
    },
  );

  command
    .command('rotate')
    .description('make a new sealing key and seal everything with it; works while a server runs')
    .action(async (_options: unknown, command: Command) => {
      const { rotateKey } = await import('../key-rotation.ts');
      const { id, resealed } = await rotateKey(command, (done) => terminal.progress?.(`${done} values sealed anew`));
      terminal.progress?.('');
      terminal.print(`The key ${id} is active now; ${resealed} values are sealed anew.`);
      terminal.note(
        'Back the key file up. Old keys still open backups of before; "countersign key retire" removes one.',
      );
    });

  command
    .command('reseal')
    .description('seal with the active key what is not, e.g. after a rotation that was cut short')
    .action(async (_options: unknown, command: Command) => {
      const { resealDatabase } = await import('../key-rotation.ts');
      const done = await resealDatabase(command, (count) => terminal.progress?.(`${count} values sealed anew`));
      terminal.progress?.('');
      terminal.print(`${done} values are sealed anew.`);
    });

  command
    .command('retire')
    .description('remove a sealing key that nothing is sealed with any more; backups of its time cannot be read then')
    .argument('<key>', 'id, as "list" prints it')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { retireKey } = await import('../key-rotation.ts');
      await retireKey(command, id);
      terminal.print(`The key ${id} is removed.`);
    });
  return command;
}
