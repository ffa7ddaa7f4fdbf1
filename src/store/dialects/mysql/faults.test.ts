import { expect, test } from 'vitest';
import { connectionLost } from '../connection-lost.ts';
import { classifyMysqlFault } from './faults.ts';
import { checkParameters } from './parameters.ts';

const reported = (errno: number) => Object.assign(new Error('reported'), { errno, sqlState: 'HY000' });

test.each([
  [1062, 'duplicate'],
  [1586, 'duplicate'],
  [1213, 'retry'],
  [1205, 'retry'],
  [1047, 'retry'],
  [1020, 'retry'],
  [3101, 'retry'],
  [1021, 'unavailable'],
  [1040, 'unavailable'],
  [1045, 'unavailable'],
  [1049, 'unavailable'],
  [1053, 'unavailable'],
  [1114, 'unavailable'],
  [1180, 'unavailable'],
  [1290, 'unavailable'],
  [1836, 'unavailable'],
  [1927, 'unavailable'],
  [1064, undefined],
  [1146, undefined],
  [1406, undefined],
])('error %i is %s', (errno, fault) => {
  expect(classifyMysqlFault(reported(errno))).toBe(fault);
});

test('a connection that broke is unavailable, a mistake of the program is no fault of the database', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', errno: -111 });
  expect(classifyMysqlFault(connectionLost(refused, 'commit: '))).toBe('unavailable');
  // Only the driver may call an error its own: one of a mail server looks the same.
  expect(classifyMysqlFault(refused)).toBeUndefined();
  expect(classifyMysqlFault(new TypeError('x is not a function'))).toBeUndefined();
  expect(classifyMysqlFault(1213)).toBeUndefined();
});

test('a parameter is text, a whole number or nothing; of anything else the driver would make SQL', () => {
  expect(checkParameters(['alice', 0, -1, null, "'; --"])).toEqual(['alice', 0, -1, null, "'; --"]);
  for (const value of [undefined, true, 1.5, NaN, 2 ** 60, {}, { toSqlString: () => '1' }, ['a'], new Date(0), 1n]) {
    expect(() => checkParameters([value])).toThrow(TypeError);
  }
});
