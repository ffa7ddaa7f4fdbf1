import { createHmac, hkdfSync, verify } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountersignError } from '../core/errors.ts';
import { systemRandom } from '../core/random.ts';
import { createKeyFile, type KeyFile, keyRing, parseKeyFile, retireSealingKey, rotateSealingKey } from './index.ts';
import { refusalOf } from '../core/refusal.fixture.ts';
import { seededRandom } from './seeded-random.fixture.ts';

const now = Date.UTC(2026, 0, 31, 12);
const file = createKeyFile(seededRandom('key ring'), now);
const ring = keyRing(file);

function twoKeys(): KeyFile {
  return structuredClone(rotateSealingKey(file, seededRandom('second'), now));
}

describe('a new key file', () => {
  it('survives being written and parsed', () => {
    expect(parseKeyFile(JSON.stringify(file))).toEqual(file);
    expect(file.sealing).toEqual([{ id: file.active, key: expect.any(String), createdAt: '2026-01-31T12:00:00.000Z' }]);
  });

  it('has keys that are all different, from file to file as well', () => {
    const other = createKeyFile(systemRandom, now);
    const keys = [file, other].flatMap((each) => [each.sealing[0]!.key, each.hashing, each.auditSigning, each.active]);
    expect(new Set(keys).size).toBe(8);
  });

  it('makes the Ed25519 key from its seed (RFC 8032 §7.1, test 1)', () => {
    const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
    const made = keyRing(createKeyFile({ bytes: (length) => seed.subarray(0, length) }, now));
    const publicKey = Buffer.from(made.auditPublicKey.split('\n')[1]!, 'base64').subarray(-32);
    expect(publicKey.toString('hex')).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
    expect(Buffer.from(made.signAudit(Buffer.alloc(0))).toString('hex')).toBe(
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    );
  });
});

describe('rotating and retiring sealing keys (SEC-04)', () => {
  it('adds a key that becomes active, and leaves the given file alone', () => {
    const before = structuredClone(file);
    const rotated = rotateSealingKey(file, systemRandom, now + 1000);
    expect(file).toEqual(before);
    expect(rotated.sealing.map((entry) => entry.id)).toEqual([file.active, rotated.active]);
    expect(rotated.active).not.toBe(file.active);
    expect(keyRing(parseKeyFile(JSON.stringify(rotated))).sealingKeyIds).toEqual([file.active, rotated.active]);
  });

  it('keeps everything else: hashes, tickets, the audit key and the fingerprint', () => {
    const rotated = keyRing(rotateSealingKey(file, systemRandom, now));
    expect(rotated.hash('code', '123456')).toBe(ring.hash('code', '123456'));
    expect(rotated.ticketKey().equals(ring.ticketKey())).toBe(true);
    expect(rotated.auditPublicKey).toBe(ring.auditPublicKey);
    expect(rotated.fingerprint()).toBe(ring.fingerprint());
  });

  it('retires an old key, and never the active one', () => {
    const rotated = rotateSealingKey(file, systemRandom, now);
    const retired = retireSealingKey(rotated, file.active);
    expect(retired.sealing.map((entry) => entry.id)).toEqual([rotated.active]);
    expect(keyRing(retired).sealingKey(file.active)).toBeUndefined();
    expect(refusalOf(() => retireSealingKey(rotated, rotated.active)).code).toBe('conflict');
    expect(refusalOf(() => retireSealingKey(rotated, 'knever')).code).toBe('not_found');
  });

  it('refuses a source of randomness that repeats itself', () => {
    const broken = { bytes: (length: number) => new Uint8Array(length) };
    expect(refusalOf(() => rotateSealingKey(createKeyFile(broken, now), broken, now)).code).toBe('internal');
  });
});

describe('keyed hashes', () => {
  it('are HMAC-SHA-256 under a key that HKDF derives for the purpose', () => {
    const key = Buffer.from(hkdfSync('sha256', Buffer.from(file.hashing, 'base64'), '', 'countersign:hash:code', 32));
    expect(ring.hash('code', '123456')).toBe(createHmac('sha256', key).update('123456').digest('base64url'));
    expect(ring.hash('code', '123456')).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('differ between purposes, texts and installations', () => {
    const other = keyRing(createKeyFile(systemRandom, now));
    const digests = [ring, other].flatMap((each) =>
      ['code', 'recovery-code', 'ticket', 'fingerprint', ''].flatMap((purpose) =>
        ['123456', '1234567', ''].map((text) => each.hash(purpose, text)),
      ),
    );
    expect(new Set(digests).size).toBe(30);
  });

  it('match their text and purpose and nothing else (SEC-07)', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (purpose, text, other) => {
        const digest = ring.hash(purpose, text);
        expect(ring.hashMatches(purpose, text, digest)).toBe(true);
        expect(ring.hashMatches(purpose, other, digest)).toBe(other === text);
        expect(ring.hashMatches(other, text, digest)).toBe(other === purpose);
      }),
    );
  });

  it('do not match a digest that was cut, prolonged or spelled otherwise', () => {
    const digest = ring.hash('code', '123456');
    for (let length = 0; length < digest.length; length += 1) {
      expect(ring.hashMatches('code', '123456', digest.slice(0, length))).toBe(false);
    }
    expect(ring.hashMatches('code', '123456', `${digest}=`)).toBe(false);
    expect(ring.hashMatches('code', '123456', `${digest}A`)).toBe(false);
  });
});

