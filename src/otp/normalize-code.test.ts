import { expect, test } from 'vitest';
import { isNumericCode, normalizeCode } from './index.ts';

test.each(['123456', '123 456', ' 123456', '123456\t', '123-456', '1 2-3\t4 5 6 '])(
  'a code has one spelling once it is normalised: %j (OTP-04)',
  (text) => {
    expect(normalizeCode(text)).toBe('123456');
    expect(isNumericCode(normalizeCode(text), 6)).toBe(true);
  },
);

test.each([
  ['full-width digits', '１２３４５６'],
  ['Arabic-Indic digits', '١٢٣٤٥٦'],
  ['a zero-width space', '123456\u200b'],
  ['a no-break space', '123\u00a0456'],
  ['a line feed', '123456\n'],
  ['a digit in front', '0123456'],
  ['a lost leading zero (RND-02)', '42'],
  ['a sign', '+23456'],
  ['an exponent', '1e5000'],
  ['nothing', ''],
])('%s does not make a code of six digits (OTP-04)', (_, text) => {
  expect(isNumericCode(normalizeCode(text), 6)).toBe(false);
});
