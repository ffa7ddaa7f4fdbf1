import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import { type Random, randomText } from '../core/random.ts';
import { equalText } from './constant-time.ts';
import { p256Key, p256SigningKey } from './p256-key.ts';

/** The keys at work. Made once at the start by {@link keyRing}; it never gives a key away in a form that can be logged. */
export interface KeyRing {
  /** The id of the key that seals new values. */
  readonly activeKeyId: string;
  /** A key that opens sealed values; undefined when it was retired or belongs to another installation. */
  sealingKey(keyId: string): KeyObject | undefined;
  readonly sealingKeyIds: readonly string[];
  /**
   * HMAC-SHA-256 in base64url, 43 characters, for secrets too short to be hashed without a key (codes, recovery codes)
   * and for look-ups by a private value. Each purpose has a key of its own, so digests of two purposes never meet.
   */
  hash(purpose: string, text: string): string;
  /** Whether `digest` is the hash of `text` for this purpose. Constant time. */
  hashMatches(purpose: string, text: string, digest: string): boolean;
  /** An Ed25519 private key (RFC 8032) that signs for one purpose what others verify with its public half. */
  signingKey(purpose: string): KeyObject;
  /** The key of sealed tickets (`sealTicket`). */
  ticketKey(): KeyObject;
  /** The key pair by which push services know this installation (RFC 8292): the same on every node, and for as long as the hashing key is. */
  pushKey(): PushKey;
  /** The Ed25519 public key that verifies the audit trail, as PEM (SPKI, RFC 8410 §4). */
  readonly auditPublicKey: string;
  /** Ed25519 (RFC 8032), 64 bytes. */
  signAudit(bytes: Uint8Array): Uint8Array;
  /**
   * 22 characters that are the same for as long as the hashing and audit keys are: kept in the database, they tell when a
   * key file belongs to another one. They say nothing about the keys. Rotating sealing keys does not change them.
   */
  fingerprint(): string;
}

/** The key by which push services know this installation. */
export interface PushKey {
  /** Signs with ES256. */
  signing: KeyObject;
  /** As browsers take it for `applicationServerKey`: a point of 65 bytes in base64url. */
  publicKey: string;
}

/** What is kept of the keys: the content of the key file. Everything in it is secret except ids and times. */
export interface KeyFile {
  version: 1;
  /** Keys that seal values in the database: 32 bytes in base64. `createdAt` is ISO 8601. */
  sealing: { id: string; key: string; createdAt: string }[];
  /** The id of the sealing key that seals new values; the others only open. */
  active: string;
  /** The root of keyed hashes and tickets: 32 bytes in base64. It cannot be rotated without voiding them. */
  hashing: string;
  /** The Ed25519 private key of the audit trail: PKCS #8 in base64. */
  auditSigning: string;
}

/** RFC 8410 §7: everything of an Ed25519 PKCS #8 structure that stands before the 32 bytes of the seed. */
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** New keys for a new installation. */
export function createKeyFile(random: Random, now: number): KeyFile {
  const first = newSealingKey(random, now);
  return {
    version: 1,
    sealing: [first],
    active: first.id,
    hashing: newKey(random),
    auditSigning: Buffer.concat([ed25519Prefix, random.bytes(32)]).toString('base64'),
  };
}

/** Adds a sealing key and makes it the active one. The old ones stay, to open what they sealed. */
export function rotateSealingKey(file: KeyFile, random: Random, now: number): KeyFile {
  const added = newSealingKey(random, now);
  if (file.sealing.some((entry) => entry.id === added.id)) {
    throw new CountersignError('internal', { detail: 'the source of randomness repeats itself' });
  }
  return { ...file, sealing: [...file.sealing, added], active: added.id };
}

/**
 * Removes a sealing key. What is still sealed with it cannot be opened any more, so reseal first.
 *
 * @throws `conflict` for the active key, `not_found` for an unknown one
 */
export function retireSealingKey(file: KeyFile, keyId: string): KeyFile {
  if (keyId === file.active) {
    throw new CountersignError('conflict', { detail: 'the active sealing key cannot be retired; rotate first' });
  }
  const sealing = file.sealing.filter((entry) => entry.id !== keyId);
  if (sealing.length === file.sealing.length) {
    throw new CountersignError('not_found', { detail: 'no sealing key has this id' });
  }
  return { ...file, sealing };
}

/**
 * Reads the text of a key file.
 *
 * @throws `misconfigured`, which names the fields that are wrong and never what stands in them
 */
