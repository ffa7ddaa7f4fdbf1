import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';

export function adjureCommand(_terminal: Terminal): Command {
  return new Command('adjure');
}
