import { expect, test } from 'vitest';
import { numberAdjureUsers } from './index.ts';

const alice = {
  userId: 'alice',
  secretHex: '00'.repeat(20),
  keyLength: 8,
  keyValidDuration: 60,
  hashAlgorithm: 'SHA512',
  unusedRecoveryCodes: ['0a', '0b'],
};

test('ADJ-52: a user of Adjure is provisioned with the same key and the codes he has left, once', () => {
  expect([...numberAdjureUsers([alice])]).toEqual([
    {
      row: 1,
      user: 'alice',
      ifUserExists: 'refuse',
      devices: [
        {
          kind: 'totp',
          readable: true,
          options: { secretHex: '00'.repeat(20), digits: 8, period: 60, algorithm: 'SHA512' },
        },
        { kind: 'recovery-codes', options: { codes: ['0a', '0b'] } },
      ],
    },
  ]);
});

test('a user without recovery codes gets none, and rows are numbered from 1', () => {
  const rows = [...numberAdjureUsers([alice, { ...alice, userId: 'bob', unusedRecoveryCodes: [] }])];
  expect(rows.map(({ row, devices }) => [row, devices.map(({ kind }) => kind)])).toEqual([
    [1, ['totp', 'recovery-codes']],
    [2, ['totp']],
  ]);
});

test('an id that the door would not find again is left for the engine to refuse and report', () => {
  const ids = ['a\u0301lice', '', 'x'.repeat(129), 'a\nb'];
  const rows = [...numberAdjureUsers(ids.map((userId) => ({ ...alice, userId })))];
  expect(rows.map(({ row, user }) => [row, user])).toEqual([1, 2, 3, 4].map((row) => [row, '']));
});
