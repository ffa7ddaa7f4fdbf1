import { Command } from 'commander';
import { CountersignError } from '../../core/errors.ts';
import { formatTime, type ListOptions, listOptions, showList } from '../show-list.ts';
import { printable, type Terminal } from '../terminal.ts';
import { readConfig } from '../read-config.ts';

export function inboxCommand(terminal: Terminal): Command {
  return listOptions(new Command('inbox'))
    .description('show mail and SMS that "countersign dev" kept instead of sending them, newest first')
    .option('--to <address>', 'only those to this address or number')
    .option('--last', 'print the newest one whole')
    .action(async (options: ListOptions & { to?: string; last?: boolean }, command: Command) => {
      const { inboxFolder } = await readConfig(command, { development: true });
      if (inboxFolder === undefined) {
        const detail = 'messages are sent, not kept: the configuration names a mail server';
        throw new CountersignError('wrong_state', { detail });
      }
      const { listInbox } = await import('../../delivery/index.ts');
      const all = await listInbox(inboxFolder);
      const messages = options.to === undefined ? all : all.filter(({ to }) => to === options.to);
      const [newest] = messages;
      if (options.last === true && newest !== undefined) {
        for (const line of newest.text.split('\n')) terminal.print(printable(line));
        return;
      }
      await showList(
        terminal,
        options,
        [
          { title: 'at', value: (message) => formatTime(message.at) },
          { title: 'by', value: (message) => message.channel },
          { title: 'to', value: (message) => message.to },
          { title: 'subject', value: (message) => message.subject },
          { title: 'text', value: (message) => message.text.replaceAll(/\s+/g, ' ').trim() },
        ],
        messages,
      );
    });
}
