import { describe, expect, it } from 'vitest';
import { readImports, readSource } from './source-text.ts';

describe('the scanner of the house', () => {
  it.each([
    ["import { a } from './a.ts';", ['./a.ts']],
    ["import type { A } from '../a/a.ts';", ['../a/a.ts']],
    ['import a, { type B } from "a";\nimport \'b\';', ['a', 'b']],
    ["import {\n  a,\n  b,\n} from './a.ts';", ['./a.ts']],
    [
      "export * from './a.ts';\nexport { b } from './b.ts';\nexport type { C } from './c.ts';",
      ['./a.ts', './b.ts', './c.ts'],
    ],
    ["const a = await import('./a.ts');", ['./a.ts']],
    ["let a: import('./a.ts').A;", ['./a.ts']],
    ["// import { a } from './a.ts';\n/* import './b.ts' */", []],
    ["/** @example\n * import { a } from './a.ts';\n */\nimport './b.ts';", ['./b.ts']],
    [`const text = "import './a.ts' // no comment"; import './b.ts';`, ['./b.ts']],
    ["const text = `from './a.ts' ${b(`}`, { c: '}' })} from './c.ts'`; import './d.ts';", ['./d.ts']],
    ["const quote = /['\"`/*]/g; import './a.ts';", ['./a.ts']],
    ["const quote = /[/'\"]\\/'/; import './a.ts';", ['./a.ts']],
    ["const half = a / b; const text = ' / '; import './a.ts';", ['./a.ts']],
    ["const part = (a + b) / 2; // it's half\nimport './a.ts';", ['./a.ts']],
    ["const text = 'it\\'s'; import './a.ts';", ['./a.ts']],
    ['const url = import.meta.url;', []],
    ["const prefix = Buffer.from('302e', 'hex');", []],
  ])('reads the imports of %j', (text, specifiers) => {
    expect(readImports(readSource(text)).map(({ specifier }) => specifier)).toEqual(specifiers);
  });

  it('says in which line an import stands', () => {
    expect(
      readImports(readSource("// a\n/*\n*/ import './b.ts';\n\nimport './c.ts';")).map(({ line }) => line),
    ).toEqual([3, 5]);
  });

  it('keeps strings apart from code and both apart from comments, at their positions', () => {
    const text = "const a = 'SELECT'; // now\nsql`UPDATE ${b} SET`;";
    const { code, bare } = readSource(text);
    expect(code).toBe(text.replace('// now', '      '));
    expect(bare).toBe(
      text.replace('// now', '      ').replace('SELECT', '      ').replace('UPDATE', '      ').replace('SET', '   '),
    );
  });

  it('ends with the file, whatever stands there', () => {
    for (const text of ["'", '`${', '/*', '/a', '"\\', '`', '}', '{'].map((end) => `const a = ${end}`)) {
      expect(readSource(text).code).toHaveLength(text.length);
    }
  });
});
