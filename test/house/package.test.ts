import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from './source-files.ts';
import { readImports, readSource } from './source-text.ts';

interface PackageDescription {
  name: string;
  bin: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

const description = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as PackageDescription;
const entries = Object.keys(description.exports).filter((entry) => entry !== './package.json');

/** What is published: made by npm from the built sources, once for all tests. */
const packed = { folder: '', tarball: '', files: [] as string[] };

function build(): string {
  return execFileSync(process.execPath, [join(repository, 'scripts/build.mjs')], { encoding: 'utf8' });
}

beforeAll(() => {
  build();
  packed.folder = mkdtempSync(join(tmpdir(), 'countersign-package-'));
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', packed.folder];
  const answer = JSON.parse(execFileSync('npm', pack, { cwd: repository, encoding: 'utf8', stdio: 'pipe' })) as [
    { files: { path: string }[] },
  ];
  packed.tarball = join(packed.folder, readdirSync(packed.folder)[0] ?? '');
  packed.files = answer[0].files.map(({ path }) => path);
});

afterAll(() => {
  rmSync(packed.folder, { recursive: true, force: true });
});

describe('the package', () => {
  it('is not built again while its sources stay the same', () => {
    expect(build()).toBe('dist is up to date\n');
  });

  it('holds every file that it exports, and its command', () => {
    const targets = Object.values(description.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : [target.types, target.default],
    );
    const named = [...targets, ...Object.values(description.bin)].map((path) => posix.normalize(path));
    expect(named.filter((path) => !packed.files.includes(path))).toEqual([]);
  });

  it('holds no source, no test and nothing of the machine it was made on (SUP-04)', () => {
    const foreign = packed.files.filter(
      (path) => !/\.(?:js|d\.ts|md|json)$|^LICENSE$|^dist\/pages\/assets\//.test(path),
    );
    expect(foreign).toEqual([]);
    expect(packed.files.filter((path) => /\.(?:test|fixture)\./.test(path) || /^(?:src|test)\//.test(path))).toEqual(
      [],
    );
    const texts = packed.files.filter((path) => existsSync(join(repository, path)));
    const traces = texts.filter((path) => readFileSync(join(repository, path), 'utf8').includes(repository));
    expect(traces).toEqual([]);
  });

  it('imports what it holds or what it depends on, and nothing else', () => {
    const declared = Object.keys({ ...description.dependencies, ...description.optionalDependencies });
    // Loaded only when a database of theirs is configured; whoever does that installs them.
    const byChoice = ['pg', 'mysql2'];
    const missing = packed.files
      .filter((path) => path.endsWith('.js'))
      .flatMap((path) => {
        const imports = readImports(readSource(readFileSync(join(repository, path), 'utf8')));
        return imports.map(({ specifier }) => ({ path, specifier }));
      })
      .filter(({ path, specifier }) => {
        if (specifier.startsWith('node:')) return false;
        if (specifier.startsWith('.')) return !packed.files.includes(posix.join(dirname(path), specifier));
        const name = specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/');
        return ![...declared, ...byChoice].includes(name);
      });
    expect(missing).toEqual([]);
  });

  it.each(entries)('%s can be imported and exports something by name only', (entry) => {
    const specifier = posix.join(description.name, entry);
    const script = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(specifier)}))))`;
    const names = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect(JSON.parse(names)).not.toEqual([]);
    expect(JSON.parse(names)).not.toContain('default');
  });

  it('shows no type of Hono, which could then not be exchanged (design §7)', () => {
    const reached = new Set(
      Object.values(description.exports).flatMap((target) =>
        typeof target === 'string' ? [] : [posix.normalize(target.types)],
      ),
    );
    const shown: string[] = [];
    // A set goes on over what is added to it.
    for (const path of reached) {
      for (const { specifier } of readImports(readSource(readFileSync(join(repository, path), 'utf8')))) {
        if (/^(?:hono|@hono)\b/.test(specifier)) shown.push(`${path}: ${specifier}`);
        if (specifier.startsWith('.')) reached.add(posix.join(dirname(path), specifier).replace(/\.[jt]s$/, '.d.ts'));
      }
    }
    expect(reached.size).toBeGreaterThan(entries.length);
    expect(shown).toEqual([]);
  });

  it('has nothing that publint would object to', async () => {
    const tarball = readFileSync(packed.tarball);
    const pack = { tarball: tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) };
    const { messages } = await publint({ pack, strict: true });
    expect(messages.map((message) => formatMessage(message, { ...description }))).toEqual([]);
  });

  it('has types that every way of resolving modules finds, but for CommonJS', () => {
    const attw = join(repository, 'node_modules/@arethetypeswrong/cli/dist/index.js');
    const check = [attw, packed.tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji'];
    const { status, stdout } = spawnSync(process.execPath, check, { encoding: 'utf8' });
    expect(stdout.match(/node16 \(from ESM\): OK \(ESM\)/g)).toHaveLength(entries.length);
    expect(stdout.match(/bundler: OK/g)?.length).toBeGreaterThanOrEqual(entries.length);
    expect(status).toBe(0);
  });
});
