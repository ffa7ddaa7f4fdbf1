import { describeCall, describeRow } from '../describe.ts';
import type { Call, Violation } from '../history.ts';
import { type Index, keyOf } from '../index-evidence.ts';

/** I7: what one user has to show lets no other in, and what no device has made lets nobody in. */
export function checkOtherUsers({ calls, rowOf, evidence }: Index): Violation[] {
  const found: Violation[] = [];
  const names = new Map<string, { name: string; call?: Call }>();
  for (const [id, name] of Object.entries(evidence.names ?? {})) names.set(id, { name: name.normalize('NFC') });
  for (const call of calls) {
    if (call.told !== 'accepted') continue;
    const owner = [call.stolenFrom, call.challengeOf].find(
      (owner) => owner !== undefined && owner.tenant === call.tenant && owner.user !== call.user,
    );
    if (owner !== undefined) {
      found.push(violation(`what belongs to ${owner.user} let in somebody else: ${describeCall(call)}`, [call]));
    } else if (call.credential === undefined) {
      found.push(violation(`a guess let in: ${describeCall(call)}`, [call]));
    }

    const row = rowOf(call);
    if (row?.user === undefined) continue;
    const key = evidence.names?.[row.user] === undefined ? keyOf(row.tenant, row.user) : row.user;
    const known = names.get(key);
    if (known === undefined) names.set(key, { name: call.user.normalize('NFC'), call });
    else if (known.name !== call.user.normalize('NFC')) {
      const what = `by the trail it was ${known.name} who was let in: ${describeCall(call)}, but ${describeRow(row)}`;
      found.push(violation(what, [...(known.call === undefined ? [] : [known.call]), call, row]));
    }
  }
  return found;
}

function violation(what: string, shown: readonly unknown[]): Violation {
  return { invariant: 'I7', what, shown };
}
