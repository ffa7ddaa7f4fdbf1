import { describeCall } from '../describe.ts';
import type { Call, Violation } from '../history.ts';
import { groupBy, type Index, keyOf } from '../index-evidence.ts';

/**
 * I1: a value or a challenge lets in once. Values that count (time steps, counters) go up: what was accepted before a call was asked is
 * below what that call may be accepted with.
 */
export function checkSingleUse({ calls }: Index): Violation[] {
  const accepted = calls.filter(({ told }) => told === 'accepted');
  const byValue = groupBy(accepted, (call) =>
    call.value === undefined ? undefined : keyOf(credentialKey(call) ?? '', call.value),
  );
  const byChallenge = groupBy(accepted, (call) =>
    call.challenge === undefined ? undefined : keyOf(call.challengeOf?.tenant ?? call.tenant, call.challenge),
  );
  const twice = (what: string) => (uses: Call[]) =>
    uses.length < 2
      ? []
      : [violation(`${what} let in ${uses.length} times: ${uses.map(describeCall).join('; ')}`, uses)];
  const valueUses = [...byValue.values()].filter(([first]) => first?.credential !== undefined);
  return [
    ...valueUses.flatMap((uses) => twice(`value ${uses[0]?.value} of ${uses[0]?.credential}`)(uses)),
    ...[...byChallenge.values()].flatMap((uses) => twice(`challenge ${uses[0]?.challenge}`)(uses)),
    ...[...groupBy(accepted, credentialKey).values()].flatMap(checkOrder),
  ];
}

/** The credential as one thing of its tenant, whoever presents its values. Undefined: no device made the value. */
export function credentialKey(call: Call): string | undefined {
  if (call.credential === undefined) return undefined;
  return keyOf(call.stolenFrom?.tenant ?? call.tenant, call.credential);
}

/** For each accepted value the highest that was accepted before it was asked for: one pass over both orders of time. */
function checkOrder(accepted: readonly Call[]): Violation[] {
  const counted = accepted.filter(({ value, nonce }) => value !== undefined && nonce === undefined);
  const byEnd = counted.toSorted((a, b) => a.answered - b.answered);
  const found: Violation[] = [];
  let ended = 0;
  let highest: Call | undefined;
  for (const call of counted.toSorted((a, b) => a.asked - b.asked)) {
    for (let next = byEnd[ended]; next !== undefined && next.answered < call.asked; next = byEnd[++ended])
      if ((next.value ?? 0) > (highest?.value ?? -Infinity)) highest = next;
    if (highest?.value === undefined || call.value === undefined || call.value >= highest.value) continue;
    const what = `an older value was accepted behind a newer one: ${describeCall(highest)}; then ${describeCall(call)}`;
    found.push(violation(what, [highest, call]));
  }
  return found;
}

function violation(what: string, shown: readonly unknown[]): Violation {
  return { invariant: 'I1', what, shown };
}
