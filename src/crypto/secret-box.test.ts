import { createDecipheriv } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountersignError } from '../core/errors.ts';
import { systemRandom } from '../core/random.ts';
import {
  createKeyFile,
  keyRing,
  open,
  reseal,
  retireSealingKey,
  rotateSealingKey,
  seal,
  sealedKeyId,
  type SealedPlace,
} from './index.ts';
import { refusalOf } from '../core/refusal.fixture.ts';
import { seededRandom } from './seeded-random.fixture.ts';

const file = createKeyFile(seededRandom('secret box'), 0);
const ring = keyRing(file);
const place: SealedPlace = { tenant: 'tnt_a', table: 'devices', column: 'secret', row: 'dev_1' };
const secret = 'JBSWY3DPEHPK3PXP';

function expectClosed(run: () => unknown): CountersignError {
  const error = refusalOf(run);
  expect(error.code).toBe('sealed_value_invalid');
  expect(`${error.detail}${error.message}${error.stack}${String(error.cause)}`).not.toContain(secret);
  return error;
}

describe('a sealed value', () => {
  it('opens where it was sealed', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, text, text, text, (plaintext, tenant, table, column, row) => {
        const place = { tenant, table, column, row };
        expect(open(ring, place, seal(ring, place, plaintext, systemRandom))).toBe(plaintext);
      }),
    );
  });

  it('shows its key id and nothing of the secret (SEC-01)', () => {
    const sealed = seal(ring, place, secret, systemRandom);
    expect(sealed).toMatch(/^v1\.k[0-9a-z]{8}\.[A-Za-z0-9_-]+$/);
    expect(sealedKeyId(sealed)).toBe(file.active);
    for (const encoding of ['utf8', 'base64url', 'hex'] as const) {
      expect(sealed).not.toContain(Buffer.from(secret).toString(encoding));
    }
  });

  it('is different each time, for the nonce is', () => {
    const sealed = Array.from({ length: 1000 }, () => seal(ring, place, secret, systemRandom));
    const nonces = sealed.map((each) => each.split('.')[2]!.slice(0, 16));
    expect(new Set(nonces).size).toBe(1000);
  });

  it('is AES-256-GCM as documented, so that other programs and later versions can open it', () => {
    // What the first release wrote must open for ever.
    const sealed = 'v1.k1.0AR54ZcwPFj2Ye2h5cHNCOsWalRtx8hZJ6lInLWUuuihyd-cYvSRbXwvZfQ';
    const key = Buffer.alloc(32, 1);
    const sealing = [{ id: 'k1', key: key.toString('base64'), createdAt: '2026-01-31T12:00:00Z' }];
    expect(open(keyRing({ ...file, sealing, active: 'k1' }), place, sealed)).toBe(secret);

    const bytes = Buffer.from(sealed.split('.')[2]!, 'base64url');
    const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
    const parts = ['v1', 'k1', 'tnt_a', 'devices', 'secret', 'dev_1'];
    cipher.setAAD(Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, 0, part.length]), Buffer.from(part)])));
    cipher.setAuthTag(bytes.subarray(-16));
    expect(Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()]).toString()).toBe(secret);
  });
});

describe('a sealed value that was moved (SEC-02)', () => {
  const sealed = seal(ring, place, secret, systemRandom);

  it.each(['tenant', 'table', 'column', 'row'] as const)('does not open in another %s', (part) => {
    for (const other of ['', `${place[part]}x`, place[part].slice(0, -1), place[part].toUpperCase()]) {
      expectClosed(() => open(ring, { ...place, [part]: other }, sealed));
    }
  });

  it('does not open where the parts of the place only join to the same text', () => {
    const parts = fc.tuple(fc.string(), fc.string(), fc.string(), fc.string());
    const split = fc.nat({ max: 20 });
    fc.assert(
      fc.property(parts, split, split, split, (parts, ...cuts) => {
        const text = parts.join('');
        const [a, b, c] = cuts.map((cut) => Math.min(cut, text.length)).sort((x, y) => x - y) as [
          number,
          number,
          number,
        ];
        const moved = [text.slice(0, a), text.slice(a, b), text.slice(b, c), text.slice(c)];
        fc.pre(moved.some((part, index) => part !== parts[index]));
        expectClosed(() => open(ring, toPlace(moved), seal(ring, toPlace(parts), secret, systemRandom)));
      }),
    );
  });

  it('does not open under the id of another key', () => {
    const rotated = rotateSealingKey(file, systemRandom, 0);
    const both = keyRing(rotated);
    expect(open(both, place, sealed)).toBe(secret);
    expectClosed(() => open(both, place, sealed.replace(file.active, rotated.active)));
    // The same key under another name is another key: the id is bound too.
    const renamed = { ...file, active: 'other', sealing: [{ ...file.sealing[0]!, id: 'other' }] };
    expectClosed(() => open(keyRing(renamed), place, sealed.replace(file.active, 'other')));
  });
});

