import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentStylesheet, contrastOf, defaultAccent } from './accent.ts';

const behind = { light: ['#ffffff', '#f3f4f7'], dark: ['#1b1e25', '#101216'] };

function read(stylesheet: string, mode: 'light' | 'dark') {
  const part = stylesheet.split('@media')[mode === 'light' ? 0 : 1] ?? '';
  const value = (name: string) => new RegExp(`--${name}:(#[0-9a-f]{6})`).exec(part)?.[1] ?? '';
  return { fill: value('accent'), onFill: value('on-accent'), text: value('accent-text'), wash: value('accent-wash') };
}

const colour = integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);

describe('the accent of a tenant', () => {
  it('knows the contrast of WCAG 2.2', () => {
    expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrastOf('#777777', '#ffffff')).toBeCloseTo(4.478, 3);
    expect(contrastOf('#ffffff', '#ffffff')).toBe(1);
  });

  it.each(['light', 'dark'] as const)('can be read in %s mode, whatever colour it is (WCAG AA)', (mode) => {
    assert(
      property(colour, (accent) => {
        const { fill, onFill, text, wash } = read(accentStylesheet(accent), mode);
        for (const ground of behind[mode]) {
          expect(contrastOf(text, ground)).toBeGreaterThanOrEqual(4.5);
          expect(contrastOf(fill, ground)).toBeGreaterThanOrEqual(3);
        }
        expect(contrastOf(onFill, fill)).toBeGreaterThanOrEqual(4.5);
        expect(contrastOf(text, wash)).toBeGreaterThanOrEqual(4);
      }),
      { numRuns: 300 },
    );
  });

  it('stays what it is where it can be read as it is', () => {
    expect(read(accentStylesheet(defaultAccent), 'light')).toMatchObject({ fill: defaultAccent, text: defaultAccent });
  });
});
