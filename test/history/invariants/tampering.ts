import { describeCall } from '../describe.ts';
import type { Told, Violation } from '../history.ts';
import type { Index } from '../index-evidence.ts';

/** How much a caller has gained: let in, had a guess evaluated, or nothing. */
const gains: Readonly<Record<Told, number>> = {
  accepted: 2,
  refused: 1,
  exhausted: 0,
  invalid: 0,
  unavailable: 0,
  lost: 0,
};

/** I10: whoever tampers with a call is told nothing better than who does not. */
export function checkTampering({ calls }: Index): Violation[] {
  return calls.flatMap((call) => {
    const { tampered } = call;
    // What a call would have been told that met a fault, nobody knows.
    if (tampered === undefined || tampered.plain === 'lost' || tampered.plain === 'unavailable') return [];
    if (call.vague !== undefined && call.told === 'refused') return [];
    if (gains[call.told] <= gains[tampered.plain]) return [];
    const what = `"${tampered.what}" made ${call.told} of ${tampered.plain}: ${describeCall(call)}`;
    return [{ invariant: 'I10' as const, what, shown: [call] }];
  });
}
