import { describeCall } from '../describe.ts';
import type { Violation } from '../history.ts';
import { groupBy, type Index, keyOf } from '../index-evidence.ts';
import { findDifferences } from './shapes.ts';

/** `foreign challenge` as what it is and what it is about; undefined for any other class of stranger. */
export function readForeignClass(stranger: string): { side: string; about: string } | undefined {
  const [, side, about] = /^(foreign|missing)\b\s*(.*)$/.exec(stranger) ?? [];
  return side === undefined ? undefined : { side, about: about ?? '' };
}

/** I5: what belongs to another tenant lets nobody in, and looks like what is not there. */
export function checkForeigners({ calls }: Index): Violation[] {
  const groups = groupBy(calls, ({ door, action, stranger }) => {
    const foreign = stranger === undefined ? undefined : readForeignClass(stranger);
    return foreign === undefined ? undefined : keyOf(door, action, foreign.about);
  });
  const told = [...groups.values()].flatMap((group) =>
    findDifferences(group, ({ stranger }) => readForeignClass(stranger ?? '')?.side ?? '').map(
      ({ one, other, call }) => ({
        invariant: 'I5' as const,
        what: `at the door ${call.door} what is ${one} was answered as what is ${other} never was, with ${call.shape}: ${describeCall(call)}`,
        shown: [call],
      }),
    ),
  );
  const entered = calls
    .filter((call) => call.told === 'accepted')
    .flatMap((call) => {
      const owner = [call.stolenFrom, call.challengeOf].find(
        (owner) => owner !== undefined && owner.tenant !== call.tenant,
      );
      if (owner === undefined) return [];
      const what = `what belongs to ${owner.user} of ${owner.tenant} let in another tenant: ${describeCall(call)}`;
      return [{ invariant: 'I5' as const, what, shown: [call] }];
    });
  return [...entered, ...told];
}
