// Runs a program of the workshop that is written in TypeScript (`npm run bench`, `npm run torture`): installs and builds what is missing,
// compiles the program and what it imports aside into .cache, and runs it with the arguments that are left.
//
//   node scripts/run-tool.mjs bench/main.ts --profile
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installDebianPackages } from './debian-packages.mjs';
import { checkNode, installDependencies, root, run } from './install.mjs';

const [program = '', ...args] = process.argv.slice(2);

checkNode();
installDependencies();
installDebianPackages();
run(undefined, process.execPath, join(root, 'scripts', 'build.mjs'));
compile();

// Ctrl+C is for the program to see, which may have something to end in good order.
process.on('SIGINT', () => undefined);
const compiled = join(root, '.cache', 'tools', program.replace(/\.ts$/, '.js'));
const child = spawnSync(process.execPath, [compiled, ...args], { stdio: 'inherit', cwd: root });
process.exitCode = child.status ?? 1;

/** Only the folder of this program: a mistake in another one is no reason not to run it. */
function compile() {
  const folder = join(root, '.cache', 'tools');
  mkdirSync(folder, { recursive: true });
  const configuration = join(folder, `tsconfig-${dirname(program).replaceAll('/', '-')}.json`);
  const include = [join(root, dirname(program))];
  writeFileSync(configuration, JSON.stringify({ extends: '../../tsconfig.tools.json', include }));
  const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(undefined, process.execPath, typescript, '-p', configuration);
}
