// What `npm start` runs: installs and builds what is missing or stale, then is `countersign dev`. Nothing but Node's own
// modules is there when it begins. Arguments go to the command: `npm start -- --help`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, installDependencies, root, run } from './install.mjs';

const command = join(root, 'dist', 'cli', 'main.js');

checkNode();
installDependencies();
run(undefined, process.execPath, join(root, 'scripts', 'build.mjs'));

// npm runs this in a shell, which ends at a signal without passing it on: whoever has lost his parent was meant.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid === parent) return;
  process.emit('SIGTERM', 'SIGTERM');
}, 500).unref();

// The command runs in this very process: signals, the terminal and the exit code are its own.
process.argv.splice(1, 1, command, 'dev');
await import(pathToFileURL(command).href);
