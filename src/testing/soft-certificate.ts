import { createPublicKey, X509Certificate } from 'node:crypto';
import type { SoftKey } from './soft-key.ts';

export interface SoftCertificateOptions {
  /** The key that the certificate is about: of P-256. */
  key: SoftKey;
  /** Who vouches for it. Default: the key itself, for a root. */
  issuer?: { key: SoftKey; certificate: Uint8Array };
  commonName?: string;
  /** The make, for the certificate of an authenticator (WebAuthn §8.2.1). */
  aaguid?: string;
  /** 1 … 127. Default 1. */
  serial?: number;
  /** More extensions: the content of the identifier in hexadecimal, and the value (DER). */
  extensions?: readonly { id: string; value: Uint8Array }[];
}

/** A certificate of the maker of authenticators (DER): of the maker himself, or of one batch that he vouches for. */
export function makeSoftCertificate(options: SoftCertificateOptions): Uint8Array {
  const { key, issuer, commonName = 'Soft authenticator', aaguid, serial = 1, extensions = [] } = options;
  const subject = nameOf(commonName);
  const issuerName = issuer === undefined ? subject : nameIn(issuer.certificate);
  const signature = sequence(oid('2a8648ce3d040302')); // ecdsa-with-SHA256
  const validity = sequence(time('20200101000000Z'), time('21200101000000Z'));
  const spki = createPublicKey(key.privateKey).export({ format: 'der', type: 'spki' });
  const isAuthority = issuer === undefined;
  const constraints = extension('551d13', isAuthority ? sequence(tlv(0x01, Buffer.from([0xff]))) : sequence(), true);
  const make =
    aaguid === undefined
      ? []
      : [extension('2b0601040182e51c010104', tlv(0x04, Buffer.from(aaguid.replaceAll('-', ''), 'hex')), false)];
  const more = extensions.map(({ id, value }) => extension(id, value, false));
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.from([serial])),
    signature,
    issuerName,
    validity,
    subject,
    spki,
    tlv(0xa3, sequence(constraints, ...make, ...more)),
  );
  const signed = (issuer?.key ?? key).sign(body);
  return sequence(body, signature, tlv(0x03, Buffer.concat([Buffer.from([0]), signed])));
}

/** The same as PEM, for a configuration. */
export function pemOf(certificate: Uint8Array): string {
  return new X509Certificate(certificate).toString();
}

/** Country, organisation, unit and common name as WebAuthn §8.2.1 wants them. */
function nameOf(commonName: string): Buffer {
  const part = (type: string, tag: number, text: string) => tlv(0x31, sequence(oid(type), tlv(tag, Buffer.from(text))));
  return sequence(
    part('550406', 0x13, 'XX'),
    part('55040a', 0x0c, 'Example'),
    part('55040b', 0x0c, 'Authenticator Attestation'),
    part('550403', 0x0c, commonName),
  );
}

/** The name of the subject of a certificate that was made here: the sixth element of its body. */
function nameIn(certificate: Uint8Array): Buffer {
  const body = elementsOf(contentOf(Buffer.from(certificate)))[0] ?? Buffer.alloc(0);
  return elementsOf(contentOf(body))[5] ?? Buffer.alloc(0);
}

function elementsOf(content: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  for (let start = 0; start < content.length;) {
    const rest = content.subarray(start);
    const whole = rest.subarray(0, rest.length - contentTail(rest));
    elements.push(whole);
    start += whole.length;
  }
  return elements;
}

function contentOf(element: Buffer): Buffer {
  const first = element[1] ?? 0;
  return element.subarray(2 + (first < 0x80 ? 0 : first - 0x80));
}

/** How many bytes come after the first element. */
function contentTail(bytes: Buffer): number {
  const first = bytes[1] ?? 0;
  const digits = first < 0x80 ? 0 : first - 0x80;
  const length = digits === 0 ? first : bytes.readUIntBE(2, digits);
  return bytes.length - 2 - digits - length;
}

function extension(id: string, value: Uint8Array, critical: boolean): Buffer {
  return sequence(oid(id), ...(critical ? [tlv(0x01, Buffer.from([0xff]))] : []), tlv(0x04, value));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'));
}

function time(text: string): Buffer {
  return tlv(0x18, Buffer.from(text));
}

function sequence(...elements: Uint8Array[]): Buffer {
  return tlv(0x30, Buffer.concat(elements));
}

/** One element of DER (X.690): tag, length, content. */
function tlv(tag: number, content: Uint8Array): Buffer {
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
