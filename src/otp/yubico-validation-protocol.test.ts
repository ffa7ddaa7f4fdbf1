import { describe, expect, test } from 'vitest';
import {
  formatYubicoResponse,
  parseYubicoResponse,
  readYubicoTime,
  signYubico,
  yubicoSignatureMatches,
  yubicoTime,
} from './index.ts';

/** The key and the two signatures of https://developers.yubico.com/OTP/Specifications/Test_vectors.html */
const published = Buffer.from('mG5be6ZJU1qBGz24yPh/ESM3UdU=', 'base64');
const request = {
  otp: 'vvungrrdhvtklknvrtvuvbbkeidikkvgglrvdgrfcdft',
  id: '1',
  nonce: 'jrFwbaYFhn0HoxZIsd9LQ6w2ceU',
};
const response = {
  status: 'OK',
  t: '2019-06-06T05:14:15Z0369',
  nonce: '0123456789abcdef',
  otp: 'cccccckdvvulethkhtvkrtbeukiettvfceekurncllcj',
  sl: '25',
};

describe('a signature', () => {
  test('is the HMAC-SHA-1 of the sorted parameters, as openssl computes it', () => {
    expect(signYubico({ nonce: 'abc', id: '1' }, Buffer.from('key'))).toBe('PQyjT0Wx+NayKew1XQgJEvfH+Xw=');
  });

  test('is that of the published examples', () => {
    expect(signYubico(request, published)).toBe('+ja8S3IjbX593/LAgTBixwPNGX4=');
    expect(signYubico(response, published)).toBe('iCV9uFJDtuyELQsxFPnR80Yj2XU=');
  });

  test('signs every parameter but itself, in whatever order they came', () => {
    const h = signYubico(request, published);
    const reversed = Object.fromEntries(Object.entries({ ...request, h }).toReversed());
    expect(yubicoSignatureMatches(reversed, published)).toBe(true);
    for (const name of Object.keys(request)) {
      const { [name]: _left, ...without } = { ...request, h } as Record<string, string>;
      expect(yubicoSignatureMatches(without, published)).toBe(false);
      expect(yubicoSignatureMatches({ ...request, h, [name]: 'x' }, published)).toBe(false);
    }
    expect(yubicoSignatureMatches({ ...request, h, added: '1' }, published)).toBe(false);
    expect(yubicoSignatureMatches({ ...request, h }, Buffer.from('another key'))).toBe(false);
  });

  test('is read in the one spelling of base64, but for the plus that a query turns into a blank (YUB-07)', () => {
    const h = signYubico(request, published);
    expect(yubicoSignatureMatches({ ...request, h: h.replaceAll('+', ' ') }, published)).toBe(true);
    for (const other of [
      '',
      h.toLowerCase(),
      h.toUpperCase(),
      h.replace(/=+$/, ''),
      h.replaceAll('+', '-').replaceAll('/', '_'),
      encodeURIComponent(h),
      `${h} `,
      `${h}${h}`,
    ])
      expect(yubicoSignatureMatches({ ...request, h: other }, published)).toBe(false);
    expect(yubicoSignatureMatches(request, published)).toBe(false);
  });
});

describe('an answer', () => {
  test('is written signature first, in lines that end with CR LF, and read back', () => {
    const text = formatYubicoResponse(response, published);
    expect(text).toBe(
      'h=iCV9uFJDtuyELQsxFPnR80Yj2XU=\r\nstatus=OK\r\nt=2019-06-06T05:14:15Z0369\r\nnonce=0123456789abcdef\r\n' +
        'otp=cccccckdvvulethkhtvkrtbeukiettvfceekurncllcj\r\nsl=25\r\n\r\n',
    );
    const read = parseYubicoResponse(text);
    expect(read).toMatchObject({ status: 'OK', parameters: response });
    expect(yubicoSignatureMatches(read?.parameters ?? {}, published)).toBe(true);
    expect(formatYubicoResponse(response, undefined)).not.toContain('h=');
  });

  test.each([
    '',
    'status=FINE\r\n',
    'Status=OK\r\n',
    'h=x\r\n',
    'status=OK\r\nstatus=BAD_OTP\r\n',
    'status=BAD_OTP\r\nstatus=OK\r\n',
    'status=OK\r\n<html>\r\n',
    'constructor=OK\r\n',
  ])('is none when it is %j', (text) => {
    expect(parseYubicoResponse(text)).toBeUndefined();
  });
});

test('a time has four digits behind the Z, and is read back', () => {
  const time = Date.UTC(2026, 10, 22, 2, 28, 7, 112);
  expect(yubicoTime(time)).toBe('2026-11-22T02:28:07Z0112');
  expect(readYubicoTime('2026-11-22T02:28:07Z0112')).toBe(time);
  expect(readYubicoTime('2026-11-22T02:28:07Z')).toBe(time - 112);
  for (const text of ['', '2026-11-22', '2026-13-45T02:28:07Z0112', '2026-11-22T02:28:07.112Z', 'now'])
    expect(readYubicoTime(text)).toBeUndefined();
});