export function parseKeyFile(text: string): KeyFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new CountersignError('misconfigured', { detail: 'the key file is not JSON' });
  }
  const result = keyFileSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    // The name of a stray field may itself be a key that slipped.
    message: issue.code === 'unrecognized_keys' ? 'has a field that does not belong there' : issue.message,
  }));
  const list = issues.map((issue) => `${issue.path || 'the top level'}: ${issue.message}`).join('; ');
  throw new CountersignError('misconfigured', { detail: `the key file is not valid: ${list}`, issues });
}

/** Makes the keys of a valid key file usable. */
export function keyRing(file: KeyFile): KeyRing {
  const sealing = new Map(file.sealing.map((entry) => [entry.id, secretKey(Buffer.from(entry.key, 'base64'))]));
  if (!sealing.has(file.active)) throw new CountersignError('misconfigured', { detail: 'active: no key has this id' });
  const root = secretKey(Buffer.from(file.hashing, 'base64'));
  const auditKey = readAuditKey(file.auditSigning);
  const auditPublicKey = createPublicKey(auditKey).export({ type: 'spki', format: 'pem' }).toString();

  const derive = (info: string): KeyObject =>
    secretKey(Buffer.from(hkdfSync('sha256', root, '', `countersign:${info}`, 32)));
  const deriveSigningKey = (purpose: string): KeyObject => {
    const seed = Buffer.from(hkdfSync('sha256', root, '', `countersign:signing:${purpose}`, 32));
    return createPrivateKey({ key: Buffer.concat([ed25519Prefix, seed]), format: 'der', type: 'pkcs8' });
  };
  const ticketKey = derive('ticket');
  const pushPair = p256Key(Buffer.from(hkdfSync('sha256', root, '', 'countersign:push', 48)));
  const pushKey = { signing: p256SigningKey(pushPair), publicKey: pushPair.publicKey.toString('base64url') };
  const fingerprint = keyedHash(derive('fingerprint'), auditPublicKey).slice(0, 22);
  // Purposes are words of the source code, so the map stays small.
  const hashKeys = new Map<string, KeyObject>();
  const signingKeys = new Map<string, KeyObject>();
  const hash = (purpose: string, text: string): string => {
    let key = hashKeys.get(purpose);
    if (key === undefined) {
      key = derive(`hash:${purpose}`);
      hashKeys.set(purpose, key);
    }
    return keyedHash(key, text);
  };

  return {
    activeKeyId: file.active,
    sealingKeyIds: [...sealing.keys()],
    sealingKey: (keyId) => sealing.get(keyId),
    hash,
    hashMatches: (purpose, text, digest) => equalText(hash(purpose, text), digest),
    signingKey: (purpose) => {
      const key = signingKeys.get(purpose) ?? deriveSigningKey(purpose);
      signingKeys.set(purpose, key);
      return key;
    },
    ticketKey: () => ticketKey,
    pushKey: () => pushKey,
    auditPublicKey,
    signAudit: (bytes) => sign(null, bytes, auditKey),
    fingerprint: () => fingerprint,
  };
}

const key32 = z.string().refine((text) => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === text;
}, 'must be 32 bytes in base64');

const keyFileSchema = z
  .strictObject({
    version: z.literal(1),
    sealing: z
      .array(
        z.strictObject({
          // A dot would end the id inside a sealed value.
          id: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, - or _'),
          key: key32,
          createdAt: z.iso.datetime('must be a time such as 2026-01-31T12:00:00Z'),
        }),
      )
      .min(1, 'must have at least one key'),
    active: z.string(),
    hashing: key32,
    auditSigning: z.string().refine(isAuditKey, 'must be an Ed25519 private key, PKCS #8 in base64'),
  })
  .refine((file) => new Set(file.sealing.map((entry) => entry.id)).size === file.sealing.length, {
    path: ['sealing'],
    message: 'has two keys with the same id',
  })
  .refine((file) => file.sealing.some((entry) => entry.id === file.active), {
    path: ['active'],
    message: 'must be the id of a sealing key',
  }) satisfies z.ZodType<KeyFile>;

function newKey(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64');
}

function newSealingKey(random: Random, now: number): KeyFile['sealing'][number] {
  const id = `k${randomText(random, 8, '0123456789abcdefghjkmnpqrstvwxyz')}`;
  return { id, key: newKey(random), createdAt: new Date(now).toISOString() };
}

function secretKey(bytes: Buffer): KeyObject {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function readAuditKey(text: string): KeyObject {
  return createPrivateKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'pkcs8' });
}

function isAuditKey(text: string): boolean {
  try {
    return readAuditKey(text).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

function keyedHash(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
