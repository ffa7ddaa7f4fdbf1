import { describe, expect, test } from 'vitest';
import { countryOfNumber, e164Number, numberPrefix, phoneNumber } from './phone-number.ts';
import { refusalOf } from './refusal.fixture.ts';

describe('a telephone number', () => {
  test.each([
    ['+12025550123', '+12025550123', 'US'],
    ['+1 (202) 555-0123', '+12025550123', 'US'],
    ['+1.202.555.0123', '+12025550123', 'US'],
    ['+49 30 / 901820', '+4930901820', 'DE'],
    ['+49 (0)30 901820', '+4930901820', 'DE'],
    ['+49\u00A0152\u201128817386', '+4915228817386', 'DE'],
    ['＋１ ２０２ ５５５ ０１２３', '+12025550123', 'US'],
    ['+٤٩٣٠٩٠١٨٢٠', '+4930901820', 'DE'],
  ])('written as %j is %s of %s', (text, number, country) => {
    expect(phoneNumber(text)).toMatchObject({ number, country });
  });

  test.each([
    ['030 901820', 'DE', '+4930901820'],
    ['0049 30 901820', 'DE', '+4930901820'],
    ['0011 1 202 555 0123', 'AU', '+12025550123'],
    ['(202) 555-0123', 'US', '+12025550123'],
    ['+1 202 555 0123', 'DE', '+12025550123'],
  ])('written as %j in %s is %s', (text, defaultCountry, number) => {
    expect(phoneNumber(text, { defaultCountry }).number).toBe(number);
  });

  test.each([
    ['+4915228817386', 'mobile'],
    ['+4930901820', 'fixed'],
    ['+12025550123', 'fixed or mobile'],
    ['+498001234567', 'other'],
  ])('%s has the type %s', (text, type) => {
    expect(phoneNumber(text).type).toBe(type);
  });

  test.each([
    ['premium rate', '+1 900 555 0123'],
    ['premium rate of another country', '+448431234567'],
    ['international premium rate', '+979123456789'],
    ['a satellite', '+881612345678'],
    ['international freephone', '+800 12345678'],
    ['a short code', '112'],
    ['too short', '+1 (555) 0100'],
    ['too long', '+49301234567890123'],
    ['much too long', `+49${'1'.repeat(10_000)}`],
    ['an extension', '+12025550123;ext=9'],
    ['an extension in words', '+1 202 555 0123 x9'],
    ['letters', '+1 800 FLOWERS'],
    ['a URI', 'tel:+12025550123'],
    ['two numbers', '+12025550123,+12025550124'],
    ['a line feed', '+12025550123\n+12025550124'],
    ['NUL', '+12025550123\u0000'],
    ['no country', '030 901820'],
    ['an exit code and no country', '0049 30 901820'],
    ['nothing', ''],
    ['a plus', '+'],
    ['a number in a text', 'call +12025550123'],
  ])('is refused when it has or is %s (SMS-02)', (_, text) => {
    const refusal = refusalOf(() => phoneNumber(text, { path: 'number' }));
    expect(refusal).toMatchObject({ code: 'invalid_parameters', issues: [{ path: 'number' }] });
    expect(JSON.stringify([refusal.detail, refusal.issues])).not.toContain('555');
  });

  test('is refused when there is none for it in the country that is assumed', () => {
    expect(refusalOf(() => phoneNumber('112', { defaultCountry: 'DE' })).code).toBe('invalid_parameters');
    expect(refusalOf(() => phoneNumber('030 901820', { defaultCountry: 'XX' })).code).toBe('invalid_parameters');
  });
});

test.each([
  ['+12025550123', 'US'],
  ['+4915228817386', 'DE'],
  ['+881612345678', undefined],
  ['+999123', undefined],
])('the country of %s is %s', (number, country) => {
  expect(countryOfNumber(number)).toBe(country);
});

describe('the form of E.164', () => {
  test.each(['4930901820', '+0930901820', '+493090182012345678', '+49 30 901820', '+4930901820\n', ''])(
    'is not %j',
    (text) => {
      expect(refusalOf(() => e164Number(text)).code).toBe('invalid_parameters');
    },
  );

  test('has a prefix that numbers share which are rented together (SMS-01)', () => {
    expect(e164Number('+12025550123')).toBe('+12025550123');
    expect(numberPrefix('+12025550123')).toBe('+12025550');
  });
});
