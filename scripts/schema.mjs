// Writes schema/countersign.schema.json and docs/configuration.md from src/server/config/schema.ts. The test that holds them current
// is what writes them: it is run in the mode in which vitest updates the files it compares with.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'src/server/config/published.test.ts', '--update'], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);
