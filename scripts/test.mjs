// What `npm test` runs: installs what is missing, checks format, lint and types, builds, runs the whole suite on this Node and SQLite,
// the SQLite rooms once more on Node 24, everything that touches the database once more on PostgreSQL and on MariaDB, and counts the
// parity ids that the titles name.
//
//   npm test                    everything
//   npm test -- src/otp         the suite below a path, nothing else
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages } from './debian-packages.mjs';
import { checkNode, installDependencies, npm, root, run } from './install.mjs';
import { printParity } from './parity.mjs';

const paths = process.argv.slice(2);
const cache = join(root, '.cache');
let failed = 0;
let passed = 0;
/** What failed, to be said once more at the end, where whoever sees only the end of the output sees it. */
const failures = [];

checkNode();
installDependencies();
installDebianPackages();
mkdirSync(cache, { recursive: true });
run(undefined, process.execPath, join(root, 'scripts', 'build.mjs'));

if (paths.length === 0) {
  check('format', 'node_modules/.bin/prettier', '--check', '.');
  check('lint', 'node_modules/.bin/oxlint', '--type-aware', '--deny-warnings');
  check('types', 'node_modules/.bin/tsc', '-p', 'tsconfig.json', '--noEmit');
}

const results = [suite('this Node', process.execPath, 'results', paths)];
if (paths.length === 0) {
  // The other SQLite driver: node:sqlite, which Node 20 has not.
  results.push(suite('Node 24', node24(), 'results-node24', ['src/store', 'src/engine', 'src/crypto', 'src/otp']));
  // What is about SQLite itself lies in its dialect's folder.
  const kinds = ['every-kind', 'guesses', 'two-nodes'].map((name) => `test/kinds/${name}.test.ts`);
  const rooms = ['src/store', 'src/limits', 'src/engine', 'src/doors', ...kinds, '--exclude=src/store/dialects/**'];
  for (const database of ['postgres', 'mariadb']) {
    results.push(
      suite(database, process.execPath, `results-${database}`, rooms, { COUNTERSIGN_TEST_DATABASE: database }),
    );
  }
  printParity(results.flatMap((result) => result.titles));
}
for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
process.stdout.write(`tests: ${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** A check that is one test: it passes or fails as a whole. */
function check(name, program, ...args) {
  const { status } = spawnSync(join(root, program), args, { cwd: root, stdio: ['ignore', 2, 2] });
  process.stderr.write(`${name}: ${status === 0 ? 'ok' : 'failed'}\n`);
  if (status === 0) passed++;
  else fail(name, 'see above');
}

function fail(where, why) {
  failed++;
  failures.push(`${where}: ${why}`);
}

/** Runs vitest; answers the titles of the tests that passed. */
function suite(name, node, file, only, env = {}) {
  process.stderr.write(`\nThe suite on ${name}\n`);
  const output = join(cache, `${file}.json`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${output}`];
  const args = [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...reporters, ...only];
  rmSync(output, { force: true });
  const { status } = spawnSync(node, args, { cwd: root, stdio: ['ignore', 2, 2], env: { ...process.env, ...env } });
  if (!existsSync(output)) {
    fail(name, `vitest ended with ${status} and has written no report`);
    return { titles: [] };
  }
  const report = JSON.parse(readFileSync(output, 'utf8'));
  const tests = report.testResults.flatMap((result) => result.assertionResults);
  passed += report.numPassedTests;
  for (const test of tests)
    // A test that was left out fails, too.
    if (test.status !== 'passed')
      fail(name, `${test.fullName} (${test.status})\n${(test.failureMessages ?? []).join('\n').slice(0, 2000)}`);
  // A file that could not even be loaded has no failed test, and still fails the run.
  for (const file of report.testResults)
    if (file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
      fail(name, `${file.name} ${(file.message ?? '').slice(0, 2000)}`);
  if (status !== 0 && report.success) fail(name, `vitest ended with ${status}`);
  return { titles: tests.filter((test) => test.status === 'passed').map((test) => test.fullName) };
}

/** Node 24 from the package registry, kept in .cache. */
function node24() {
  const folder = join(cache, 'node24');
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    run(
      'Installing Node 24 beside this one …',
      ...npm('install', '--prefix', folder, '--no-save', '--ignore-scripts', `${name}@24`),
    );
  }
  return binary;
}
