// What `npm start` and `npm test` need before anything else: the dependencies, installed once and again when the lock file changes.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Ends the process when this Node is too old. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Countersign needs Node 20.19 or later; this is ${process.versions.node}. See https://nodejs.org`);
}

/** Runs `npm ci` when node_modules is missing or older than the lock file. No package needs an install script. */
export function installDependencies() {
  if (!isInstallStale()) return;
  run('Installing dependencies (npm ci) …', ...npm('ci', '--ignore-scripts', '--no-audit', '--no-fund'));
}

/** npm writes its own copy of the lock file last, so an install that was interrupted counts as none. */
function isInstallStale() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  return !existsSync(installed) || statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

/** npm as the one that runs us, else the one on the path (a script on Windows, which needs a shell). */
export function npm(...args) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') ? [process.execPath, cli, ...args] : ['npm', ...args];
}

/** Runs a program; what it says goes to stderr, because stdout belongs to the command. A failure ends this process too. */
export function run(title, program, ...args) {
  if (title !== undefined) process.stderr.write(`${title}\n`);
  const shell = process.platform === 'win32' && program === 'npm';
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (error !== undefined) fail(`${program} cannot be run: ${error.message}`);
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) {
    fail(`"${[program, ...args].join(' ')}" failed (exit code ${status}); what it said stands above.`, status ?? 1);
  }
}

export function fail(message, code = 1) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(code);
}
