import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/otpauth-migration.json' with { type: 'json' };
import { decodeBase32, decodeOtpauthMigration } from './index.ts';

const payload = Buffer.from(vectors.payload_hex, 'hex');
const uriOf = (bytes: Uint8Array) =>
  `otpauth-migration://offline?data=${encodeURIComponent(Buffer.from(bytes).toString('base64'))}`;

/** An export of one entry, made field by field; later fields replace earlier ones of the same number. */
function exportOf(changes: Record<number, Buffer> = {}): string {
  const fields: Record<number, Buffer> = {
    1: Buffer.from(`0a14${'31'.repeat(20)}`, 'hex'),
    2: Buffer.from('1203626f62', 'hex'),
    4: Buffer.from('2001', 'hex'),
    5: Buffer.from('2801', 'hex'),
    6: Buffer.from('3002', 'hex'),
    ...changes,
  };
  const entry = Buffer.concat(Object.values(fields));
  return uriOf(Buffer.concat([Buffer.from([0x0a, entry.length]), entry]));
}

const bytes = (hex: string) => Buffer.from(hex, 'hex');

describe('decodeOtpauthMigration', () => {
  test('reads every entry of the sample export and its place in the batch', () => {
    const { keys, batch } = decodeOtpauthMigration(vectors.uri);
    expect(batch).toEqual(vectors.batch);
    expect(keys).toEqual(
      vectors.decoded.map(({ secret_base32, name, issuer, algorithm, digits, type, counter }) => ({
        type: type.toLowerCase(),
        secret: decodeBase32(secret_base32),
        issuer,
        account: name.replace('Example:', ''),
        algorithm,
        digits,
        ...(type === 'TOTP' ? { period: 30 } : { counter }),
      })),
    );
  });

  test('takes an absent counter as 0 and a negative batch id as it is, as proto3 writes them', () => {
    const { keys } = decodeOtpauthMigration(exportOf({ 6: bytes('3001') }));
    expect(keys).toMatchObject([{ type: 'hotp', counter: 0, account: 'bob', issuer: '' }]);
    const negative = Buffer.concat([payload.subarray(0, -4), bytes('28ffffffffffffffffff01')]);
    expect(decodeOtpauthMigration(uriOf(negative)).batch.id).toBe(-1);
  });

  test('passes over fields it does not know', () => {
    const unknown = bytes('50015901020304050607085d0102030462021234');
    expect(decodeOtpauthMigration(exportOf({ 9: unknown })).keys).toHaveLength(1);
  });

  test.each([
    ['no data', 'otpauth-migration://offline?data='],
    ['another scheme', vectors.uri.replace('-migration', '')],
    ['a further parameter', `${vectors.uri}&data=CkAK`],
    ['text that is not base64', 'otpauth-migration://offline?data=A%20B%20C'],
    ['percent-encoding that is broken', 'otpauth-migration://offline?data=CkAK%f'],
    ['a truncated message', uriOf(payload.subarray(0, -1))],
    ['a length beyond the end', uriOf(bytes('0affffffff0f'))],
    ['a length beyond 53 bits', uriOf(bytes('0affffffffffffffffff01'))],
    ['a varint without end', uriOf(bytes('10ffffffffffffffffffff01'))],
    ['a varint beyond 64 bits', uriOf(bytes('10ffffffffffffffffff7f'))],
    ['field number 0', uriOf(bytes('0001'))],
    ['a group', uriOf(bytes('0b0c'))],
    ['no entries', uriOf(bytes('1001'))],
    ['an entry that is a number', uriOf(bytes('0801'))],
    ['MD5', exportOf({ 4: bytes('2004') })],
    ['no algorithm', exportOf({ 4: bytes('') })],
    ['a negative algorithm', exportOf({ 4: bytes('20ffffffffffffffffff01') })],
    ['no digits', exportOf({ 5: bytes('2800') })],
    ['no type', exportOf({ 6: bytes('3000') })],
    ['a type given twice', exportOf({ 6: bytes('30023001') })],
    ['a secret given twice', exportOf({ 7: bytes(`0a14${'32'.repeat(20)}`) })],
    ['a secret that is a number', exportOf({ 1: bytes('0801') })],
    ['digits that are bytes', exportOf({ 5: bytes('2a0101') })],
    ['no secret', exportOf({ 1: bytes('') })],
    ['a secret of 9 bytes', exportOf({ 1: bytes(`0a09${'31'.repeat(9)}`) })],
    ['a name that is not UTF-8', exportOf({ 2: bytes('1202c328') })],
    ['a negative counter', exportOf({ 6: bytes('3001'), 7: bytes('38ffffffffffffffffff01') })],
    ['10 000 entries', uriOf(Buffer.alloc(20_000, '0a00', 'hex'))],
    ['a payload of 10 MiB', uriOf(Buffer.alloc(10 * 2 ** 20))],
  ])('refuses %s', (_, uri) => {
    expect(() => decodeOtpauthMigration(uri)).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  });

  test('throws nothing but CountersignError on damaged exports', () => {
    const damaged = fc.tuple(fc.nat(payload.length - 1), fc.nat(255), fc.nat(payload.length)).map(([at, byte, end]) =>
      uriOf(
        Buffer.from(payload)
          .fill(byte, at, at + 1)
          .subarray(0, end),
      ),
    );
    const any = fc.uint8Array({ maxLength: 60 }).map((data) => uriOf(data));
    const text = fc.string({ unit: 'binary' }).map((data) => `otpauth-migration://offline?data=${data}`);
    fc.assert(
      fc.property(fc.oneof(damaged, any, text), (uri) => {
        let thrown: unknown;
        try {
          decodeOtpauthMigration(uri);
        } catch (error) {
          thrown = error;
        }
        expect(thrown === undefined || thrown instanceof CountersignError).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
