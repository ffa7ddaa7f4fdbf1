import { text } from 'node:stream/consumers';
import { UsageError } from './command-failure.ts';

/** A secret from standard input, e.g. out of a password store; a terminal would show what is typed. */
export async function readSecretInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new UsageError('standard input is a terminal, which would show what is typed: pipe the secret in');
  }
  const secret = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (secret === '') throw new UsageError('standard input is empty');
  return secret;
}
