import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountersignError } from './errors.ts';
import { mailAddress, mailDomain } from './mail-address.ts';

describe('a mail address', () => {
  it.each([
    ['alice@example.org', 'alice@example.org'],
    ['Alice.B+tag@EXAMPLE.Org', 'Alice.B+tag@example.org'],
    ["o'neil_x@mail.example.org", "o'neil_x@mail.example.org"],
    ['root@localhost', 'root@localhost'],
    ['alice@münchen.example', 'alice@xn--mnchen-3ya.example'],
    ['alice@XN--MNCHEN-3YA.example', 'alice@xn--mnchen-3ya.example'],
    ['alice@foo。example', 'alice@foo.example'],
    [`${'a'.repeat(64)}@example.org`, `${'a'.repeat(64)}@example.org`],
  ])('%j is read as %j', (text, address) => {
    expect(mailAddress(text)).toBe(address);
  });

  it('keeps the local part and normalises only the domain', () => {
    expect(mailDomain(mailAddress('MiXed@Example.ORG'))).toBe('example.org');
    expect(mailAddress('MiXed@Example.ORG')).toBe('MiXed@example.org');
  });

  it.each([
    '',
    '@',
    'alice',
    'alice@',
    '@example.org',
    'alice@example.org\r\nBcc: mallory@evil.example',
    'alice@example.org\n',
    'alice\0@example.org',
    'alice@example.org\0',
    'alice@exa\u2028mple.org',
    'alice\u2028@example.org',
    ' alice@example.org',
    'alice@example.org ',
    'alice@example.org,mallory@evil.example',
    'alice@example.org;mallory@evil.example',
    'alice@example.org mallory@evil.example',
    'Alice <alice@example.org>',
    '<alice@example.org>',
    'alice(comment)@example.org',
    '"mallory@evil.example x"@example.org',
    '"alice"@example.org',
    'a@b@example.org',
    'mallory%evil.example@example.org',
    'alice%0d%0a@example.org',
    'evil.example!mallory@example.org',
    'mıke@example.org',
    '.alice@example.org',
    'alice.@example.org',
    'a..b@example.org',
    'alice@-example.org',
    'alice@example-.org',
    'alice@example..org',
    'alice@example.org.',
    'alice@exa_mple.org',
    'alice@exa%41mple.org',
    'alice@exa％41mple.org',
    'alice@[192.0.2.1]',
    'alice@192.0.2.1',
    'alice@0x7f.1',
    'alice@１２７.0.0.1',
    'alice@xn--a',
    `alice@${'a'.repeat(64)}.org`,
    `${'a'.repeat(65)}@example.org`,
    `a@${'b.'.repeat(126)}org`,
    `alice@${'x'.repeat(10_000)}.org`,
  ])('%j is refused (EML-07)', (text) => {
    let refusal: unknown;
    try {
      mailAddress(text, 'options.address');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CountersignError);
    expect(refusal).toMatchObject({ code: 'invalid_parameters', issues: [{ path: 'options.address' }] });
  });

  it('is ASCII without control characters, has one @, and is read again as itself, whatever came in (EML-07)', () => {
    const piece = fc.constantFrom(
      'a',
      'B',
      '.',
      '-',
      '@',
      '"',
      ',',
      '<',
      '\r\n',
      '\0',
      ' ',
      'ü',
      '。',
      '%',
      '1',
      'org',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
      fc.tuple(fc.string({ unit: 'grapheme' }), fc.domain()).map(([local, domain]) => `${local}@${domain}`),
    );
    fc.assert(
      fc.property(text, (text) => {
        let address: string;
        try {
          address = mailAddress(text);
        } catch (error) {
          return error instanceof CountersignError;
        }
        return /^[!-?A-~]+@[a-z0-9.-]+$/.test(address) && mailAddress(address) === address;
      }),
      { numRuns: 2000 },
    );
  });
});
