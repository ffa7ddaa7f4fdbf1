// What `npm start` runs: installs and builds what is missing or stale, then is `countersign dev`. Node's own modules only,
// because nothing is installed yet when it begins. Arguments go to the command: `npm start -- --help`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkNode, installDependencies, root, run } from './install.mjs';

checkNode();
installDependencies();
run(undefined, process.execPath, join(root, 'scripts', 'build.mjs'));

// The command runs in this very process: signals, the terminal and the exit code are its own.
const command = join(root, 'dist', 'cli', 'main.js');
process.argv.splice(1, 1, command, 'dev');
await import(pathToFileURL(command).href);
