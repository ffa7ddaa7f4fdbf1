import { createHash } from 'node:crypto';
import type { Random } from '../core/random.ts';

/** Random bytes that are the same in every run: SHA-256 of the seed and a counter. */
export function seededRandom(seed: string): Random {
  let counter = 0;
  let rest = Buffer.alloc(0);
  return {
    bytes(length) {
      while (rest.length < length) {
        rest = Buffer.concat([rest, createHash('sha256').update(`${seed}:${counter}`).digest()]);
        counter += 1;
      }
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      return bytes;
    },
  };
}
