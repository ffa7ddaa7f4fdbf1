import { expect, test } from 'vitest';
import { builtInKinds } from '../../src/devices/index.ts';
import { allKinds } from './all-kinds.fixture.ts';

test('every kind of the package is registered for the suite that takes each through everything', () => {
  const registered = new Set(allKinds.map(({ kind }) => kind));
  const missing = builtInKinds().filter(({ name }) => !registered.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('no row of the suite is there twice, or for a kind that does not exist', () => {
  const titles = allKinds.map(({ title }) => title);
  expect(titles).toEqual([...new Set(titles)]);
  const names = builtInKinds().map(({ name }) => name);
  expect(allKinds.filter(({ kind }) => !names.includes(kind))).toEqual([]);
});
