import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';

/** PEM texts of a certificate chain and its key. */
export interface Certificate {
  cert: string;
  key: string;
}

const day = 24 * 60 * 60 * 1000;
/** The longest life that the certificate checks of current operating systems accept. */
const lifeDays = 825;
/** A certificate that has less than this left is made anew at the start. */
const renewalDays = 30;

/**
 * The certificate of this server, made by itself: read from `folder`, or made there on the first start, and again shortly
 * before it runs out. `names` are host names and addresses under which the server is reached.
 */
export async function ownCertificate(folder: string, names: readonly string[], clock: Clock): Promise<Certificate> {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  const kept = readCertificate(files);
  if (kept !== undefined && Date.parse(new X509Certificate(kept.cert).validTo) - clock.now() > renewalDays * day) {
    return kept;
  }
  const made = await makeCertificate(names, clock);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(files.key, made.key, { mode: 0o600 });
  writeFileSync(files.cert, made.cert, { mode: 0o600 });
  return made;
}

/** The SHA-256 fingerprint of the first certificate, as browsers and `openssl x509 -fingerprint -sha256` show it. */
export function fingerprintOf(cert: string): string {
  return new X509Certificate(cert).fingerprint256;
}

/** Names and addresses of this machine, for a listener on `host`. */
export function namesOfMachine(host: string, publicUrl: string | undefined): string[] {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map(({ address }) => address.replace(/%.*$/, ''));
  const published = publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')];
  const bound = host === '0.0.0.0' || host === '::' ? [] : [host];
  return [...new Set([...published, ...bound, 'localhost', hostname(), '127.0.0.1', '::1', ...addresses])];
}

async function makeCertificate(names: readonly string[], clock: Clock): Promise<Certificate> {
  const now = clock.now();
  // It takes longer to load than the rest of a start, and most starts make no certificate.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: names.find((name) => name.length <= 64) ?? 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A client whose clock is a little behind must not find it in the future.
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + (lifeDays - 1) * day),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

function readCertificate(files: { cert: string; key: string }): Certificate | undefined {
  try {
    return { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
