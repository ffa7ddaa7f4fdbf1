import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

export function doctorCommand(_terminal: Terminal): Command {
  return new Command('doctor');
}
