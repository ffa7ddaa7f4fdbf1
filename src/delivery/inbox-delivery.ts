import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Clock } from '../core/clock.ts';
import type { OutgoingMessage } from '../core/message.ts';
import { e164Number } from '../core/phone-number.ts';
import { composeMail, fileSafeId, renderFor } from './compose-mail.ts';
import type { Delivery, MessageContext } from './delivery.ts';
import { deliveryFailed, orDeliveryFailed } from './delivery-failed.ts';
import { inboxFileName, inboxFiles } from './inbox-file.ts';
import { mailSender } from './mail-sender.ts';

export interface InboxOptions {
  /** Is made when it does not exist, readable by its owner only. */
  folder: string;
  clock: Clock;
  /** How many messages are kept; the oldest go. Default: 200. */
  limit?: number;
  /** The sender of mails where an integration sets no other. Default: `Countersign <countersign@localhost>`. */
  from?: string;
}

/**
 * Keeps messages in a folder and sends nothing: for development and tests. A mail is the file that would have been sent
 * (`.eml`), an SMS its text (`.txt`). The files hold codes in the clear.
 */
export function inboxDelivery(options: InboxOptions): Delivery {
  const { folder, clock, limit = 200 } = options;
  const sender = mailSender(options.from ?? 'Countersign <countersign@localhost>');
  const composer = createTransport({
    streamTransport: true,
    buffer: true,
    newline: 'windows',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let order = 0;

  async function content(message: OutgoingMessage, about: MessageContext, at: number): Promise<Uint8Array | string> {
    if (message.channel === 'sms') {
      const to = orDeliveryFailed(() => e164Number(message.to, 'to'));
      return `To: ${to}\n\n${renderFor(message, about).text}\n`;
    }
    const composed = await composer.sendMail({ ...composeMail(message, about, sender), date: new Date(at) });
    return composed.message as Buffer; // `buffer: true` says so
  }

  return {
    async deliver(message, about) {
      if (message.channel !== 'mail' && message.channel !== 'sms')
        throw deliveryFailed(`The inbox takes no message of the channel ${message.channel}.`);
      const at = clock.now();
      const file = inboxFileName(message.channel, at, ++order, fileSafeId(about.id));
      const text = await content(message, about, at);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const unfinished = join(folder, `.${file}.${process.pid}`);
        await writeFile(unfinished, text, { mode: 0o600, flag: 'wx' });
        await rename(unfinished, join(folder, file));
        const surplus = inboxFiles(await readdir(folder)).slice(limit);
        await Promise.all(surplus.map(({ file }) => rm(join(folder, file), { force: true })));
      } catch (error) {
        const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
        throw deliveryFailed(`The inbox ${folder} cannot be written: ${reason}`);
      }
    },
    async close() {},
  };
}
