// What `npm start` runs: installs and builds what is missing or stale, then is `countersign dev`. Nothing but Node's own
// modules is there when it begins. Arguments go to the command: `npm start -- --help`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, installDependencies, root, run } from './install.mjs';

const command = join(root, 'dist', 'cli', 'main.js');

checkNode();
installDependencies();
run(undefined, process.execPath, join(root, 'scripts', 'build.mjs'));

// The command runs in this very process: signals, the terminal and the exit code are its own.
process.argv.splice(1, 1, command, 'dev');
await import(pathToFileURL(command).href);
