import { expect, test } from 'vitest';
import { hotp, totp } from '../../src/otp/index.ts';
import { lots } from './lots.ts';
import { parseOptions } from './options.ts';
import { hotpDevice, period, totpDevice, window } from './soft-device.ts';
import { targetNames } from './target.ts';

const secret = new TextEncoder().encode('12345678901234567890');

test('a counter token in software shows each value once, in order', () => {
  const device = hotpDevice('dev_1', secret);
  expect(device.next()).toBe(0);
  expect(device.show(0)).toBe(hotp({ secret, counter: 0, digits: 8 }));
  expect(device.next()).toBe(1);
  expect(device.couldBeRight(hotp({ secret, counter: 5, digits: 8 }))).toBe(true);
  expect(device.couldBeRight(hotp({ secret, counter: 5, digits: 8 }), 5)).toBe(false);
});

test('an app in software shows what its window has, and then waits for the next step', () => {
  let now = 1_800_000_000_000;
  const device = totpDevice('dev_1', secret, () => now);
  let shown = 0;
  for (let value = device.next(); value !== undefined; value = device.next()) {
    expect(device.show(value)).toBe(totp({ secret, time: value * period * 1000, period, digits: 8 }));
    expect(device.isUntimely(value)).toBe(false);
    shown++;
  }
  expect(shown).toBeLessThan(window.back + window.ahead);
  now += period * 1000;
  const next = device.next();
  expect(next).toBeDefined();
  now += period * 1000 * (window.back + window.ahead);
  expect(device.isUntimely(next ?? 0)).toBe(true);
});

test('the same seed draws the same lots, whoever else draws', () => {
  const draw = (seed: number) => {
    const all = lots(seed);
    const alice = all.of('alice');
    all.fraction();
    return Array.from({ length: 20 }, () => alice.between(1, 6));
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(draw(7).every((lot) => lot >= 1 && lot <= 6)).toBe(true);
});

test('options choose databases, faults and how long; what is not understood is refused', () => {
  expect(parseOptions([])).toMatchObject({ on: targetNames, seconds: 60, cycles: Infinity });
  const chosen = ['--on', 'sqlite,galera', '--cycles', '3', '--seed', '9', '--nemesis', 'stop node'];
  expect(parseOptions(chosen)).toMatchObject({ on: ['sqlite', 'galera'], cycles: 3, seed: 9, seconds: Infinity });
  expect(parseOptions(chosen).only).toEqual(['stop node']);
  expect(() => parseOptions(['--on', 'oracle'])).toThrow(/there is no oracle/);
  expect(() => parseOptions(['--cycles', 'many'])).toThrow(/has to be a number/);
});
