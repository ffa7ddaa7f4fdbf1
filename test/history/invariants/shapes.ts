import type { Call } from '../history.ts';
import { groupBy } from '../index-evidence.ts';

/** Two classes of callers who can tell each other apart, and the call that shows it. */
export interface Difference {
  one: string;
  other: string;
  /** Of `one`; nobody of `other` has got such an answer. */
  call: Call;
}

/**
 * The shapes that one class has seen and another has not. What was lost has no say, nor what a server says that has no time or no database for
 * anybody. Other failures have: who meets one where others do not is told something by it.
 */
export function findDifferences(calls: readonly Call[], classOf: (call: Call) => string): Difference[] {
  const shaped = calls.filter(
    ({ shape, told, status }) => shape !== undefined && told !== 'lost' && status !== 503 && status !== 'unavailable',
  );
  const classes = [...groupBy(shaped, classOf)].map(([name, members]) => ({
    name,
    shapes: new Map(members.toReversed().map((call) => [call.shape, call])),
  }));
  return classes.flatMap((one) =>
    classes.flatMap((other) =>
      [...one.shapes].flatMap(([shape, call]) =>
        other.shapes.has(shape) ? [] : [{ one: one.name, other: other.name, call }],
      ),
    ),
  );
}
