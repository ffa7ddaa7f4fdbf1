// Compiles src into dist, if the sources have changed since the last time. Prints one line.
//
//   node scripts/build.mjs            build when needed
//   node scripts/build.mjs --force    build in any case
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('..', import.meta.url));
const dist = join(repository, 'dist');
const stampFile = join(dist, '.stamp');
const configuration = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'];

/** What dist depends on, as one hash: the names and contents of the sources, the configuration and the compiler's version. */
function hashSources() {
  const sources = readdirSync(join(repository, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:test|fixture)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(repository.length))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...configuration, ...sources]) {
    const content = readFileSync(join(repository, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function compile(outDir) {
  // The compiler's package exports nothing but its API; its command lies beside its package.json.
  const typescript = dirname(fileURLToPath(import.meta.resolve('typescript/package.json')));
  const { bin } = JSON.parse(readFileSync(join(typescript, 'package.json'), 'utf8'));
  const compiler = [join(typescript, bin.tsc), '-p', join(repository, 'tsconfig.build.json'), '--outDir', outDir];
  return spawnSync(process.execPath, compiler, { stdio: 'inherit', cwd: repository }).status === 0;
}

const start = performance.now();
const stamp = hashSources();
const isCurrent = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
if (isCurrent && !process.argv.includes('--force')) {
  console.log('dist is up to date');
} else {
  // Built aside and exchanged at the end: files of removed sources go, and nobody finds half of a build.
  const [fresh, stale] = ['new', 'old'].map((state) => join(repository, '.cache', `dist-${state}-${process.pid}`));
  mkdirSync(fresh, { recursive: true });
  try {
    if (compile(fresh)) {
      // Styles, scripts and pictures of the hosted pages are no TypeScript: they go as they are.
      cpSync(join(repository, 'src', 'pages', 'assets'), join(fresh, 'pages', 'assets'), { recursive: true });
      const command = join(fresh, 'cli', 'main.js');
      if (existsSync(command)) chmodSync(command, 0o755);
      writeFileSync(join(fresh, '.stamp'), stamp);
      if (existsSync(dist)) renameSync(dist, stale);
      renameSync(fresh, dist);
      console.log(`dist is built (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } else {
      console.error('dist is not built: the sources have errors');
      process.exitCode = 1;
    }
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(stale, { recursive: true, force: true });
  }
}
