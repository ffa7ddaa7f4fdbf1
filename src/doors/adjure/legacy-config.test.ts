import { expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { adjureSettings, parseAdjureConfig } from './index.ts';

const refusalOf = (text: string): CountersignError => {
  try {
    parseAdjureConfig(text);
  } catch (error) {
    if (error instanceof CountersignError) return error;
  }
  throw new Error('was not refused');
};

const shipped = `
auth:
    # Digits
    key_length: 6
    key_valid_duration: 30
    hash_algorithm: SHA256
    sliding_windows: 1
`;

test('ADJ-54: the file with the four keys is read', () => {
  expect(parseAdjureConfig(shipped)).toEqual({
    keyLength: 6,
    keyValidDuration: 30,
    hashAlgorithm: 'SHA256',
    slidingWindows: 1,
  });
});

test('ADJ-04: what the file sets counts', () => {
  expect(parseAdjureConfig('auth: {key_length: 8, key_valid_duration: 60, hash_algorithm: SHA1}')).toEqual({
    keyLength: 8,
    keyValidDuration: 60,
    hashAlgorithm: 'SHA1',
    slidingWindows: 1,
  });
});

test.each(['', '# nothing\n', '{}', 'auth: {}', 'host: localhost\nport: 5000\nlogging: {log_path: /tmp/adjure.log}'])(
  'what the file %j leaves out takes the fallback',
  (text) => {
    expect(parseAdjureConfig(text)).toEqual({
      keyLength: 6,
      keyValidDuration: 30,
      hashAlgorithm: 'SHA256',
      slidingWindows: 1,
    });
  },
);

test('ADJ-25, ADJ-26: the sliding windows are read at both places, those under auth first', () => {
  expect(parseAdjureConfig('sliding_windows: 2').slidingWindows).toBe(2);
  expect(parseAdjureConfig('auth: {sliding_windows: 0}').slidingWindows).toBe(0);
  expect(parseAdjureConfig('sliding_windows: 2\nauth: {sliding_windows: 0}').slidingWindows).toBe(0);
});

test('what is read is a setting of the door', () => {
  expect(adjureSettings.parse(parseAdjureConfig(shipped))).toMatchObject({ keyLength: 6, hashAlgorithm: 'SHA256' });
});

test('values that are not allowed are refused at the start, all at once and by name', () => {
  const refusal = refusalOf(
    'sliding_windows: -1\nauth: {key_length: 7, key_valid_duration: 0, hash_algorithm: sha256, sliding_windows: many}',
  );
  expect(refusal.code).toBe('misconfigured');
  expect(refusal.issues.map(({ path }) => path).sort()).toEqual([
    'auth.hash_algorithm',
    'auth.key_length',
    'auth.key_valid_duration',
    'auth.sliding_windows',
    'sliding_windows',
  ]);
  for (const { path } of refusal.issues) expect(refusal.detail).toContain(path);
});

test.each([
  'auth: 6',
  '- 1',
  'auth: [',
  'text',
  'auth: {key_length: 6}\nauth: {key_length: 8}',
  'auth: {key_length: }',
])('the file %j is refused', (text) => {
  expect(refusalOf(text).code).toBe('misconfigured');
});
