// No regular expression of the program divides a text in every way: each one, whatever it is for, is given texts that make a
// careless one try every way of dividing them (DOS-04). They are read from the sources, so that a new one is covered when it is written.
import { createContext, runInContext } from 'node:vm';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTestFile, readSourceFiles } from '../house/source-files.ts';
import type { SourceText } from '../house/source-text.ts';

const length = 3000;
/** One that looks from every place of such a text once is done in a few milliseconds; one that divides it in every way is not in an hour. */
const bound = 10_000;

/** The flags are those that there are: the path of a program in the first line of a file is no regular expression. */
const literal = /\/((?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+)\/([dgimsuvy]*)(?!\w)/y;

/** The regular expressions of a file: literals that begin with a slash where an expression may begin. */
function expressionsOf({ code, bare }: SourceText): RegExp[] {
  const found: RegExp[] = [];
  for (let at = code.indexOf('/'); at >= 0; at = code.indexOf('/', at + 1)) {
    // In a text of a string or template there is something before the slash that only `code` shows.
    const before = bare.slice(Math.max(0, at - 80), at);
    if (
      bare[at] !== ' ' ||
      code.slice(Math.max(0, at - 80), at) !== before ||
      !/(?:[(,=:[!&|?;+]|\breturn)\s*$/.test(before)
    )
      continue;
    literal.lastIndex = at;
    const [text = '', source = '', flags] = literal.exec(code) ?? [];
    if (text === '') continue;
    found.push(new RegExp(source, flags));
    at += text.length - 1;
  }
  return found;
}

const pieces = [
  'a',
  'A',
  '0',
  '_',
  '-',
  '.',
  ' ',
  '\t',
  '\n',
  '/',
  '\\',
  '=',
  ':',
  ';',
  ',',
  '@',
  '[',
  ']',
  '{',
  '}',
  '(',
  '"',
  "'",
  '<',
  '%',
  '+',
  '*',
  '\0',
  '\u00e9',
  '🦊',
  'ab',
  'a.',
  'a ',
  ' a',
  '0,',
  'a=',
  '%41',
  '\\n',
  '::',
  '1:',
  'a@a.',
  '{a}',
  'aA0',
  '\u0301',
];

/** Texts that begin as the expression wants them, go on for long, and end as it does not. */
function* attacksOn(expression: RegExp): Generator<string> {
  for (const piece of pieces) {
    const pumped = piece.repeat(Math.ceil(length / piece.length));
    yield `${pumped}\u0001`;
    yield `${pumped}!`;
  }
  const { source, flags } = expression;
  for (const text of matchesOf(source, flags)) {
    yield `${text.repeat(Math.ceil(length / text.length))}\u0001`;
    for (const cut of [1, Math.ceil(text.length / 2), text.length - 1]) {
      const last = text.slice(0, cut).at(-1) ?? 'a';
      yield `${text.slice(0, cut)}${last.repeat(length)}\u0001`;
    }
  }
}

/** Texts that the expression matches; none where it cannot be turned round: it has the other texts, then. */
function matchesOf(source: string, flags: string): string[] {
  // With properties of Unicode the turning takes for ever, and with what is not printable ASCII: texts are made of nothing else.
  if (/\\p\{|\[\^\\x20-\\x7e\]/i.test(source)) return [];
  try {
    const matching = fc.stringMatching(new RegExp(source, flags.replace(/[gy]/g, '')));
    return fc.sample(matching, { seed: 1, numRuns: 6 }).filter((text) => text !== '');
  } catch {
    return [];
  }
}

/** Whether all the texts are done with in this many milliseconds; whoever is not done is ended. */
function survives(expression: RegExp, texts: Iterable<string>, timeout: number): boolean {
  const { source, flags } = expression;
  try {
    const script = 'for (const text of texts) new RegExp(source, flags).test(text)';
    runInContext(script, createContext({ source, flags, texts: [...texts] }), { timeout });
    return true;
  } catch (error) {
    if (String(error).includes('timed out')) return false;
    throw error;
  }
}

const files = readSourceFiles()
  .filter(({ path }) => !isTestFile(path))
  .map((file) => ({ path: file.path, expressions: expressionsOf(file) }))
  .filter(({ expressions }) => expressions.length > 0);

describe('a regular expression', () => {
  test.each([/^(a+)+$/, /^(?:\w+\s?)*$/, /^(\d|\w)+x/])('that is careless is found: %s', (careless) => {
    expect(survives(careless, attacksOn(careless), 300)).toBe(false);
  });

  test('is looked for where there are any', () => {
    expect(files.flatMap(({ expressions }) => expressions).length).toBeGreaterThan(60);
  });

  test.each(files)('of $path is done with any text at once (DOS-04, INP-12)', ({ expressions }) => {
    const slow = expressions.filter((expression) => !survives(expression, attacksOn(expression), bound));
    expect(slow.map(String)).toEqual([]);
  });
});
