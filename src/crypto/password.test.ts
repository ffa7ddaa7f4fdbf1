import { hash as argon2 } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { hashPassword, passwordHasher, passwordHashIsCurrent, verifyPassword } from './index.ts';

describe('a hashed password', () => {
  it('is argon2id at the documented cost, salted', async () => {
    const [first, second] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(first).not.toBe(second);
    expect(passwordHashIsCurrent(first)).toBe(true);
  });

  it('matches its password and no other', async () => {
    const phc = await hashPassword('correct horse');
    expect(await verifyPassword('correct horse', phc)).toBe(true);
    for (const other of ['correct hors', 'correct horse ', ' correct horse', 'Correct horse', 'correcthorse']) {
      expect(await verifyPassword(other, phc)).toBe(false);
    }
  });

  it('counts to its last character: nothing is cut off (INP-06)', async () => {
    for (const length of [72, 255, 1023]) {
      const phc = await hashPassword(`${'a'.repeat(length)}b`);
      expect(await verifyPassword(`${'a'.repeat(length)}b`, phc)).toBe(true);
      expect(await verifyPassword(`${'a'.repeat(length)}c`, phc)).toBe(false);
      expect(await verifyPassword('a'.repeat(length), phc)).toBe(false);
    }
  });

  it('is one password however it was composed: NFC and NFD, emoji too (INP-06)', async () => {
    const password = 'Zürich señor 👩‍👩‍👧 한국어';
    expect(password.normalize('NFD')).not.toBe(password.normalize('NFC'));
    const phc = await hashPassword(password.normalize('NFD'));
    expect(await verifyPassword(password.normalize('NFC'), phc)).toBe(true);
    expect(await verifyPassword(password.normalize('NFD'), phc)).toBe(true);
    expect(await verifyPassword('Zurich senor 👩‍👩‍👧 한국어', phc)).toBe(false);
  });

  it('may have 1024 code points of any kind, spaces only as well', async () => {
    for (const password of ['😀'.repeat(1024), ' '.repeat(64), 'x']) {
      expect(await verifyPassword(password, await hashPassword(password))).toBe(true);
    }
  });

  it.each([
    ['empty', ''],
    ['longer than 1024 code points', 'a'.repeat(1025)],
    ['much longer', 'a'.repeat(1_000_000)],
    ['with a NUL', 'correct\0horse'],
    ['with half a surrogate pair', 'correct \ud83d horse'],
  ])('is not made of a text that is %s (INP-06)', async (_name, password) => {
    await expect(hashPassword(password)).rejects.toMatchObject({ code: 'invalid_parameters' });
    expect(await verifyPassword(password, await argon2(password))).toBe(false);
  });

  it('made at another cost still matches, and is known to be outdated', async () => {
    const phc = await argon2('correct horse', { memoryCost: 8192, timeCost: 1, parallelism: 1 });
    expect(await verifyPassword('correct horse', phc)).toBe(true);
    expect(passwordHashIsCurrent(phc)).toBe(false);
  });
});

describe('a user who does not exist (ENM-02)', () => {
  it('is answered no', async () => {
    expect(await verifyPassword('correct horse', undefined)).toBe(false);
  });

  it.each([undefined, 'not a hash'])('is not answered before the work is done: %j', async (phc) => {
    const order: string[] = [];
    // A thousandth of the memory and half of the passes: it comes first unless the other one skips its work.
    const cheap = argon2('x', { memoryCost: 16, timeCost: 1, parallelism: 1 }).then(() => order.push('cheap'));
    await Promise.all([cheap, verifyPassword('wrong horse', phc).then(() => order.push('unknown'))]);
    expect(order).toEqual(['cheap', 'unknown']);
  });

  it('takes the same turns of the hasher as one who does', async () => {
    const phc = await hashPassword('correct horse');
    const hasher = passwordHasher({ concurrency: 1 });
    const order: string[] = [];
    await Promise.all([
      hasher.verify('wrong', undefined).then(() => order.push('unknown')),
      hasher.verify('wrong', phc).then(() => order.push('known')),
      hasher.verify('wrong', undefined).then(() => order.push('unknown')),
    ]);
    expect(order).toEqual(['unknown', 'known', 'unknown']);
  });

  it.each(['', 'x', '$argon2id$', '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy'])(
    'is answered like one whose hash cannot be read: %j',
    async (phc) => {
      expect(await verifyPassword('correct horse', phc)).toBe(false);
    },
  );
});

describe('the hasher', () => {
  it('hashes and verifies', async () => {
    const hasher = passwordHasher();
    const phc = await hasher.hash('correct horse');
    expect(await hasher.verify('correct horse', phc)).toBe(true);
    expect(await hasher.verify('wrong horse', phc)).toBe(false);
  });

  it('refuses with a time to come back when too many wait, and serves those who do (DOS-01)', async () => {
    const hasher = passwordHasher({ concurrency: 2, waiting: 3 });
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => hasher.verify('wrong', undefined)));
    expect(all.map((each) => each.status)).toEqual([
      ...Array<string>(5).fill('fulfilled'),
      ...Array<string>(3).fill('rejected'),
    ]);
    for (const each of all.slice(5)) {
      const reason: unknown = each.status === 'rejected' ? each.reason : undefined;
      expect(reason).toBeInstanceOf(CountersignError);
      expect(reason).toMatchObject({ code: 'unavailable', retryAfter: 5 });
    }
    expect(await hasher.verify('wrong', undefined)).toBe(false);
  });

  it('lets 256 wait unless told otherwise', async () => {
    const hasher = passwordHasher();
    // Refused for their form, so that nothing is really hashed.
    const all = await Promise.allSettled(Array.from({ length: 258 }, () => hasher.verify('', undefined)));
    expect(all.filter((each) => each.status === 'rejected')).toHaveLength(1);
  });

  it('goes on after a refusal', async () => {
    const hasher = passwordHasher();
    await expect(hasher.hash('')).rejects.toMatchObject({ code: 'invalid_parameters' });
    const [refused, served] = await Promise.allSettled([hasher.hash('a\0'), hasher.verify('x', undefined)]);
    expect([refused.status, served.status]).toEqual(['rejected', 'fulfilled']);
  });
});
