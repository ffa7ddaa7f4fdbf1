import { expect, test } from 'vitest';
import { connectionLost } from '../connection-lost.ts';
import { classifyPostgresFault } from './faults.ts';

const reported = (code: string) => Object.assign(new Error('reported'), { severity: 'ERROR', code });

test.each([
  ['23505', 'duplicate'],
  ['40001', 'retry'],
  ['40P01', 'retry'],
  ['55P03', 'retry'],
  ['08006', 'unavailable'],
  ['25006', 'unavailable'],
  ['28P01', 'unavailable'],
  ['3D000', 'unavailable'],
  ['53100', 'unavailable'],
  ['53300', 'unavailable'],
  ['57014', 'unavailable'],
  ['57P01', 'unavailable'],
  ['57P03', 'unavailable'],
  ['58030', 'unavailable'],
  ['23502', undefined],
  ['42601', undefined],
  ['42P01', undefined],
  ['22001', undefined],
])('SQLSTATE %s is %s', (code, fault) => {
  expect(classifyPostgresFault(reported(code))).toBe(fault);
});

test('a connection that broke is unavailable, a mistake of the program is no fault of the database', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  expect(classifyPostgresFault(connectionLost(refused, 'commit: '))).toBe('unavailable');
  // Only the driver may call an error its own: one of a mail server looks the same.
  expect(classifyPostgresFault(refused)).toBeUndefined();
  expect(classifyPostgresFault(new TypeError('x is not a function'))).toBeUndefined();
  expect(classifyPostgresFault('40001')).toBeUndefined();
});
