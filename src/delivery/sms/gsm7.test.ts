import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldToGsm7, gsm7Characters } from './gsm7.ts';
import { segmentsOf } from './segments.ts';

/** 3GPP TS 23.038 §6.2.1: some codes of the default alphabet, by their row and column in the table. */
const codes: [string, number[]][] = [
  ['@', [0x00]],
  ['_', [0x11]],
  ['Δ', [0x10]],
  ['ß', [0x1e]],
  ['É', [0x1f]],
  [' ', [0x20]],
  ['¤', [0x24]],
  ['0', [0x30]],
  ['¡', [0x40]],
  ['A', [0x41]],
  ['Z', [0x5a]],
  ['Ä', [0x5b]],
  ['§', [0x5f]],
  ['¿', [0x60]],
  ['a', [0x61]],
  ['z', [0x7a]],
  ['à', [0x7f]],
  ['\n', [0x0a]],
  ['€', [0x1b, 0x65]],
  ['[', [0x1b, 0x3c]],
  ['\\', [0x1b, 0x2f]],
];

describe('the GSM 7-bit default alphabet', () => {
  test.each(codes)('has %j at %j', (character, septets) => {
    expect(gsm7Characters(character)).toEqual([septets]);
  });

  test('has 127 characters and an escape, each once', () => {
    const all = Array.from({ length: 0x3ff }, (_, code) => String.fromCharCode(code));
    const found = all.flatMap((character) => gsm7Characters(character) ?? []).filter(({ length }) => length === 1);
    expect(new Set(found.map(([septet]) => septet))).toEqual(
      new Set(Array.from({ length: 128 }, (_, code) => code).filter((code) => code !== 0x1b)),
    );
    expect(found).toHaveLength(127);
  });

  test.each(['Ω\u0301', '中', '🔑', 'ł', '\u001B', '\u0000', '`'])('does not have %j', (character) => {
    expect(gsm7Characters(character)).toBeUndefined();
  });

  test.each([
    ['“Café” – it’s “Österreich”…', '"Café" - it\'s "Österreich"...'],
    ['Zoë’s São João', "Zoe's Sao Joao"],
    ['a\u00A0b', 'a b'],
    ['Zażółć', 'Zażółć'],
    ['例 “x”', '例 “x”'],
  ])('is what %j is folded to, if that is possible: %j', (text, folded) => {
    expect(foldToGsm7(text)).toBe(folded);
  });
});

describe('segments', () => {
  test.each([
    ['a'.repeat(160), 'gsm7', [160]],
    ['a'.repeat(161), 'gsm7', [153, 8]],
    [`${'a'.repeat(159)}€`, 'gsm7', [153, 8]],
    [`${'a'.repeat(152)}€${'a'.repeat(20)}`, 'gsm7', [152, 22]],
    ['例'.repeat(70), 'ucs2', [140]],
    ['例'.repeat(71), 'ucs2', [134, 8]],
    [`${'例'.repeat(66)}🔑${'例'.repeat(20)}`, 'ucs2', [132, 44]],
    ['', 'gsm7', [0]],
  ] as const)('of %j are %s of %j', (text, alphabet, lengths) => {
    const segments = segmentsOf(text);
    expect(segments.alphabet).toBe(alphabet);
    expect(segments.parts.map(({ length }) => length)).toEqual(lengths);
  });

  test('put together are the text, none longer than what a telephone takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 500 }), (text) => {
        const { alphabet, parts } = segmentsOf(`例${text}`);
        expect(alphabet).toBe('ucs2');
        expect(Buffer.concat(parts).swap16().toString('utf16le')).toBe(`例${text}`);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(parts.length === 1 ? 140 : 134);
      }),
    );
  });
});
