import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { formatOtpauthUri, qrPng, qrSvg, qrText } from './index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-qr-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What zbarimg, an independent reader, sees in the picture. */
function scan(png: Uint8Array): string {
  const file = join(folder, 'qr.png');
  writeFileSync(file, png);
  return execFileSync('zbarimg', ['--raw', '-q', file], { encoding: 'utf8', stdio: 'pipe' }).replace(/\n$/, '');
}

const width = (png: Uint8Array) => Buffer.from(png).readUInt32BE(16);
const uri = formatOtpauthUri({
  type: 'totp',
  secret: Buffer.from('12345678901234567890'),
  issuer: 'Zoë & Söhne',
  account: 'alice@example.org',
});

/** Dark modules of a PNG of scale 1, read from its pixels. */
function modulesOf(png: Uint8Array): boolean[][] {
  const size = width(png);
  const data = Buffer.from(png);
  const length = data.readUInt32BE(33);
  expect(data.toString('latin1', 37, 41)).toBe('IDAT');
  const pixels = inflateSync(data.subarray(41, 41 + length));
  const stride = 1 + Math.ceil(size / 8);
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => (((pixels[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 0),
  );
}

describe('qrPng', () => {
  test('is read back by zbarimg, with letters beyond ASCII (OSS-11, ADJ-40)', () => {
    expect(scan(qrPng(uri))).toBe(uri);
    expect(scan(qrPng(uri, { level: 'H', scale: 3 }))).toBe(uri);
    expect(scan(qrPng('Zoë grüßt 北京 🔑'))).toBe('Zoë grüßt 北京 🔑');
  });

  test('is one bit per pixel, black on white, 10 pixels per module within 4 modules of margin (ADJ-48)', () => {
    const png = Buffer.from(qrPng('otpauth://totp/x'));
    expect(png.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    expect(width(png)).toBe((21 + 2 * 4) * 10);
    expect(png.readUInt32BE(20)).toBe(width(png));
    expect([...png.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0]);
    const modules = modulesOf(qrPng('otpauth://totp/x', { scale: 1 }));
    const margin = modules.filter((row, y) => y < 4 || y >= 25 || row.slice(0, 4).concat(row.slice(25)).some(Boolean));
    expect(margin.flat()).not.toContain(true);
  });

  test('has the size of the smallest version that fits: (17 + 4 × version + 2 × margin) × scale', () => {
    // Capacity in bytes at level L, ISO/IEC 18004 table 7.
    const capacities = [17, 32, 53, 78, 106, 134, 154, 192, 230, 271];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 271 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(6),
        (length, scale, margin) => {
          const version = capacities.findIndex((capacity) => length <= capacity) + 1;
          expect(width(qrPng('a'.repeat(length), { scale, margin }))).toBe((17 + 4 * version + 2 * margin) * scale);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('refuses more than a QR code holds, and what is not well-formed text', () => {
    expect(width(qrPng('a'.repeat(2953), { scale: 1, margin: 0 }))).toBe(177);
    for (const text of ['a'.repeat(2954), 'a\ud800'])
      expect(() => qrPng(text)).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
    expect(() => qrPng('a', { scale: 0 })).toThrow(CountersignError);
    expect(() => qrPng('a', { margin: -1 })).toThrow(CountersignError);
  });
});

test('qrSvg draws the modules of qrPng and nothing that a browser would run', () => {
  const svg = qrSvg(uri, { scale: 5 });
  const modules = modulesOf(qrPng(uri, { scale: 1 }));
  const size = modules.length;
  expect(svg).toContain(`width="${size * 5}" height="${size * 5}" viewBox="0 0 ${size} ${size}"`);
  const drawn = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g)) {
    const row = drawn[Number(y)];
    if (row !== undefined) row[Number(x)] = true;
  }
  expect(drawn).toEqual(modules);
  expect(svg).not.toMatch(/script|style|href|otpauth/);
});

test('qrText draws the light modules of qrPng, two rows to a line', () => {
  const modules = modulesOf(qrPng(uri, { scale: 1, margin: 2 }));
  const lines = qrText(uri, { margin: 2 }).trimEnd().split('\n');
  expect(lines).toHaveLength(Math.ceil(modules.length / 2));
  const drawn = lines.flatMap((line) => [
    Array.from(line, (c) => !'▀█'.includes(c)),
    Array.from(line, (c) => !'▄█'.includes(c)),
  ]);
  expect(drawn.slice(0, modules.length)).toEqual(modules);
});
