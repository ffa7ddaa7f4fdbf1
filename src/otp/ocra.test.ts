import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/rfc6287-ocra.json' with { type: 'json' };
import { ocra, type OcraOptions, parseOcraSuite } from './index.ts';

const secret = Buffer.from('12345678901234567890');

interface Row {
  suite: string;
  key_hex: string;
  q: string;
  c?: number;
  p?: string;
  t?: number;
  ocra: string;
}

describe('ocra', () => {
  test.each(vectors.vectors as Row[])('computes RFC 6287 Appendix C: $suite, question $q, counter $c', (row) => {
    const options: OcraOptions = {
      suite: row.suite,
      secret: Buffer.from(row.key_hex, 'hex'),
      question: row.q,
      counter: row.c,
      pin: row.p,
      // The vectors count minutes.
      time: row.t === undefined ? undefined : row.t * 60_000 + 59_999,
    };
    expect(ocra(options)).toBe(row.ocra);
  });

  test('puts counter, question, PIN, session and time into the hash in this order', () => {
    const suite = 'OCRA-1:HOTP-SHA1-10:C-QH08-PSHA256-S004-T30S';
    const input = Buffer.concat([
      Buffer.from(`${suite}\0`),
      Buffer.from('00000000000000ff', 'hex'),
      Buffer.from('abc'.padEnd(256, '0'), 'hex'),
      createHash('sha256').update('1234').digest(),
      Buffer.from('00000102', 'hex'),
      Buffer.from('0000000000000003', 'hex'),
    ]);
    const mac = createHmac('sha1', secret).update(input).digest();
    const expected = String(mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff).padStart(10, '0');
    const session = Uint8Array.of(1, 2);
    expect(ocra({ suite, secret, question: 'abc', counter: 255n, pin: '1234', session, time: 90_000 })).toBe(expected);
  });

  test.each([
    ['a missing counter', { suite: 'OCRA-1:HOTP-SHA1-6:C-QN08' }],
    ['a missing PIN', { suite: 'OCRA-1:HOTP-SHA1-6:QN08-PSHA1' }],
    ['a missing session', { suite: 'OCRA-1:HOTP-SHA1-6:QN08-S064' }],
    ['a missing time', { suite: 'OCRA-1:HOTP-SHA1-6:QN08-T1M' }],
    ['a PIN that would not count', { pin: '1234' }],
    ['a counter that would not count', { counter: 1 }],
    ['a letter in a decimal question', { question: '1234567a' }],
    ['an empty question', { question: '' }],
    ['a question longer than two', { question: '12345678901234567' }],
    ['a session that does not fit', { suite: 'OCRA-1:HOTP-SHA1-6:QN08-S001', session: Uint8Array.of(1, 2) }],
    ['a negative counter', { suite: 'OCRA-1:HOTP-SHA1-6:C-QN08', counter: -1n }],
    ['a counter beyond 64 bits', { suite: 'OCRA-1:HOTP-SHA1-6:C-QN08', counter: 2n ** 64n }],
    ['a time that is none', { suite: 'OCRA-1:HOTP-SHA1-6:QN08-T1M', time: Number.NaN }],
    ['an empty secret', { secret: new Uint8Array(0) }],
  ])('refuses %s', (_, options) => {
    expect(() => ocra({ suite: 'OCRA-1:HOTP-SHA1-6:QN08', secret, question: '12345678', ...options })).toThrow(
      CountersignError,
    );
  });
});

describe('parseOcraSuite', () => {
  test('reads every part', () => {
    expect(parseOcraSuite('OCRA-1:HOTP-SHA512-8:C-QA10-PSHA256-S128-T48H')).toEqual({
      text: 'OCRA-1:HOTP-SHA512-8:C-QA10-PSHA256-S128-T48H',
      algorithm: 'SHA512',
      digits: 8,
      counter: true,
      question: { format: 'A', maxLength: 10 },
      pin: 'SHA256',
      session: 128,
      period: 172_800,
    });
  });

  test.each([
    '',
    'OCRA-2:HOTP-SHA1-6:QN08',
    'OCRA-1:TOTP-SHA1-6:QN08',
    'OCRA-1:HOTP-MD5-6:QN08',
    'OCRA-1:HOTP-SHA1-3:QN08',
    'OCRA-1:HOTP-SHA1-0:QN08',
    'OCRA-1:HOTP-SHA1-11:QN08',
    'OCRA-1:HOTP-SHA1-6:C',
    'OCRA-1:HOTP-SHA1-6:QN03',
    'OCRA-1:HOTP-SHA1-6:QN65',
    'OCRA-1:HOTP-SHA1-6:QX08',
    'OCRA-1:HOTP-SHA1-6:QN08-C',
    'OCRA-1:HOTP-SHA1-6:QN08-T0M',
    'OCRA-1:HOTP-SHA1-6:QN08-T60S',
    'OCRA-1:HOTP-SHA1-6:QN08-T49H',
    'OCRA-1:HOTP-SHA1-6:QN08-S513',
    'OCRA-1:HOTP-SHA1-6:QN08-T1M-PSHA1',
    'ocra-1:hotp-sha1-6:qn08',
    'OCRA-1:HOTP-SHA1-6:QN08\n',
  ])('refuses %j', (text) => {
    expect(() => parseOcraSuite(text)).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  });
});
