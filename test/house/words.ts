import type { SourceFile } from './source-files.ts';
import { lineAt } from './source-text.ts';

/** Names that say nothing: what lies in such a file could lie in any (design §8). */
const emptyWords = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'service', 'services', 'base'];

/** What is wrong with the name of a file or of a folder on the way to it. */
export function findWrongNames(path: string): string[] {
  const folders = path.split('/').slice(0, -1);
  const file = path.split('/').at(-1) ?? '';
  // Migrations have numbers, because their order matters.
  const name = folders.at(-1) === 'migrations' ? file.replace(/^\d{3}-/, '') : file;
  const stem = name.replace(/(?:\.(?:test|fixture|d))?\.[a-z]+$/, '');
  return [...folders, stem].flatMap((name) => {
    if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) return [`${path}: ${name} is not in kebab case`];
    const empty = name.split('-').find((word) => emptyWords.includes(word));
    return empty === undefined ? [] : [`${path}: ${empty} says nothing`];
  });
}

const forbidden: readonly [what: string, pattern: RegExp][] = [
  ['a default export', /\bexport\s+default\b|\bas\s+default\b/g],
  ['any', /(?::|\bas|<|\||,|=>)\s*any\b(?!\s*[:(=])/g],
  ['an enum', /^\s*(?:export\s+)?(?:const\s+)?enum\s/gm],
  ['a namespace', /^\s*(?:export\s+)?(?:declare\s+)?namespace\s/gm],
  ['state of the module', /^(?:export\s+)?(?:let|var)\s/gm],
];

/** Constructs that the style of the house leaves out (design §8), each as `file:line: what`. */
export function findWrongWords({ path, text, bare }: SourceFile): string[] {
  const constructs = forbidden.flatMap(([what, pattern]) =>
    [...bare.matchAll(pattern)].map((match) => `${path}:${lineAt(bare, match.index + match[0].search(/\S/))}: ${what}`),
  );
  const lines = text.split('\n');
  const casts = [...bare.matchAll(/\bas\s+unknown\s+as\b/g)]
    .map((match) => lineAt(bare, match.index))
    .filter((line) => !/\/\/|\*\//.test(`${lines[line - 2] ?? ''} ${lines[line - 1] ?? ''}`))
    .map((line) => `${path}:${line}: 'as unknown as' without a reason`);
  return [...constructs, ...casts];
}
