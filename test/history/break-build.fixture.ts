import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { repository } from '../house/source-files.ts';
import type { BrokenBuild } from './broken-builds.fixture.ts';

/** A copy of the build with one change in it, for as long as the test runs. Answers its folder. */
export function breakBuild({ name, file, find, replace }: BrokenBuild): string {
  const dist = join(repository, 'dist');
  const text = readFileSync(join(dist, file), 'utf8');
  const places = text.split(find).length - 1;
  if (places !== 1) {
    throw new Error(
      `The broken build "${name}" changes a place in dist/${file} that is there ${places} times instead of once.` +
        ` The sources have moved: find the place again and mend the entry in broken-builds.fixture.ts. It looks for:\n${find}`,
    );
  }
  // Inside of the repository, so that the packages are found from there.
  const cache = join(repository, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'broken-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const build = join(folder, 'dist');
  cpSync(dist, build, { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
  cpSync(join(repository, 'package.json'), join(folder, 'package.json'));
  writeFileSync(
    join(build, file),
    text.replace(find, () => replace),
  );
  return build;
}
