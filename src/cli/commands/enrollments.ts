import { Command } from 'commander';
import { listProcesses } from '../list-processes.ts';
import { allPages } from '../show-list.ts';
import type { Terminal } from '../terminal.ts';

export function enrollmentsCommand(terminal: Terminal): Command {
  return listProcesses(
    terminal,
    new Command('enrollments').description('devices that are being added, and those that were'),
    'new, prepared, completed, failed, expired or cancelled',
    ({ enrollments }, caller, filter) => allPages((page) => enrollments.list(caller, { ...page, ...filter })),
  );
}
