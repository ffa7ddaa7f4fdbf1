// npm run bench: Countersign beside its floors and its peers, in one run. What is measured and how stands in docs/performance.md.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, openBench } from './context.ts';
import { type BenchOptions, readOptions, type SectionName, sectionNames, usage } from './options.ts';
import { profileVerify } from './profile/profile-verify.ts';
import type { SectionReport } from './report/section-report.ts';
import { showGoals, showResults, writeResults } from './report/write-results.ts';
import { challengeSection } from './sections/challenge.ts';
import { memorySection } from './sections/memory.ts';
import { overloadSection } from './sections/overload.ts';
import { peersSection } from './sections/peers.ts';
import { scaleSection } from './sections/scale.ts';
import { startSection } from './sections/start.ts';
import { statementsSection } from './sections/statements.ts';
import { verifySection } from './sections/verify.ts';

const sections: Record<SectionName, (bench: Bench) => Promise<SectionReport>> = {
  verify: verifySection,
  challenge: challengeSection,
  scale: scaleSection,
  start: startSection,
  memory: memorySection,
  statements: statementsSection,
  overload: overloadSection,
  peers: peersSection,
};

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
  process.once('exit', (code) => {
    // What the servers said is wanted when something went wrong.
    if (code === 0) rmSync(bench.scratch, { recursive: true, force: true });
    else process.stderr.write(`what the servers left: ${bench.scratch}\n`);
  });
  if (options.profile) console.log(await profileVerify(bench));
  else await measure(bench);
}

/** A section that fails does not keep the others from being measured; the run fails at the end. */
async function measure(bench: Bench): Promise<void> {
  const start = Date.now();
  const reports: SectionReport[] = [];
  for (const name of bench.sections) {
    try {
      const report = await sections[name](bench);
      console.log(`\n## ${report.title}\n\n${report.body}`);
      reports.push(report);
    } catch (error) {
      process.exitCode = 1;
      const message = error instanceof Error ? error.message : String(error);
      process.stderr.write(`error: ${name}: ${message}\n`);
      reports.push({ title: name, body: `This section failed: ${message}\n`, goals: [] });
    }
  }
  const results = showResults(bench, reports, Math.round((Date.now() - start) / 60_000));
  console.log(`\n## Goals\n\n${showGoals(reports)}`);
  // A part of the sections is no replacement for the results of all.
  const whole = bench.sections.length === sectionNames.length && !bench.quick;
  const file = whole ? join('bench', 'RESULTS.md') : join(bench.cache, 'RESULTS.md');
  writeResults(file, results);
  process.stderr.write(`written: ${file}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main();
