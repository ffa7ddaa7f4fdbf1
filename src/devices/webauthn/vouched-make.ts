import type { Time } from '../../core/model.ts';
import { chainEndsIn } from './certificate-chain.ts';

/**
 * Makes of platforms whose programs, and not the authenticator, write what is signed: their certificates vouch for a key and for nobody's
 * make, so they are believed for these and for no other (WebAuthn §8.3, §8.4, §8.8).
 */
const platforms: Readonly<Record<string, readonly string[]>> = {
  'android-key': ['b93fd961-f2e6-462f-b122-82002247de78'],
  apple: ['f24a8e70-d0d3-f82c-2937-32523cc4de5a'],
  // Windows Hello.
  tpm: [
    '08987058-cadc-4b81-b6e1-30de50dcbe96',
    '6028b017-b1d4-4c02-b4b3-afcdafc96bb2',
    '9ddd1817-af5a-4672-a2b9-3e3dd95000a9',
  ],
};

/**
 * Whether certificates vouch for the make that an authenticator says it is. An authority has to have issued each of them: the key of a
 * telephone has a certificate, too, and signs whatever its owner wants.
 */
export function isMakeVouchedFor(
  { format, aaguid, chain }: { format: string; aaguid: string; chain: readonly Uint8Array[] },
  roots: readonly string[],
  now: Time,
): boolean {
  return (platforms[format]?.includes(aaguid) ?? true) && chainEndsIn(chain, roots, now);
}
