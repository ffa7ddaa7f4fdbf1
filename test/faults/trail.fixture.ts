import { join } from 'node:path';
import { expect } from 'vitest';
import { keyRing, loadKeyFile } from '../../src/crypto/index.ts';
import { checkHistory } from '../history/check-history.ts';
import type { TrailRow } from '../history/history.ts';
import { readExportedTrail } from '../history/read-trail.ts';
import type { Served } from './served.fixture.ts';
import { guessesPerUser, type Witness } from './witness.fixture.ts';

/** What was told and what stands in the trail agree, and no invariant was broken. Answers the trail, as an operator exports it. */
export async function holdsInvariants(
  { cs }: Served,
  { history, names }: Witness,
  databaseUrl?: string,
): Promise<readonly TrailRow[]> {
  const env: Record<string, string> = databaseUrl === undefined ? {} : { COUNTERSIGN_DATABASE_URL: databaseUrl };
  const file = join(cs.folder, 'trail.jsonl');
  await cs.done(['audit', 'export', file, '--force'], { env });
  const keys = loadKeyFile(join(cs.folder, 'keys.json'));
  if (keys === undefined) throw new Error('the key file is gone');
  const evidence = await readExportedTrail(file, keyRing(keys).auditPublicKey);
  expect(checkHistory({ ...evidence, history, names, guessesPerUser })).toEqual([]);
  return evidence.trail;
}