describe('the audit key', () => {
  it('signs what its public key verifies, and nothing altered', () => {
    const bytes = Buffer.from('row 1');
    const signature = ring.signAudit(bytes);
    expect(verify(null, bytes, ring.auditPublicKey, signature)).toBe(true);
    expect(verify(null, Buffer.from('row 2'), ring.auditPublicKey, signature)).toBe(false);
    expect(ring.auditPublicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  });
});

describe('the fingerprint', () => {
  it('changes with the hashing key and with the audit key', () => {
    const other = createKeyFile(systemRandom, now);
    const prints = [
      ring.fingerprint(),
      keyRing({ ...file, hashing: other.hashing }).fingerprint(),
      keyRing({ ...file, auditSigning: other.auditSigning }).fingerprint(),
    ];
    expect(new Set(prints).size).toBe(3);
    expect(keyRing(structuredClone(file)).fingerprint()).toBe(ring.fingerprint());
  });
});

describe('parsing a key file', () => {
  const stray = Buffer.alloc(32, 0x5e).toString('base64');
  const cases: [string, (keys: KeyFile) => unknown, string][] = [
    ['another version', (keys) => ({ ...keys, version: 2 }), 'version'],
    ['no sealing key', (keys) => ({ ...keys, sealing: [] }), 'sealing'],
    ['a short key', (keys) => ({ ...keys, hashing: stray.slice(4) }), 'hashing'],
    ['a long key', (keys) => ({ ...keys, hashing: `AAAA${stray}` }), 'hashing'],
    ['a key with foreign characters', (keys) => ({ ...keys, hashing: `${stray}\n` }), 'hashing'],
    ['a key that is no text', (keys) => ({ ...keys, hashing: [stray] }), 'hashing'],
    ['a missing key', (keys) => ({ ...keys, hashing: undefined }), 'hashing'],
    ['an active id without a key', (keys) => ({ ...keys, active: stray }), 'active'],
    ['an audit key that is none', (keys) => ({ ...keys, auditSigning: stray }), 'auditSigning'],
    ['an id with a dot', (keys) => ({ ...keys, sealing: [{ ...keys.sealing[0], id: `a.${stray}` }] }), 'sealing.0.id'],
    ['two equal ids', (keys) => ({ ...keys, sealing: [keys.sealing[1], keys.sealing[1]] }), 'sealing'],
    ['a time that is none', (keys) => ({ ...keys, sealing: [{ ...keys.sealing[1], createdAt: stray }] }), 'createdAt'],
    ['a key as a stray field', (keys) => ({ ...keys, [stray]: stray }), 'the top level'],
    ['a list', (keys) => [keys], 'the top level'],
  ];

  it.each(cases)('names the field and never the content: %s (SEC-09)', (_name, alter, field) => {
    const keys = twoKeys();
    const error = refusalOf(() => parseKeyFile(JSON.stringify(alter(keys))));
    expect(error.code).toBe('misconfigured');
    expect(error.detail).toContain(field);
    expectNoKey(error, keys);
  });

  it('does not quote a text that is not JSON (SEC-09)', () => {
    const keys = twoKeys();
    const text = JSON.stringify(keys);
    for (const broken of ['', keys.hashing, text.slice(0, -1), text.replace('"hashing":"', '"hashing":'), `${text}x`]) {
      const error = refusalOf(() => parseKeyFile(broken));
      expect(error.code).toBe('misconfigured');
      expectNoKey(error, keys);
    }
  });

  function expectNoKey(error: CountersignError, keys: KeyFile): void {
    const said = [error.message, error.detail, JSON.stringify(error.issues), error.stack, String(error.cause)].join(
      '\n',
    );
    for (const secret of [stray, keys.hashing, keys.auditSigning, ...keys.sealing.map((entry) => entry.key)]) {
      // Any ten characters of a key would be a leak.
      for (let start = 0; start + 10 <= secret.length; start += 1) {
        expect(said).not.toContain(secret.slice(start, start + 10));
      }
    }
  }
});
