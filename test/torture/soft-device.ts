import { hotp, totp, totpStep } from '../../src/otp/index.ts';

/** What the servers of a torture are configured with, and what a soft device keeps clear of. */
export const window = { back: 10, ahead: 10, lookAhead: 10 };
export const period = 2;
const digits = 8;

/** A device in software that knows how far it has counted. */
export interface SoftDevice {
  kind: 'hotp' | 'totp';
  /** Its id, which names it in the history. */
  id: string;
  /** A value that was never shown and that is good now; undefined where there is none yet. */
  next(): number | undefined;
  codeOf(value: number): string;
  /** The code of a value, which counts as shown from now on. */
  show(value: number): string;
  /** Whether the code stands for some value that could be good now, or soon. */
  couldBeRight(code: string, except?: number): boolean;
  /** Whether the value is out of its window, or so near its end that nobody can say. */
  isUntimely(value: number): boolean;
}

/** A counter token: each value is good once, and the next one is there at once. */
export function hotpDevice(id: string, secret: Uint8Array): SoftDevice {
  const codes: string[] = [];
  const counters = new Map<string, number[]>();
  let shown = -1;
  const learn = (upTo: number): void => {
    for (let counter = codes.length; counter <= upTo; counter++) {
      const code = hotp({ secret, counter, digits });
      codes.push(code);
      counters.set(code, [...(counters.get(code) ?? []), counter]);
    }
  };
  const codeOf = (counter: number): string => {
    // As far as the window of the server can reach.
    learn(Math.max(counter, shown + 1) + window.lookAhead + 2);
    return codes[counter] ?? '';
  };
  const couldBeRight = (code: string, except?: number): boolean => {
    codeOf(shown + 1);
    return (counters.get(code) ?? []).some((counter) => counter !== except);
  };
  return {
    kind: 'hotp',
    id,
    codeOf,
    next: () => {
      let counter = shown + 1;
      // Two counters of one code would be two values that look like one.
      while (couldBeRight(codeOf(counter), counter)) counter++;
      return counter;
    },
    show: (counter) => {
      shown = Math.max(shown, counter);
      return codeOf(counter);
    },
    couldBeRight,
    isUntimely: () => false,
  };
}

/** An authenticator app with short steps. */
export function totpDevice(id: string, secret: Uint8Array, clock: () => number = Date.now): SoftDevice {
  let shown = -Infinity;
  const now = () => totpStep(clock(), period);
  const codeOf = (step: number) => totp({ secret, time: step * period * 1000, period, digits });
  const margin = 2;
  const couldBeRight = (code: string, except?: number): boolean => {
    const step = now();
    for (let near = step - window.back - 4; near <= step + window.ahead + 4; near++)
      if (near !== except && codeOf(near) === code) return true;
    return false;
  };
  return {
    kind: 'totp',
    id,
    codeOf,
    next: () => {
      let step = Math.max(shown + 1, now() - window.back + margin);
      while (couldBeRight(codeOf(step), step)) step++;
      return step <= now() + window.ahead - margin ? step : undefined;
    },
    show: (step) => {
      shown = Math.max(shown, step);
      return codeOf(step);
    },
    couldBeRight,
    isUntimely: (step) => step < now() - window.back + 1 || step > now() + window.ahead - 1,
  };
}
