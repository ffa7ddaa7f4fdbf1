import { invalidParameter } from '../core/errors.ts';
import { mailAddress } from '../core/mail-address.ts';

export interface MailSender {
  /** The display name; empty when there is none. */
  name: string;
  address: string;
}

/**
 * Reads the sender of mails: `address` or `Name <address>`, the name with or without quotes.
 *
 * @throws CountersignError `invalid_parameters`
 */
export function mailSender(text: string, path = 'from'): MailSender {
  const named = /^([^<>]*)<([^<>]*)>$/.exec(text);
  const name = (named?.[1] ?? '').trim();
  // A control character or line separator is refused, not removed: whoever put it there meant something by it.
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) throw invalidParameter(path, 'Must not contain control characters.');
  const unquoted = /^"(?:[^"\\]|\\["\\])*"$/.test(name) ? name.slice(1, -1).replace(/\\(["\\])/g, '$1') : name;
  return { name: unquoted, address: mailAddress(named?.[2] ?? text, path) };
}
