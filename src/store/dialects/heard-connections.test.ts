import { expect, test } from 'vitest';
import { heardConnections } from './heard-connections.ts';

test('after a loss only connections that are new, or have answered since, are used', () => {
  const heard = heardConnections();
  const [idle, busy, fresh] = [{}, {}, {}];
  const usable = () => [idle, busy, fresh].map((connection) => heard.mayBeUsed(connection));
  for (const connection of [idle, busy]) heard.hear(connection);
  expect(usable()).toEqual([true, true, true]);
  heard.lose();
  expect(usable()).toEqual([false, false, true]);
  heard.hear(busy);
  heard.hear(fresh);
  expect(usable()).toEqual([false, true, true]);
  heard.lose();
  expect(usable()).toEqual([false, false, false]);
});
