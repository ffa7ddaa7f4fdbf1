import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './command-failure.ts';
import { readSecretInput } from './read-input.ts';

/**
 * A new password: the contents of a file, else what is typed twice at a terminal without being shown, else standard input. Never an
 * argument, which every user of the machine could see.
 */
export async function readNewPassword(file: string | undefined): Promise<string> {
  if (file !== undefined) {
    const password = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    if (password === '') throw new UsageError(`${file} is empty`);
    return password;
  }
  if (!process.stdin.isTTY) return readSecretInput();
  const [password, again] = await promptHidden(['New password: ', 'Once more: ']);
  if (password !== again) throw new UsageError('the two passwords differ');
  if (password === undefined || password === '') throw new UsageError('the password is empty');
  return password;
}

/** Asks questions at the terminal; the answers are not echoed, because the output of the line editor goes nowhere. */
async function promptHidden(questions: readonly string[]): Promise<string[]> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const editor = createInterface({ input: process.stdin, output: nowhere, terminal: true, historySize: 0 });
  const ended = new Promise<never>((_resolve, reject) => {
    editor.once('close', () => reject(new UsageError('no password was given')));
  });
  // Closed at the end, too, when nobody waits for it any more.
  ended.catch(() => undefined);
  const answers: string[] = [];
  try {
    for (const question of questions) {
      process.stderr.write(question);
      answers.push(await Promise.race([editor.question(''), ended]));
      process.stderr.write('\n');
    }
  } finally {
    editor.close();
  }
  return answers;
}
