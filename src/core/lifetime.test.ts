import { expect, test } from 'vitest';
import { isOver } from './lifetime.ts';

const minute = 60_000;
const life = { createdAt: 100 * minute, expiresAt: 110 * minute };

test.each([
  [89, true],
  [90, false],
  [99, false],
  [100, false],
  [109, false],
  [110, true],
  [1000, true],
])('a life from minute 100 to minute 110 is over in minute %i: %s (CLK-02)', (at, over) => {
  expect(isOver(life, at * minute)).toBe(over);
});

test('a life is over to the millisecond, at both ends (CLK-02)', () => {
  expect([90 * minute - 1, 90 * minute, 110 * minute - 1, 110 * minute].map((now) => isOver(life, now))).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

test('what has no end is never over, whatever the clock says', () => {
  for (const now of [0, 100 * minute, Number.MAX_SAFE_INTEGER]) {
    expect(isOver({ createdAt: 100 * minute, expiresAt: undefined }, now)).toBe(false);
  }
});
