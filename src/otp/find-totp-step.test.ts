import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { findTotpStep, type FindTotpStepOptions, totp, totpStep } from './index.ts';

const secret = Buffer.from('12345678901234567890');
const time = 1_700_000_015_000;
const now = totpStep(time);
const codeAt = (offset: number) => totp({ secret, time: time + offset * 30_000 });

/** Which of the steps now−5 … now+5 are accepted. */
function acceptedOffsets(options: Partial<FindTotpStepOptions> = {}): number[] {
  return Array.from({ length: 11 }, (_, index) => index - 5).filter(
    (offset) => findTotpStep({ secret, time, code: codeAt(offset), ...options }) === now + offset,
  );
}

describe('the window of findTotpStep', () => {
  test('accepts the steps −1, 0 and +1 and no other (OSS-24, ADJ-24, WIN-01)', () => {
    expect(acceptedOffsets()).toEqual([-1, 0, 1]);
  });

  test('accepts −2 … +2 with a window of 2 and only the current step with a window of 0 (ADJ-25)', () => {
    expect(acceptedOffsets({ back: 2, ahead: 2 })).toEqual([-2, -1, 0, 1, 2]);
    expect(acceptedOffsets({ back: 0, ahead: 0 })).toEqual([0]);
  });

  test('may be wider to one side', () => {
    expect(acceptedOffsets({ back: 3, ahead: 0 })).toEqual([-3, -2, -1, 0]);
  });

  test('moves with the drift as one interval and never grows (WIN-07)', () => {
    expect(acceptedOffsets({ drift: 3 })).toEqual([2, 3, 4]);
    expect(acceptedOffsets({ drift: -4 })).toEqual([-5, -4, -3]);
  });

  test('holds for the whole of a step, whatever the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 29_999 }), (milliseconds) => {
        const at = now * 30_000 + milliseconds;
        expect(acceptedOffsets({ time: at })).toEqual([-1, 0, 1]);
      }),
      { numRuns: 20 },
    );
  });

  test('has nothing before the first step of all', () => {
    expect(findTotpStep({ secret, time: 0, code: totp({ secret, time: 0 }), back: 5 })).toBe(0);
  });
});

describe('findTotpStep', () => {
  test('never accepts the last accepted step or an earlier one (OTP-07, RFC 6238 §5.2)', () => {
    expect(acceptedOffsets({ after: now - 1 })).toEqual([0, 1]);
    expect(acceptedOffsets({ after: now })).toEqual([1]);
    expect(acceptedOffsets({ after: now + 1 })).toEqual([]);
  });

  test('kills the current and the previous code once a future one was accepted (WIN-02)', () => {
    const after = findTotpStep({ secret, time, code: codeAt(1) });
    expect(after).toBe(now + 1);
    expect(findTotpStep({ secret, time, code: codeAt(0), after })).toBeUndefined();
    expect(findTotpStep({ secret, time, code: codeAt(-1), after })).toBeUndefined();
  });

  test('takes the code with blanks and hyphens, and never in digits of another script (OTP-04)', () => {
    const code = codeAt(0);
    expect(findTotpStep({ secret, time, code: ` ${code.slice(0, 3)}-${code.slice(3)}\t` })).toBe(now);
    const fullWidth = code.replaceAll(/[0-9]/g, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    expect(findTotpStep({ secret, time, code: fullWidth })).toBeUndefined();
  });

  test('needs every digit of a code that begins with zeros (RND-02)', () => {
    const step = Array.from({ length: 200_000 }, (_, index) => index).find((index) =>
      totp({ secret, time: index * 30_000 }).startsWith('0000'),
    );
    expect(step).toBeDefined();
    const at = (step ?? 0) * 30_000;
    const code = totp({ secret, time: at });
    expect(findTotpStep({ secret, time: at, code })).toBe(step);
    expect(findTotpStep({ secret, time: at, code: String(Number(code)) })).toBeUndefined();
    expect(findTotpStep({ secret, time: at, code: `0${code}` })).toBeUndefined();
  });

  test('reports the newest of two steps that share a code, so that the code dies with it (OTP-01)', () => {
    // 10^6 codes: some step within a few thousand has the code of another, and a wide window holds both.
    const seen = new Map<string, number>();
    let pair: [number, number] | undefined;
    for (let step = 0; pair === undefined; step++) {
      const code = totp({ secret, time: step * 30_000 });
      const older = seen.get(code);
      if (older !== undefined) pair = [older, step];
      seen.set(code, step);
    }
    const [older, newer] = pair;
    const code = totp({ secret, time: older * 30_000 });
    const options = { secret, code, time: newer * 30_000, back: newer - older, ahead: 0 };
    expect(findTotpStep(options)).toBe(newer);
    expect(findTotpStep({ ...options, after: newer })).toBeUndefined();
  });

  test('finds what totp made, for every algorithm, length and period', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 10, maxLength: 64 }),
        fc.constantFrom('SHA1' as const, 'SHA256' as const, 'SHA512' as const),
        fc.integer({ min: 6, max: 10 }),
        fc.integer({ min: 15, max: 120 }),
        fc.integer({ min: 10_000_000, max: 2 ** 44 }),
        (secret, algorithm, digits, period, time) => {
          const device = { secret, algorithm, digits, period, time };
          const step = findTotpStep({ ...device, code: totp(device), back: 0, ahead: 0 });
          expect(step).toBe(totpStep(time, period));
        },
      ),
    );
  });

  test.each([
    ['a negative window', { back: -1 }],
    ['half a step', { ahead: 0.5 }],
    ['a drift that is not a number', { drift: Number.NaN }],
    ['an empty secret', { secret: new Uint8Array(0) }],
    ['a period of zero', { period: 0 }],
  ])('refuses %s instead of accepting or passing over a code', (_, options) => {
    expect(() => findTotpStep({ secret, time, code: codeAt(0), ...options })).toThrow(CountersignError);
  });
});
