import { describeCall } from '../describe.ts';
import type { Violation } from '../history.ts';
import { groupBy, type Index, keyOf } from '../index-evidence.ts';
import { readForeignClass } from './foreigners.ts';
import { findDifferences } from './shapes.ts';

/** I4: at one door all classes of strangers get the same answers. */
export function checkStrangers({ calls }: Index): Violation[] {
  const groups = groupBy(calls, ({ door, action, stranger }) =>
    stranger === undefined || readForeignClass(stranger) !== undefined ? undefined : keyOf(door, action),
  );
  return [...groups.values()].flatMap((group) =>
    findDifferences(group, ({ stranger }) => stranger ?? '').map(({ one, other, call }) => ({
      invariant: 'I4',
      what: `at the door ${call.door} "${one}" was answered as "${other}" never was, with ${call.shape}: ${describeCall(call)}`,
      shown: [call],
    })),
  );
}
