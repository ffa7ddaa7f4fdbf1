import { hearError, type Heard } from './heard.ts';
import type { Call, Fault, HistoryEvent, Reset } from './history.ts';

/** What the caller knows before he asks. */
export type Asked = Omit<Call, 'event' | 'asked' | 'answered' | keyof Heard>;

/** Writes down what happens, with times of the clock that all processes of this machine share. */
export interface Recorder {
  /** What has come to its end, in that order. */
  readonly events: readonly HistoryEvent[];
  /** What was seen and timed elsewhere. */
  record(event: HistoryEvent): void;
  /** Asks, and answers what was heard. What `ask` throws is heard by `hearError`: nothing is thrown from here. */
  call<T>(about: Asked, ask: () => Promise<T>, hear: (answer: T) => Heard): Promise<Call>;
  /** A fault lasts while `work` does. */
  fault<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** Forgives the wrong guesses of a user by `work`. */
  reset<T>(who: Pick<Reset, 'tenant' | 'user'>, work: () => Promise<T>): Promise<T>;
}

export interface RecorderOptions {
  /**
   * Is given each event as a line, a call also before it is asked: then as one whose answer was lost, which the line of its end replaces. So
   * the history of a process that is killed holds what it was asking.
   */
  write?: (line: string) => void;
  /** How errors are heard where they are not those of the engine. */
  hearError?: (error: unknown) => Heard;
}

/** The time in ms on a clock that is never set, the same in all processes of this machine. */
export function monotonicNow(): number {
  return performance.timeOrigin + performance.now();
}

export function createRecorder(options: RecorderOptions = {}): Recorder {
  const events: HistoryEvent[] = [];
  const own = `${process.pid}@${performance.timeOrigin}`;
  let lines = 0;

  const write = (event: HistoryEvent, id: string) => options.write?.(`${JSON.stringify({ id, ...event })}\n`);
  const newId = () => `${own}#${lines++}`;
  const keep = (event: HistoryEvent, id = newId()) => {
    events.push(event);
    write(event, id);
  };

  return {
    events,
    record: (event) => keep(event),
    call: async (about, ask, hear) => {
      const id = newId();
      const asked = monotonicNow();
      if (options.write !== undefined) {
        write({ event: 'call', ...about, asked, answered: asked, told: 'lost', status: 'never answered' }, id);
      }
      const heard = await ask().then(hear, options.hearError ?? hearError);
      const call: Call = { event: 'call', ...about, asked, answered: monotonicNow(), ...heard };
      keep(call, id);
      return call;
    },
    fault: async (what, work) => {
      const from = monotonicNow();
      try {
        return await work();
      } finally {
        keep({ event: 'fault', from, to: monotonicNow(), what } satisfies Fault);
      }
    },
    reset: async (who, work) => {
      const since = monotonicNow();
      try {
        return await work();
      } finally {
        keep({ event: 'reset', since, at: monotonicNow(), ...who });
      }
    },
  };
}

/** The events as they are kept in a file, a line each. */
export function toJsonLines(events: readonly HistoryEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/**
 * Reads what recorders of one run have written, in the order of time. Of several lines with one id the last counts; what stands behind the
 * last line end was cut off with its process.
 */
export function readJsonLines(...texts: readonly string[]): HistoryEvent[] {
  const events = new Map<string, HistoryEvent>();
  for (const [file, text] of texts.entries()) {
    for (const [number, line] of text.split('\n').slice(0, -1).entries()) {
      if (line === '') continue;
      const { id, ...event } = JSON.parse(line) as HistoryEvent & { id?: string };
      events.set(id ?? `${file}:${number}`, event);
    }
  }
  return [...events.values()].toSorted((a, b) => beginOf(a) - beginOf(b));
}

function beginOf(event: HistoryEvent): number {
  return event.event === 'call' ? event.asked : event.event === 'fault' ? event.from : (event.since ?? event.at);
}
