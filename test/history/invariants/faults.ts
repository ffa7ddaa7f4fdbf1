import { describeCall } from '../describe.ts';
import type { Call, Fault, TrailRow, Violation } from '../history.ts';
import { groupBy, type Index } from '../index-evidence.ts';
import { credentialKey } from './single-use.ts';

/**
 * I8: a fault makes no yes of what is not one, and burns no code: a right value that nothing can have used before is not refused, also
 * when it was answered with `unavailable` before.
 */
export function checkFaults(index: Index): Violation[] {
  return [...checkFaultyYes(index), ...checkBurntCodes(index)];
}

function overlaps(call: Call, { from, to }: Fault): boolean {
  return call.asked <= to && call.answered >= from;
}

function checkFaultyYes({ calls, faults, rowOf }: Index): Violation[] {
  return calls.flatMap((call) => {
    if (call.told !== 'accepted' || call.auditId === undefined || rowOf(call) !== undefined) return [];
    const fault = faults.find((fault) => overlaps(call, fault));
    if (fault === undefined) return [];
    const what = `a fault (${fault.what}) became a yes without a row in the trail: ${describeCall(call)}`;
    return [{ invariant: 'I8' as const, what, shown: [fault, call] }];
  });
}

function checkBurntCodes(index: Index): Violation[] {
  const touched = index.evidence.trail.filter(changesWhatIsRight);
  const isTouched = (call: Call) =>
    touched.some((row) => row.device === call.credential || (index.mayConcern(row, call) && row.device === undefined));
  const passed = groupBy(index.calls.filter(index.mayHaveBeenAccepted), ({ challenge }) => challenge);
  const found: Violation[] = [];
  for (const calls of groupBy(index.calls, credentialKey).values()) {
    const spenders = calls.filter(index.mayHaveBeenAccepted);
    const highest = runningMaximum(spenders);
    const reported = new Set<number>();
    for (const call of calls) {
      if (!isRight(call) || reported.has(call.value) || isOdd(call, index.faults)) continue;
      const before = countAskedBefore(spenders, call.answered);
      const isSpent = call.nonce
        ? spenders.slice(0, before).some(({ value }) => value === undefined || value === call.value)
        : before > 0 && (highest[before - 1] ?? Infinity) >= call.value;
      if (isSpent || isTouched(call)) continue;
      const rivals = call.challenge === undefined ? [] : (passed.get(call.challenge) ?? []);
      if (rivals.some(({ asked }) => asked <= call.answered)) continue;
      reported.add(call.value);
      const earlier = calls.filter((other) => other.value === call.value && other.asked < call.asked);
      const history = earlier.map((other) => `before, ${describeCall(other)}`).join('; ');
      const what = `a right code was burnt that nothing has used: ${describeCall(call)}${history === '' ? '' : `; ${history}`}`;
      found.push({ invariant: 'I8', what, shown: [...earlier, call] });
    }
  }
  return found;
}

/** Refused, though by what the call says of itself there was nothing to refuse. */
function isRight(call: Call): call is Call & { value: number } {
  return (
    call.told === 'refused' &&
    call.value !== undefined &&
    call.untimely === undefined &&
    call.vague === undefined &&
    call.tampered === undefined &&
    call.stolenFrom === undefined &&
    call.challengeOf === undefined
  );
}

/** Under a clock that is set wrong, and behind a restored backup, right values are refused with reason. */
function isOdd(call: Call, faults: readonly Fault[]): boolean {
  return faults.some(
    (fault) =>
      (/clock/i.test(fault.what) && overlaps(call, fault)) ||
      (/restor/i.test(fault.what) && call.answered >= fault.from),
  );
}

/** Rows after which a value that was right may be wrong: whoever it was took the device or the user out of use, or used values otherwise. */
function changesWhatIsRight({ event, outcome }: TrailRow): boolean {
  if (outcome === 'refused') return false;
  if (/^device\.(?:provisioned|renamed|secret-read|code-read)$/.test(event)) return false;
  return /^(?:device|user)\./.test(event) && !/^user\.(?:created|unlocked)$/.test(event);
}

/** Of calls by the time they were asked: the highest value of each and those before it. Not numbered: it may be any. */
function runningMaximum(calls: readonly Call[]): number[] {
  let highest = -Infinity;
  return calls.map(({ value }) => (highest = Math.max(highest, value ?? Infinity)));
}

/** How many of the calls, by the time they were asked, were asked at `time` or before. */
function countAskedBefore(calls: readonly Call[], time: number): number {
  let low = 0;
  let high = calls.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((calls[middle]?.asked ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