describe('a sealed value that was altered', () => {
  const sealed = seal(ring, place, secret, systemRandom);
  const body = sealed.split('.')[2]!;

  it('does not open when any one character is cut, dropped, doubled or changed', () => {
    for (let index = 0; index < sealed.length; index += 1) {
      expectClosed(() => open(ring, place, sealed.slice(0, index)));
      expectClosed(() => open(ring, place, sealed.slice(index + 1)));
      expectClosed(() => open(ring, place, sealed.slice(0, index) + sealed.slice(index + 1)));
      expectClosed(() => open(ring, place, sealed.slice(0, index) + sealed.charAt(index) + sealed.slice(index)));
      const other = sealed.charAt(index) === 'A' ? 'B' : 'A';
      expectClosed(() => open(ring, place, sealed.slice(0, index) + other + sealed.slice(index + 1)));
    }
  });

  it('does not open when any one bit is flipped', () => {
    const bytes = Buffer.from(body, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expectClosed(() => open(ring, place, `v1.${file.active}.${flipped.toString('base64url')}`));
    }
  });

  it('has one spelling only: no padding, no foreign characters, no stray bits at the end (RND-06)', () => {
    const odd = seal(ring, place, secret, systemRandom);
    expect(odd.split('.')[2]!.length % 4).not.toBe(0);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const next = alphabet[alphabet.indexOf(odd.at(-1)!) + 1]!;
    for (const text of [
      `${odd}=`,
      `${odd}\n`,
      ` ${odd}`,
      `${odd}.`,
      odd.slice(0, -1) + next,
      odd.replace('v1.', 'v1..'),
    ]) {
      expectClosed(() => open(ring, place, text));
    }
  });

  it('does not open when it never was one', () => {
    for (const text of [
      '',
      '.',
      '..',
      'v1',
      'v1..',
      secret,
      `v1.${file.active}.`,
      `v1.${file.active}.AAAA`,
      `v2${sealed.slice(2)}`,
    ]) {
      expectClosed(() => open(ring, place, text));
      expect(sealedKeyId(text)).toBeUndefined();
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void expectClosed(() => open(ring, place, text))));
  });
});

describe('a sealed value when keys change (SEC-04)', () => {
  const sealed = seal(ring, place, secret, systemRandom);
  const rotatedFile = rotateSealingKey(file, systemRandom, 0);
  const rotated = keyRing(rotatedFile);

  it('opens after a rotation, and new ones take the new key', () => {
    expect(open(rotated, place, sealed)).toBe(secret);
    expect(sealedKeyId(seal(rotated, place, secret, systemRandom))).toBe(rotatedFile.active);
  });

  it('is resealed under the active key, once', () => {
    const again = reseal(rotated, place, sealed, systemRandom);
    expect(sealedKeyId(again)).toBe(rotatedFile.active);
    expect(open(rotated, place, again)).toBe(secret);
    expect(reseal(rotated, place, again, systemRandom)).toBe(again);
    expectClosed(() => reseal(rotated, { ...place, row: 'dev_2' }, again, systemRandom));
  });

  it('fails closed when its key was retired, and says which key is missing and where', () => {
    const retired = keyRing(retireSealingKey(rotatedFile, file.active));
    const error = expectClosed(() => open(retired, place, sealed));
    expect(error.detail).toContain(file.active);
    expect(error.detail).toContain('devices.secret of dev_1');
    expect(open(retired, place, reseal(rotated, place, sealed, systemRandom))).toBe(secret);
  });

  it('does not open with the keys of another installation', () => {
    expectClosed(() => open(keyRing(createKeyFile(systemRandom, 0)), place, sealed));
  });
});

function toPlace(parts: readonly string[]): SealedPlace {
  const [tenant = '', table = '', column = '', row = ''] = parts;
  return { tenant, table, column, row };
}
