import { domainToASCII, domainToUnicode } from 'node:url';
import { invalidParameter } from './errors.ts';

/**
 * A dot-atom (RFC 5322 §3.2.3) in ASCII, without `%` and `!`: mail servers read these as source routes by default, so that
 * `victim%evil.example@example.org` would pass for an address of example.org and be delivered elsewhere. Quoted local parts
 * are left out for the same reason.
 */
const localPart = /^[A-Za-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9#$&'*+/=?^_`{|}~-]+)*$/;
/** Labels of letters, digits and hyphens (RFC 5321 §4.1.2), each 1 to 63 long. */
const domainName = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
/** What may stand in a domain before its conversion: any letter, but in ASCII only those of a host name. */
const domainText = /^(?:[A-Za-z0-9.-]|[^\p{ASCII}\p{C}\p{Z}])+$/u;

/**
 * Reads exactly one mail address (an `addr-spec`: no display name, no list, no comment) and returns the form to store and
 * compare: the local part as it was written, the domain in lower case and as A-labels (`xn--…`).
 *
 * @param path Where the text comes from; the refusal names it.
 * @throws CountersignError `invalid_parameters`
 */
export function mailAddress(text: string, path = 'address'): string {
  const refusal = () => invalidParameter(path, 'Must be one mail address.');
  // RFC 5321 §4.5.3.1: a local part has at most 64 octets, a path 256 with its angle brackets. Longer texts are not looked at.
  if (text.length > 254) throw refusal();
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const domain = text.slice(at + 1);
  if (local.length > 64 || !localPart.test(local) || !domainText.test(domain)) throw refusal();
  const ascii = domainToASCII(domain);
  // The last label of a host name is never a number; an IPv4 address is not a domain.
  if (!domainName.test(ascii) || /(?:^|\.)\d+$/.test(ascii)) throw refusal();
  if (ascii.split('.').some(isFalseALabel)) throw refusal();
  const address = `${local}@${ascii}`;
  if (address.length > 254) throw refusal();
  return address;
}

/** An A-label that stands for no letters beyond ASCII (RFC 5890 §2.3.2.1). */
function isFalseALabel(label: string): boolean {
  return label.startsWith('xn--') && !/[^\p{ASCII}]/u.test(domainToUnicode(label));
}

/** The domain of an address that {@link mailAddress} returned. */
export function mailDomain(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
