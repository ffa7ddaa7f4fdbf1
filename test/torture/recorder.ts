import { performance } from 'node:perf_hooks';
import type { Call, HistoryEvent, Told } from '../history/history.ts';

/** The time of the history, which nobody sets. */
export function historyTime(): number {
  return performance.timeOrigin + performance.now();
}

export type Counts = Record<Told | 'calls', number>;

/** Writes down what happens. */
export interface Recorder {
  readonly events: readonly HistoryEvent[];
  readonly counts: Readonly<Counts>;
  record(event: HistoryEvent): void;
  /** What should not happen and no invariant speaks of: answers that no door should give, servers that end by themselves. */
  readonly surprises: readonly string[];
  surprise(what: string): void;
}

export function noCounts(): Counts {
  return { calls: 0, accepted: 0, refused: 0, exhausted: 0, unavailable: 0, lost: 0, invalid: 0 };
}

export function recorder(): Recorder {
  const events: HistoryEvent[] = [];
  const surprises: string[] = [];
  const counts = noCounts();
  const count = ({ told }: Call): void => {
    counts.calls++;
    counts[told]++;
  };
  return {
    events,
    counts,
    surprises,
    record: (event) => {
      events.push(event);
      if (event.event === 'call') count(event);
    },
    surprise: (what) => {
      if (surprises.length < 100) surprises.push(what);
    },
  };
}
