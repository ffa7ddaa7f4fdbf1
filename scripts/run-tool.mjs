// Runs a program of the workshop that is written in TypeScript (`npm run bench`, `npm run torture`): installs and builds what is missing,
// compiles the program aside into .cache, and runs it with the arguments that are left.
//
//   node scripts/run-tool.mjs bench/main.ts --profile
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installDebianPackages } from './debian-packages.mjs';
import { checkNode, installDependencies, root, run } from './install.mjs';

const [program = '', ...args] = process.argv.slice(2);

checkNode();
installDependencies();
installDebianPackages();
run(undefined, process.execPath, join(root, 'scripts', 'build.mjs'));
const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
run(undefined, process.execPath, typescript, '-p', join(root, 'tsconfig.tools.json'));

const compiled = join(root, '.cache', 'tools', program.replace(/\.ts$/, '.js'));
const child = spawnSync(process.execPath, [compiled, ...args], { stdio: 'inherit', cwd: root });
process.exitCode = child.status ?? 1;
