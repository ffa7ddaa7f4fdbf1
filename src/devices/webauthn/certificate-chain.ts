import { X509Certificate } from 'node:crypto';
import type { Time } from '../../core/model.ts';

/**
 * Whether a chain of certificates, leaf first (RFC 5280 §6), is valid at this time and ends in one of the roots. Asks nobody whether one
 * was revoked: a kind has no network.
 */
export function chainEndsIn(chain: readonly Uint8Array[], roots: readonly string[], now: Time): boolean {
  try {
    const certificates = chain.map((der) => new X509Certificate(der));
    const last = certificates.at(-1);
    if (last === undefined || !certificates.every((certificate) => isValidAt(certificate, now))) return false;
    const linked = certificates.every((certificate, place) => {
      const issuer = certificates[place + 1];
      return issuer === undefined || isIssuedBy(certificate, issuer);
    });
    return linked && roots.some((pem) => endsIn(last, new X509Certificate(pem), now));
  } catch {
    return false;
  }
}

function endsIn(last: X509Certificate, root: X509Certificate, now: Time): boolean {
  // A maker's certificate may be believed itself, without the one that issued it.
  if (last.raw.equals(root.raw)) return true;
  return isValidAt(root, now) && isIssuedBy(last, root);
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function isValidAt({ validFrom, validTo }: X509Certificate, now: Time): boolean {
  return Date.parse(validFrom) <= now && now <= Date.parse(validTo);
}
