import { describe, expect, it } from 'vitest';
import { offsetClock, systemClock } from './clock.ts';

describe('a clock', () => {
  it('of the machine counts milliseconds since the Unix epoch', () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it('beside another goes with it', () => {
    let time = 1000;
    const ahead = offsetClock({ now: () => time }, 250);
    expect(ahead.now()).toBe(1250);
    time = 5000;
    expect(ahead.now()).toBe(5250);
    expect(offsetClock(ahead, -500).now()).toBe(4750);
  });
});
