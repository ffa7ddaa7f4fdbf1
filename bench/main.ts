// npm run bench: Countersign beside its floors and its peers, in one run. What is measured and how stands in docs/performance.md.
import { rmSync } from 'node:fs';
import { type Bench, openBench } from './context.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { profileVerify } from './profile/profile-verify.ts';
import { showVerify, verifySection } from './sections/verify.ts';

async function main(): Promise<void> {
  let options: BenchOptions;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const bench = openBench(options);
  try {
    await run(bench);
  } finally {
    rmSync(bench.scratch, { recursive: true, force: true });
  }
}

async function run(bench: Bench): Promise<void> {
  if (bench.profile) {
    console.log(await profileVerify(bench));
    return;
  }
  console.log(showVerify(await verifySection(bench)));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main();
