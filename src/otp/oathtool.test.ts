import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeBase32, findHotpCounter, findTotpStep, hotp, otpAlgorithms, totp } from './index.ts';

/** Runs oathtool of the OATH Toolkit, an independent implementation in C: one code per line. */
function oathtool(...args: string[]): string[] {
  return execFileSync('oathtool', args, { encoding: 'utf8' }).trimEnd().split('\n');
}

/** Bytes that differ from case to case and are the same in every run. */
const seed = (name: string, length: number) =>
  new Uint8Array(createHash('shake256', { outputLength: length }).update(name).digest());

const lengths = [10, 16, 20, 32, 64, 65, 128, 150];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the same codes as oathtool', () => {
  test.each(otpAlgorithms.flatMap((algorithm) => ([6, 8] as const).map((digits) => ({ algorithm, digits }))))(
    'TOTP with $algorithm and $digits digits over secrets, periods and times',
    ({ algorithm, digits }) => {
      for (const [index, length] of lengths.slice(0, 5).entries()) {
        const secret = seed(`totp ${algorithm} ${digits} ${length}`, length);
        const period = [30, 60, 15, 45, 120][index] ?? 30;
        const start = [0, 59, 1_111_111_109, 2_000_000_000, 20_000_000_000][index] ?? 0;
        const clock = ['-s', `${period}s`, '-N', `@${start}`, '-w', '99'];
        const key = ['-d', String(digits), '-b', encodeBase32(secret)];
        const theirs = oathtool(`--totp=${algorithm.toLowerCase()}`, ...clock, ...key);
        const times = theirs.map((_, step) => (start + step * period) * 1000);
        expect(times.map((time) => totp({ secret, time, algorithm, digits, period }))).toEqual(theirs);
        expect(theirs).toHaveLength(100);
        const [time = 0, code = ''] = [times[50], theirs[50]];
        expect(findTotpStep({ secret, code, time, algorithm, digits, period })).toBe(Math.floor(time / 1000 / period));
      }
    },
  );

  test.each([6, 8])('HOTP with %i digits over secrets and counters', (digits) => {
    for (const [index, length] of lengths.entries()) {
      const secret = seed(`hotp ${digits} ${length}`, length);
      const counter = [0, 1, 99_999, 2 ** 31 - 50, 2 ** 32 - 50, 2 ** 40, 12_345, 7][index] ?? 0;
      const theirs = oathtool('--hotp', '-d', String(digits), '-c', String(counter), '-w', '99', hex(secret));
      expect(theirs.map((_, step) => hotp({ secret, counter: counter + step, digits }))).toEqual(theirs);
      expect(theirs).toHaveLength(100);
      expect(findHotpCounter({ secret, code: theirs[10] ?? '', counter, digits })).toBe(counter + 10);
    }
  });
});
