import { platformTenant } from '../../src/core/ids.ts';
import type { KeyRing } from '../../src/crypto/index.ts';
import type { Caller } from '../../src/engine/index.ts';
import { readTrail, type Trail } from '../history/read-trail.ts';
import { withEngine } from './cast.ts';

/** Reads the whole trail of a database back, and has it verified. */
export function readWholeTrail(url: string, ring: KeyRing): Promise<Trail> {
  const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'torture' }, door: 'torture' };
  return withEngine(url, ring, (engine) => readTrail(engine, system));
}
