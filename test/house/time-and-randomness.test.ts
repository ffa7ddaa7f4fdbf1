import { describe, expect, it } from 'vitest';
import { isTestFile, readSourceFiles, sourceFile } from './source-files.ts';
import { findSources, isPermitted, permitted } from './time-and-randomness.ts';

const uses = readSourceFiles()
  .filter(({ path }) => !isTestFile(path))
  .flatMap(findSources);

describe('time and randomness', () => {
  it('are parameters (design law 9)', () => {
    expect(uses.filter((use) => !isPermitted(use))).toEqual([]);
  });

  it.each(permitted.filter(({ path }) => path.endsWith('.ts')))(
    '$path still needs its permission for $source',
    (entry) => {
      const needed = uses.filter(({ path, source }) => path === entry.path && source === entry.source);
      expect(needed).not.toEqual([]);
    },
  );

  it.each([
    'Date.now()',
    'new Date()',
    'new Date( )',
    'const now = Date.now;',
    'performance.now()',
    'process.hrtime.bigint()',
    'setTimeout(() => {}, 5)',
    'setInterval(() => {}, 5)',
    'Math.random()',
    "import { randomBytes } from 'node:crypto';",
    'crypto.randomUUID()',
    'crypto.getRandomValues(bytes)',
    'crypto.randomInt(10)',
    "generateKeyPairSync('ed25519')",
  ])('are found in %j', (text) => {
    const found = findSources(sourceFile('src/engine/a.ts', `\n${text}`));
    expect(found).toHaveLength(1);
    expect(found.filter(isPermitted)).toEqual([]);
  });

  it.each([
    'new Date(time).toISOString()',
    "new Date('2026-01-01')",
    '// Date.now()',
    "const text = 'Date.now()';",
    'clock.now()',
    'random.bytes(16)',
    'clearTimeout(timer)',
    'let timer: ReturnType<typeof setTimeout>;',
  ])('are not found in %j', (text) => {
    expect(findSources(sourceFile('src/engine/a.ts', text))).toEqual([]);
  });
});
