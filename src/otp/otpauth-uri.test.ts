import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import vectors from '../../test/vectors/otpauth-uri.json' with { type: 'json' };
import { encodeBase32, formatOtpauthUri, otpAlgorithms, parseOtpauthUri } from './index.ts';

const secret = Buffer.from('12345678901234567890');
const base32 = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const demo = 'JBSWY3DPEHPK3PXP';

describe('formatOtpauthUri', () => {
  test('writes nothing that is the default (OSS-12, AID-15, AID-29)', () => {
    expect(formatOtpauthUri({ type: 'totp', secret, issuer: 'oss2fa', account: 'alice' })).toBe(
      `otpauth://totp/oss2fa:alice?secret=${base32}&issuer=oss2fa`,
    );
  });

  test('writes algorithm, digits and period where they are not the default (OSS-12)', () => {
    const uri = formatOtpauthUri({
      type: 'totp',
      secret,
      issuer: 'Example',
      account: 'bob',
      algorithm: 'SHA256',
      digits: 8,
      period: 60,
    });
    expect(uri).toBe(`otpauth://totp/Example:bob?secret=${base32}&issuer=Example&algorithm=SHA256&digits=8&period=60`);
  });

  test('writes every parameter in a fixed order when asked to, a blank as %20 (ADJ-03, ADJ-41)', () => {
    const key = { type: 'totp', secret, account: 'a b@example.org', algorithm: 'SHA256' } as const;
    expect(formatOtpauthUri({ ...key, issuer: 'My Co', includeDefaults: true })).toBe(
      `otpauth://totp/My%20Co:a%20b%40example.org?digits=6&secret=${base32}&algorithm=SHA256&issuer=My%20Co&period=30`,
    );
    expect(formatOtpauthUri({ ...key, issuer: '', includeDefaults: true })).toBe(
      `otpauth://totp/a%20b%40example.org?digits=6&secret=${base32}&algorithm=SHA256&issuer=&period=30`,
    );
  });

  test('has the account alone as label when there is no issuer', () => {
    expect(formatOtpauthUri({ type: 'totp', secret, account: 'alice@example.org' })).toBe(
      `otpauth://totp/alice%40example.org?secret=${base32}`,
    );
  });

  test('always writes the counter of an HOTP key', () => {
    expect(formatOtpauthUri({ type: 'hotp', secret, issuer: 'Hard', account: '42', counter: 0 })).toBe(
      `otpauth://hotp/Hard:42?secret=${base32}&issuer=Hard&counter=0`,
    );
  });

  test.each([
    ['a secret of 9 bytes', { secret: secret.subarray(0, 9) }],
    ['a period of 121 seconds', { period: 121 }],
    ['five digits', { digits: 5 }],
    ['a control character', { account: 'a\u0000b' }],
    ['half a surrogate pair', { issuer: 'a\ud800' }],
    ['a name of 257 characters', { issuer: 'x'.repeat(257) }],
    ['an unknown algorithm', { algorithm: 'MD5' as 'SHA1' }],
  ])('refuses %s', (_, options) => {
    expect(() => formatOtpauthUri({ type: 'totp', secret, account: 'alice', ...options })).toThrow(CountersignError);
  });
});

