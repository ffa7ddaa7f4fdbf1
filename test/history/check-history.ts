import type { Evidence, Violation } from './history.ts';
import { type Index, indexEvidence } from './index-evidence.ts';
import { checkAcknowledged } from './invariants/acknowledged.ts';
import { checkDeviceChanges } from './invariants/device-changes.ts';
import { checkFaults } from './invariants/faults.ts';
import { checkForeigners } from './invariants/foreigners.ts';
import { checkGuesses } from './invariants/guesses.ts';
import { checkOtherUsers } from './invariants/other-users.ts';
import { checkSecrets } from './invariants/secrets.ts';
import { checkSingleUse } from './invariants/single-use.ts';
import { checkStrangers } from './invariants/strangers.ts';
import { checkTampering } from './invariants/tampering.ts';

/** In the order of their numbers, I1 to I10. */
const invariants: readonly ((index: Index) => Violation[])[] = [
  checkSingleUse,
  checkAcknowledged,
  checkGuesses,
  checkStrangers,
  checkForeigners,
  checkSecrets,
  checkOtherUsers,
  checkFaults,
  checkDeviceChanges,
  checkTampering,
];

/**
 * Everything in the evidence that must not have happened. Each violation is certain: whatever order the calls took effect in, whatever the
 * clocks of the nodes showed and whatever became of calls that were lost, one of the invariants was broken.
 */
export function checkHistory(evidence: Evidence): Violation[] {
  const index = indexEvidence(evidence);
  return invariants.flatMap((check) => check(index));
}
