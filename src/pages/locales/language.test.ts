import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { directionOf, languageCodes, languages, negotiateLanguage, plural } from '../../core/language.ts';

describe('the language of a page', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-at;q=0.5', 'de'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'pt'],
    ['zh-Hant-TW', 'zh'],
    ['nl,fr;q=0.3,es;q=0.7', 'es'],
    ['nl, sv;q=0.9', 'en'],
    ['ja;q=0, en;q=0.1', 'en'],
    ['ja;q=0', 'en'],
    ['nl, *;q=0.1', 'en'],
    ['nl, en;q=0, *;q=0.1', 'es'],
    ['ar;q=0.001, nl', 'ar'],
    ['de;q=1.5, fr;q=0.1', 'fr'],
    ['de;q=abc, fr;q=0.1', 'fr'],
    ['de;;q=1', 'en'],
    ['  fr  ;  q=0.9  ,  en;q=0.2', 'fr'],
    ['es;q=0.5,fr;q=0.5', 'es'],
    ['<script>', 'en'],
    ['x'.repeat(100_000), 'en'],
    ['constructor', 'en'],
  ])('for %j is %s (RFC 9110 §12.5.4)', (field, language) => {
    expect(negotiateLanguage(field)).toBe(language);
  });

  it('runs from right to left in Arabic only', () => {
    expect(languageCodes.filter((code) => directionOf(code) === 'rtl')).toEqual(['ar']);
  });

  it('has the forms of its plurals', () => {
    const forms = { one: 'eins', two: 'zwei', few: '{n} wenige', other: '{n} viele' };
    expect([1, 2].map((count) => plural('en', count, forms))).toEqual(['eins', '2 viele']);
    expect([1, 2].map((count) => plural('ar', count, forms))).toEqual(['eins', 'zwei']);
    expect(plural('ar', 5, forms)).toContain('wenige');
    expect(plural('ar', 100, forms)).toContain('viele');
    expect(plural('ja', 1, forms)).toBe('1 viele');
  });
});

type Node = string | ((...values: unknown[]) => string) | { [name: string]: Node };

/** Every text with the names that lead to it; functions are asked with values that have to show up. */
function flatten(node: Node, path: string): [path: string, text: string][] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node === 'function') {
    const asked = Array.from({ length: node.length }, (_, index) => (isCount(path) ? 7 : `«${index}»`));
    return [[path, node(...asked)]];
  }
  return Object.entries(node).flatMap(([name, inside]) => flatten(inside, `${path}.${name}`));
}

function isCount(path: string): boolean {
  return /\.(?:minutes|seconds|left|answer_refused|days|codesLeft)$/.test(path);
}

const folder = new URL('./', import.meta.url);
const areas = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe.each(areas.map(({ name }) => name))('the texts of the area %s', (area) => {
  const load = async (language: string): Promise<Map<string, string>> => {
    const all = (await import(`./${area}/index.ts`)) as Record<string, Record<string, Node>>;
    const [localized = {}] = Object.values(all);
    return new Map(flatten(localized[language] ?? {}, area));
  };

  it.each(languageCodes.filter((code) => code !== 'en'))('are complete and translated in %s', async (language) => {
    const [english, translated] = [await load('en'), await load(language)];
    expect(english.size).toBeGreaterThan(5);
    expect([...translated.keys()].sort()).toEqual([...english.keys()].sort());
    const values = (text = '') => (text.match(/«\d»|\{\w+\}/g) ?? []).sort();
    for (const [path, text] of english) {
      expect([path, values(translated.get(path))]).toEqual([path, values(text)]);
      expect([path, translated.get(path)?.trim()]).not.toEqual([path, '']);
    }
    // Names and loan words may be the same; a file that was forgotten is not.
    const same = [...english].filter(([path, text]) => translated.get(path) === text);
    expect(same.length).toBeLessThan(english.size / 4);
  });
});

it('is named in itself', () => {
  expect(Object.entries(languages).map(([code, name]) => [code, name])).toContainEqual(['ar', 'العربية']);
  expect(new Set(Object.values(languages)).size).toBe(languageCodes.length);
});
