import { mailDomain } from '../../core/mail-address.ts';

/** An address that its owner recognises and nobody else learns: `a•••e@example.org`. The length is hidden too. */
export function maskMailAddress(address: string): string {
  const domain = mailDomain(address);
  const local = address.slice(0, -domain.length - 1);
  const first = local.length > 1 ? local.slice(0, 1) : '';
  const last = local.length > 3 ? local.slice(-1) : '';
  return `${first}•••${last}@${domain}`;
}
