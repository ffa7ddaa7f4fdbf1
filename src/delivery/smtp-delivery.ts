import { type NodemailerError, type SendMailOptions, createTransport } from 'nodemailer';
import type { OutgoingMessage } from '../core/message.ts';
import { composeMail } from './compose-mail.ts';
import type { Delivery, MessageContext } from './delivery.ts';
import { deliveryFailed } from './delivery-failed.ts';
import { type ResolvedSmtpOptions, type SmtpOptions, resolveSmtpOptions } from './smtp-options.ts';

/**
 * Hands mail to a mail server over a few kept connections.
 *
 * @throws CountersignError `misconfigured`
 */
export function smtpDelivery(options: SmtpOptions): Delivery {
  const resolved = resolveSmtpOptions(options);
  const transport = createTransport(transportOptions(resolved));
  const underWay = new Set<Promise<void>>();
  let closed = false;

  async function send(mail: SendMailOptions): Promise<void> {
    // One bound for all of it: name look-up, connection, waiting for a free one, and a server that answers drop by drop.
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), resolved.timeoutMs);
    try {
      await transport.sendMail({ ...mail, signal: abort.signal });
    } catch (error) {
      const reason = abort.signal.aborted ? `no answer within ${resolved.timeoutMs} ms` : failureReason(error);
      throw deliveryFailed(`Mail server ${resolved.host}:${resolved.port}: ${reason}`, {
        mayHaveArrived: abort.signal.aborted || commandOf(error) === 'DATA',
        permanent: isRefusedRecipient(error),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    timeoutMs: resolved.timeoutMs,
    async deliver(message: OutgoingMessage, about: MessageContext) {
      if (closed) throw deliveryFailed('The mail delivery was closed.');
      const sending = send(composeMail(message, about, resolved.from));
      underWay.add(sending);
      try {
        await sending;
      } finally {
        underWay.delete(sending);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      transport.close({ force: true });
    },
  };
}

function transportOptions({ host, port, secure, startTls, auth, timeoutMs, ca }: ResolvedSmtpOptions) {
  return {
    pool: true as const,
    host,
    port,
    secure,
    requireTLS: startTls === 'required',
    ignoreTLS: startTls === 'never',
    opportunisticTLS: startTls === 'opportunistic',
    tls: {
      ...(ca === undefined ? {} : { ca }),
      // Whoever could show a false certificate could as well hide STARTTLS; encryption to somebody is better than none.
      rejectUnauthorized: secure || startTls !== 'opportunistic',
    },
    ...(auth === undefined ? {} : { auth, forceAuth: true }),
    dnsTimeout: timeoutMs,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    idleTimeout: 30_000,
    socketCloseTimeout: 1000,
    // A kept connection that the server has closed meanwhile is replaced once; more would only use up the time.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function commandOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodemailerError).command : undefined;
}

/** There is no such mailbox, says the server for good (RFC 5321 §4.2.1); nothing changes by trying again. */
function isRefusedRecipient(error: unknown): boolean {
  if (!(error instanceof Error) || commandOf(error) !== 'RCPT TO') return false;
  return ((error as NodemailerError).responseCode ?? 0) >= 500;
}

/**
 * What an operator needs to know. A reply is quoted only where the server cannot have seen the message or the password yet:
 * a filter that quotes the text it does not like would put the code into the log.
 */
function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { code = 'error', command, response, responseCode }: NodemailerError = error;
  const at = command === undefined ? code : `${code} at ${command}`;
  if (response === undefined) return `${at}: ${printable(error.message)}`;
  const early = ['EHLO', 'HELO', 'STARTTLS', 'MAIL FROM', 'RCPT TO'].includes(command ?? '');
  return `${at}: ${early ? printable(response) : `reply ${responseCode ?? 'not understood'}`}`;
}

function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300);
}
