import { describe, expect, it } from 'vitest';
import { isTestFile, listFiles, readSourceFiles, sourceFile } from './source-files.ts';
import { findWrongNames, findWrongWords } from './words.ts';

describe('the names of files', () => {
  it('are in kebab case and say something', () => {
    const files = ['src', 'test'].flatMap(listFiles).filter((path) => path.endsWith('.ts'));
    expect(files.flatMap(findWrongNames)).toEqual([]);
  });

  it.each([
    'src/core/mail-address.test.ts',
    'src/otp/base32.ts',
    'src/devices/totp/index.ts',
    'src/store/migrations/001-foundation.ts',
  ])('may be %s', (path) => {
    expect(findWrongNames(path)).toEqual([]);
  });

  it.each([
    'src/core/utils.ts',
    'src/utils/core.ts',
    'src/core/http-helpers.ts',
    'src/engine/user-service.ts',
    'src/engine/session-manager.ts',
    'src/store/base.ts',
    'src/core/mailAddress.ts',
    'src/core/MailAddress.ts',
    'src/core/mail_address.ts',
    'src/core/mail--address.ts',
    'src/core/mail.address.ts',
    'src/core/001-mail.ts',
  ])('are never %s', (path) => {
    expect(findWrongNames(path)).toHaveLength(1);
  });
});

describe('the code', () => {
  it('leaves out what the style of the house leaves out', () => {
    const files = readSourceFiles().filter(({ path }) => !isTestFile(path));
    expect(files.flatMap(findWrongWords)).toEqual([]);
  });

  it.each([
    'export default a;',
    'export { a as default };',
    'function a(b: any) {}',
    'const a = b as any;',
    'function a(b: Record<string, any>) {}',
    'enum A {}',
    'export const enum A {}',
    'export namespace A {}',
    'let a = 1;',
    'export let a = 1;',
    'const a = b as unknown as C;',
  ])('is found out with %j', (text) => {
    expect(findWrongWords(sourceFile('src/core/a.ts', `const first = 1;\n${text}`))).toEqual([
      expect.stringMatching(/^src\/core\/a\.ts:2: /),
    ]);
  });

  it.each([
    '// export default any',
    "const a = 'export default any';",
    'function a() {\n  let b = 1;\n}',
    '// The library declares it too narrowly.\nconst a = b as unknown as C;',
    'const any = 1;',
    'const a = { b, any: 1 };',
  ])('may be %j', (text) => {
    expect(findWrongWords(sourceFile('src/core/a.ts', text))).toEqual([]);
  });
});
