import { describe, expect, it } from 'vitest';
import { findWrongImports } from './import-direction.ts';
import { readSourceFiles, sourceFile } from './source-files.ts';

const files = readSourceFiles();

describe('the imports of the house', () => {
  it('point to the left only (design §2)', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap(findWrongImports)).toEqual([]);
  });
});

describe('the law of imports', () => {
  it.each([
    ['src/engine/a.ts', '../store/b.ts'],
    ['src/cli/a.ts', '../server/b.ts'],
    ['src/store/a.ts', '../core/policy/b.ts'],
    ['src/doors/rest/a.ts', './handlers/b.ts'],
    ['src/doors/rest/handlers/a.ts', '../b.ts'],
    ['src/doors/rest/a.ts', '../../http/b.ts'],
    ['src/doors/index.ts', './rest/index.ts'],
    ['src/client/a.ts', '../doors/rest/contract/users.ts'],
    ['src/client/a.ts', '../http/endpoint.ts'],
    ['src/testing/a.ts', '../engine/create-engine.ts'],
    ['src/testing/a.ts', '../otp/index.ts'],
    ['src/testing/a.ts', '../core/clock.ts'],
    ['src/index.ts', './engine/create-engine.ts'],
    ['src/store/a.ts', 'kysely'],
    ['src/store/a.ts', 'kysely/helpers/sqlite'],
    ['src/core/a.ts', 'zod'],
    ['src/core/a.ts', 'node:crypto'],
    ['src/server/a.ts', 'node:fs'],
    ['src/devices/a.test.ts', '../testing/index.ts'],
  ])('lets %s import %s', (path, specifier) => {
    expect(findWrongImports(sourceFile(path, `import { b } from '${specifier}';`))).toEqual([]);
  });

  it.each([
    ['src/core/a.ts', '../otp/b.ts'],
    ['src/otp/a.ts', '../crypto/b.ts'],
    ['src/store/a.ts', '../engine/b.ts'],
    ['src/audit/a.ts', '../crypto/b.ts'],
    ['src/devices/totp/a.ts', '../../store/b.ts'],
    ['src/devices/totp/a.ts', '../../limits/b.ts'],
    ['src/limits/a.ts', '../delivery/b.ts'],
    ['src/engine/a.ts', '../http/b.ts'],
    ['src/doors/rest/a.ts', '../../store/b.ts'],
    ['src/doors/rest/a.ts', '../adjure/b.ts'],
    ['src/doors/rest/handlers/a.ts', '../../oss2fa/b.ts'],
    ['src/doors/rest/a.ts', '../index.ts'],
    ['src/doors/rest/a.ts', '../../frameworks/b.ts'],
    ['src/engine/a.ts', '../client/index.ts'],
    ['src/engine/a.ts', '../testing/index.ts'],
    ['src/engine/a.ts', '../index.ts'],
    ['src/client/a.ts', '../engine/b.ts'],
    ['src/client/a.ts', '../doors/rest/handlers/b.ts'],
    ['src/client/a.ts', '../doors/rest/index.ts'],
    ['src/testing/a.ts', '../store/users.ts'],
    ['src/engine/a.ts', './b.test.ts'],
    ['src/engine/a.ts', './b.fixture.ts'],
    ['src/engine/a.ts', '../../test/fixtures/b.ts'],
    ['src/engine/a.ts', '../utils/b.ts'],
    ['src/utils/a.ts', '../core/b.ts'],
    ['src/engine/a.ts', 'kysely'],
    ['src/doors/rest/a.ts', 'kysely'],
    ['src/engine/a.ts', 'left-pad'],
    ['src/engine/a.ts', 'vitest'],
    ['src/devices/totp/a.ts', 'node:fs'],
    ['src/core/a.ts', 'node:http'],
  ])('does not let %s import %s', (path, specifier) => {
    for (const text of [
      `import { b } from '${specifier}';`,
      `import type { B } from "${specifier}";`,
      `export * from '${specifier}';`,
      `const b = await import('${specifier}');`,
    ]) {
      expect(findWrongImports(sourceFile(path, `// first line\n${text}`))).toHaveLength(1);
    }
  });

  it('says which file, which line and why', () => {
    expect(findWrongImports(sourceFile('src/doors/rest/a.ts', "\nimport '../../store/b.ts';"))).toEqual([
      'src/doors/rest/a.ts:2 imports ../../store/b.ts: doors may not import it',
    ]);
  });
});
