import { expect, test } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const fill = (queue: ReturnType<typeof createFairQueue<string>>, owner: string, count: number) =>
  Array.from({ length: count }, (_, index) => queue.add(owner, `${owner}${index}`));

test('one owner is served in the order of coming', () => {
  const queue = createFairQueue<string>(10_000);
  fill(queue, 'a', 5000);
  const taken: string[] = [];
  while (!queue.isEmpty()) taken.push(...queue.take(256));
  expect(taken).toEqual(Array.from({ length: 5000 }, (_, index) => `a${index}`));
  expect(queue.take(1)).toEqual([]);
});

test('owners take turns, whoever came first and however many wait (TEN-11)', () => {
  const queue = createFairQueue<string>(10_000);
  fill(queue, 'a', 9000);
  fill(queue, 'b', 2);
  fill(queue, 'c', 1);
  expect(queue.take(6)).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
  fill(queue, 'b', 1);
  expect(queue.take(2).toSorted()).toEqual(['a3', 'b0']);
});

test('of more owners than fit a batch nobody is passed over', () => {
  const queue = createFairQueue<string>(10);
  for (let owner = 0; owner < 100; owner++) fill(queue, `o${owner}-`, 3);
  const first = Array.from({ length: 10 }, () => queue.take(10)).flat();
  expect(new Set(first.map((item) => item.split('-')[0])).size).toBe(100);
});

test('an owner has at most so many waiting, and the others as many of their own', () => {
  const queue = createFairQueue<string>(3);
  expect(fill(queue, 'a', 5)).toEqual([true, true, true, false, false]);
  expect(fill(queue, 'b', 1)).toEqual([true]);
  queue.take(2);
  expect(fill(queue, 'a', 2)).toEqual([true, false]);
});
