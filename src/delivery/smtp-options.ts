import { isIPv4 } from 'node:net';
import { CountersignError, type FieldIssue } from '../core/errors.ts';
import { type MailSender, mailSender } from './mail-sender.ts';

export interface SmtpOptions {
  /** Name or address of the mail server that takes our mail over (submission, RFC 6409). */
  host: string;
  /** Usual are 587 (STARTTLS), 465 (TLS from the start, `secure`) and 25. */
  port: number;
  /** TLS from the first byte. Default: true on port 465, else false. */
  secure?: boolean;
  /**
   * What to do on a connection that begins in the clear. `required`: STARTTLS with a trusted certificate, or nothing is sent.
   * `opportunistic`: encrypt where the server offers it, whoever it is (RFC 7435). `never`: stay in the clear. Default:
   * `required`; `opportunistic` where the host is this machine.
   */
  startTls?: 'required' | 'opportunistic' | 'never';
  user?: string;
  password?: string;
  /** The sender of mails, `address` or `Name <address>`, where an integration sets no other. */
  from: string;
  /** How long one delivery may take altogether, in milliseconds. Default: 10 000. */
  timeoutMs?: number;
  /** Certificate authorities to trust in place of the usual ones, PEM. */
  ca?: string;
}

export interface ResolvedSmtpOptions {
  host: string;
  port: number;
  secure: boolean;
  startTls: 'required' | 'opportunistic' | 'never';
  auth: { user: string; pass: string } | undefined;
  from: MailSender;
  timeoutMs: number;
  ca: string | undefined;
}

/** @throws CountersignError `misconfigured` with every issue at once, each under `delivery.mail` */
export function resolveSmtpOptions(options: SmtpOptions): ResolvedSmtpOptions {
  const issues: FieldIssue[] = [];
  const refuse = (option: string, message: string) => issues.push({ path: `delivery.mail.${option}`, message });

  const { host, port, user, password, ca, timeoutMs = 10_000, secure = port === 465 } = options;
  if (!/^[\p{L}\p{N}._:-]+$/u.test(host)) refuse('host', 'Must be the name or the address of the mail server.');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) refuse('port', 'Must be a number from 1 to 65535.');
  if (!(timeoutMs > 0 && timeoutMs <= 600_000)) refuse('timeoutMs', 'Must be between 1 and 600000 milliseconds.');
  const startTls = options.startTls ?? (isLoopback(host) ? 'opportunistic' : 'required');

  let auth: ResolvedSmtpOptions['auth'];
  if (user !== undefined && password !== undefined) {
    auth = { user, pass: password };
    // Whoever strips STARTTLS from the server's answer would be given the password.
    if (!secure && startTls !== 'required' && !isLoopback(host)) {
      refuse('startTls', "Must be 'required' (or set secure: true), or the password is sent in the clear.");
    }
  } else if (user !== undefined || password !== undefined) {
    refuse(user === undefined ? 'user' : 'password', 'User and password must be set together.');
  }

  let from: MailSender | undefined;
  try {
    from = mailSender(options.from);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    refuse('from', 'Must be one mail address, or a name and an address: Name <address>.');
  }
  if (from === undefined || issues.length > 0) {
    const detail = issues.map(({ path, message }) => `${path}: ${message}`).join(' ');
    throw new CountersignError('misconfigured', { issues, detail });
  }
  return { host, port, secure, startTls, auth, from, timeoutMs, ca };
}

/** Whether a host is this machine: nobody sits in between. */
function isLoopback(host: string): boolean {
  return host.toLowerCase() === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
