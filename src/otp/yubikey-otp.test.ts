import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/yubikey-otp.json' with { type: 'json' };
import {
  decodeModhex,
  decodeYubikeyOtp,
  encodeModhex,
  encodeYubikeyOtp,
  splitYubikeyOtp,
  yubikeyCrc16,
} from './index.ts';

const sample = vectors.published_sample;
const sampleKey = Buffer.from(sample.aes_key_hex, 'hex');
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');

describe('decodeYubikeyOtp', () => {
  test('reads the published sample of libyubikey', () => {
    const { privateId, ...rest } = decodeYubikeyOtp(sample.otp, sampleKey) ?? { privateId: undefined };
    expect(hex(privateId)).toBe(sample.private_id_hex);
    expect(rest).toEqual({
      publicId: sample.public_id_modhex,
      usageCounter: sample.usage_counter,
      capsLock: false,
      timestamp: sample.timestamp_high * 65536 + sample.timestamp_low,
      sessionUse: sample.session_use,
      random: sample.random,
    });
  });

  test.each(vectors.vectors)('reads $otp: $note', (row) => {
    const { privateId, ...rest } = decodeYubikeyOtp(row.otp, Buffer.from(row.aes_key_hex, 'hex')) ?? {
      privateId: undefined,
    };
    const counter = Number.parseInt(row.usage_counter_hex, 16);
    expect(hex(privateId)).toBe(row.private_id_hex);
    expect(rest).toEqual({
      publicId: row.public_id_modhex,
      usageCounter: counter & 0x7fff,
      capsLock: counter > 0x7fff,
      timestamp: Number.parseInt(row.timestamp_high_hex + row.timestamp_low_hex, 16),
      sessionUse: Number.parseInt(row.session_use_hex, 16),
      random: row.random,
    });
    expect(yubikeyCrc16(Buffer.from(row.decrypted_hex, 'hex'))).toBe(0xf0b8);
  });

  test.each(vectors.negative.filter(({ why }) => !why.startsWith('upper case')))('is undefined: $why', ({ otp }) => {
    expect(decodeYubikeyOtp(otp, sampleKey)).toBeUndefined();
  });

  test('reads what was typed with caps lock on as the same OTP', () => {
    expect(decodeYubikeyOtp(sample.otp.toUpperCase(), sampleKey)).toEqual(decodeYubikeyOtp(sample.otp, sampleKey));
  });

  test('is undefined under another key', () => {
    expect(decodeYubikeyOtp(sample.otp, Buffer.alloc(16))).toBeUndefined();
  });

  test('refuses an AES key of another length', () => {
    expect(() => decodeYubikeyOtp(sample.otp, Buffer.alloc(32))).toThrow(CountersignError);
  });

  test('gives back what encodeYubikeyOtp wrote', () => {
    const otp = fc.record({
      publicId: fc.uint8Array({ maxLength: 16 }).map((bytes) => encodeModhex(bytes)),
      privateId: fc.uint8Array({ minLength: 6, maxLength: 6 }),
      usageCounter: fc.nat(0x7fff),
      capsLock: fc.boolean(),
      timestamp: fc.nat(0xff_ffff),
      sessionUse: fc.nat(0xff),
      random: fc.nat(0xffff),
    });
    fc.assert(
      fc.property(otp, fc.uint8Array({ minLength: 16, maxLength: 16 }), (otp, key) => {
        expect(decodeYubikeyOtp(encodeYubikeyOtp(otp, key), key)).toEqual(otp);
      }),
    );
  });

  test('never throws on what somebody typed', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[b-vB-V]{30,70}$/)), (text) => {
        expect(decodeYubikeyOtp(text, sampleKey)).toBeUndefined();
      }),
    );
  });
});

describe('splitYubikeyOtp', () => {
  test('parts the public id from the encrypted 32 letters', () => {
    expect(splitYubikeyOtp(sample.otp)).toEqual({ publicId: 'dteffuje', token: sample.otp.slice(8) });
    expect(splitYubikeyOtp('c'.repeat(32))).toEqual({ publicId: '', token: 'c'.repeat(32) });
  });

  test('folds no letter but the ASCII ones', () => {
    expect(splitYubikeyOtp('K'.repeat(32))).toEqual({ publicId: '', token: 'k'.repeat(32) });
    expect(splitYubikeyOtp('\u212a'.repeat(32))).toBeUndefined();
  });

  test.each([31, 33, 66])('is undefined for %i letters', (length) => {
    expect(splitYubikeyOtp('c'.repeat(length))).toBeUndefined();
  });
});

test('modhex gives back every byte and refuses other letters', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(decodeModhex(encodeModhex(bytes))).toEqual(bytes);
  expect(encodeModhex(Uint8Array.of(0x01, 0x23, 0xef))).toBe('cbdeuv');
  for (const text of ['c', 'ca', 'CB', 'c b', 'ｃｂ']) expect(() => decodeModhex(text)).toThrow(CountersignError);
});
