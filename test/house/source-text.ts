/**
 * A source file as the laws of the house look at it. Both texts have the length of the file, so that a position in one is
 * a position in the other.
 */
export interface SourceText {
  /** Without comments. */
  code: string;
  /** Without comments and without what stands in strings, templates and regular expressions. */
  bare: string;
}

/** A slash after one of these begins a regular expression, after anything else it divides. */
const beforeExpression = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|void|throw|yield|await))\s*$/;

/** Splits TypeScript into code, comments and literals. Knows as much of the grammar as this takes, and no more. */
export function readSource(text: string): SourceText {
  let code = '';
  let bare = '';
  let position = 0;
  /** Where a template's `${` began: the number of braces that are open inside of it. */
  const templates: number[] = [];
  const take = (length: number, kind: 'code' | 'literal' | 'comment') => {
    const piece = text.slice(position, position + length);
    const blank = piece.replace(/[^\n]/g, ' ');
    code += kind === 'comment' ? blank : piece;
    bare += kind === 'code' ? piece : blank;
    position += length;
  };
  const takeMatch = (pattern: RegExp, kind: 'literal' | 'comment') => {
    pattern.lastIndex = position;
    take(pattern.exec(text)?.[0].length ?? text.length - position, kind);
  };
  const takeTemplate = () => {
    takeMatch(/(?:[^\\`$]|\\[^]|\$(?!\{))*/y, 'literal');
    if (text.startsWith('${', position)) templates.push(0);
    take(text.startsWith('${', position) ? 2 : 1, 'code');
  };
  while (position < text.length) {
    const character = text.charAt(position);
    const open = templates.at(-1);
    if (text.startsWith('//', position)) takeMatch(/[^\n]*/y, 'comment');
    else if (text.startsWith('/*', position)) takeMatch(/\/\*[^]*?\*\//y, 'comment');
    else if (character === '/' && beforeExpression.test(bare.slice(-80))) {
      takeMatch(/\/(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+\/[a-z]*/y, 'literal');
    } else if (character === "'" || character === '"') {
      take(1, 'code');
      takeMatch(character === "'" ? /(?:[^\\'\n]|\\[^])*/y : /(?:[^\\"\n]|\\[^])*/y, 'literal');
      take(1, 'code');
    } else if (character === '`') {
      take(1, 'code');
      takeTemplate();
    } else if (character === '}' && open === 0) {
      templates.pop();
      take(1, 'code');
      takeTemplate();
    } else {
      if (open !== undefined && character === '{') templates[templates.length - 1] = open + 1;
      if (open !== undefined && character === '}') templates[templates.length - 1] = open - 1;
      take(1, 'code');
    }
  }
  return { code, bare };
}

/** The number of the line in which a position lies. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** What a file imports or re-exports, as it is written there: types, values, side effects and `import()`. */
export function readImports({ code, bare }: SourceText): { specifier: string; line: number }[] {
  return [...bare.matchAll(/(?<![.\w])(?:from\s*|import\s*\(?\s*)(['"])/g)].map((match) => {
    const start = match.index + match[0].length;
    const end = bare.indexOf(match[1] ?? '', start);
    return { specifier: code.slice(start, end), line: lineAt(code, start) };
  });
}