describe('parseOtpauthUri', () => {
  test('reads a TOTP key with every parameter, an implied one and an HOTP key', () => {
    expect(
      vectors.accept
        .map(({ uri }) => parseOtpauthUri(uri))
        .map((key) => ({ ...key, secret: encodeBase32(key.secret) })),
    ).toEqual([
      {
        type: 'totp',
        secret: base32,
        issuer: 'Example',
        account: 'alice@example.org',
        algorithm: 'SHA1',
        digits: 6,
        period: 30,
      },
      { type: 'totp', secret: demo, issuer: '', account: 'Zoë', algorithm: 'SHA1', digits: 6, period: 30 },
      { type: 'hotp', secret: base32, issuer: 'Hard', account: '42', algorithm: 'SHA1', digits: 6, counter: 0 },
    ]);
  });

  test.each(vectors.refuse)('refuses $uri: $why', ({ uri }) => {
    expect(() => parseOtpauthUri(uri)).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  });

  test.each([
    ['no secret', 'otpauth://totp/x?issuer=x'],
    ['no query', 'otpauth://totp/x'],
    ['another type', `otpauth://yaotp/x?secret=${demo}`],
    ['another scheme', `https://totp/x?secret=${demo}`],
    ['a fragment', `otpauth://totp/x?secret=${demo}#y`],
    ['broken percent-encoding', `otpauth://totp/%ff?secret=${demo}`],
    ['digits in another notation', `otpauth://totp/x?secret=${demo}&digits=0x8`],
    ['a period with a fraction', `otpauth://totp/x?secret=${demo}&period=30.5`],
    ['an empty period', `otpauth://totp/x?secret=${demo}&period=`],
    ['a counter that loses precision', `otpauth://hotp/x?secret=${demo}&counter=9007199254740993`],
    ['a parameter given twice in another encoding', `otpauth://totp/x?secret=${demo}&%73ecret=${base32}`],
    ['an issuer that differs from an encoded prefix', `otpauth://totp/A%3AB?secret=${demo}&issuer=C`],
    ['a prefix where the issuer is empty', `otpauth://totp/A:B?secret=${demo}&issuer=`],
    ['a control character in a name', `otpauth://totp/a%0Ab?secret=${demo}`],
    ['a line feed at the end', `otpauth://totp/x?secret=${demo}\n`],
    ['an endless URI', `otpauth://totp/x?secret=${demo}&image=${'x'.repeat(9000)}`],
  ])('refuses %s', (_, uri) => {
    expect(() => parseOtpauthUri(uri)).toThrow(CountersignError);
  });

  test.each([
    ['a plus sign for a blank of the issuer', `otpauth://totp/My%20Co:bob?secret=${demo}&issuer=My+Co`, 'My Co', 'bob'],
    ['a plus sign that is one', `otpauth://totp/A+B:bob?secret=${demo}&issuer=A+B`, 'A+B', 'bob'],
    ['an encoded colon and a blank after it', `otpauth://totp/X%3A%20bob?secret=${demo}&issuer=X`, 'X', 'bob'],
    ['an encoded colon that parts nothing', `otpauth://totp/urn%3Abob?secret=${demo}`, '', 'urn:bob'],
    ['an issuer without a prefix', `otpauth://totp/bob?secret=${demo}&issuer=X`, 'X', 'bob'],
    ['an unknown parameter', `OTPAUTH://TOTP/bob?secret=${demo}&image=x&color=y`, '', 'bob'],
  ])('reads %s', (_, uri, issuer, account) => {
    expect(parseOtpauthUri(uri)).toMatchObject({ type: 'totp', issuer, account });
  });

  test('does not repeat the secret in its errors', () => {
    expect(() => parseOtpauthUri(`otpauth://totp/x?secret=${demo}1`)).toThrow(
      expect.not.objectContaining({ detail: expect.stringContaining(demo) }),
    );
  });

  test('gives back every key that formatOtpauthUri wrote, whatever the names', () => {
    const name = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text));
    const fields = {
      secret: fc.uint8Array({ minLength: 10, maxLength: 64 }),
      issuer: name.map((text) => text.trim()),
      account: name.map((text) => text.trim()),
      algorithm: fc.constantFrom(...otpAlgorithms),
      digits: fc.integer({ min: 6, max: 10 }),
    };
    const key = fc.oneof(
      fc.record({ ...fields, type: fc.constant('totp' as const), period: fc.integer({ min: 15, max: 120 }) }),
      fc.record({ ...fields, type: fc.constant('hotp' as const), counter: fc.maxSafeNat() }),
    );
    fc.assert(
      fc.property(key, fc.boolean(), (key, includeDefaults) => {
        const uri = formatOtpauthUri({ ...key, includeDefaults });
        expect(uri).not.toContain('+');
        expect(parseOtpauthUri(uri)).toEqual(key);
      }),
      { numRuns: 500 },
    );
  });

  test('throws nothing but CountersignError, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `otpauth://totp/${rest}`),
      fc.tuple(fc.string(), fc.string()).map(([label, rest]) => `otpauth://hotp/${label}?secret=${demo}&${rest}`),
    );
    fc.assert(
      fc.property(text, (uri) => {
        let thrown: unknown;
        try {
          parseOtpauthUri(uri);
        } catch (error) {
          thrown = error;
        }
        expect(thrown === undefined || thrown instanceof CountersignError).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
