import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inboxFiles } from './inbox-file.ts';
import { readMail } from './read-mail.ts';

export interface InboxMessage {
  /** Its name in the folder. */
  file: string;
  channel: 'mail' | 'sms';
  to: string;
  /** Empty for SMS. */
  subject: string;
  /** Milliseconds since the Unix epoch. */
  at: number;
  /** The plain text. */
  text: string;
}

/** What is in the folder of an inbox, newest first; nothing when there is no such folder. */
export async function listInbox(folder: string): Promise<InboxMessage[]> {
  const found = await Promise.all(
    inboxFiles(await namesIn(folder)).map(async ({ file, channel, at }) => {
      const raw = await readIfThere(join(folder, file));
      if (raw === undefined) return [];
      return [{ file, channel, at, ...(channel === 'mail' ? readMail(raw) : readSms(raw)) }];
    }),
  );
  return found.flat();
}

function readSms(raw: string): { to: string; subject: string; text: string } {
  const [, to = '', text = ''] = /^To: (.*)\n\n([^]*)\n$/.exec(raw) ?? [];
  return { to, subject: '', text };
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(nothingIfMissing<string[]>([]));
}

/** A full inbox may drop the file between the list and the look. */
async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(nothingIfMissing(undefined));
}

function nothingIfMissing<Nothing>(nothing: Nothing): (error: unknown) => Nothing {
  return (error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing;
    throw error;
  };
}
