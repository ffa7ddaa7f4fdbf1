import { expect, test } from 'vitest';
import { broken, evidence } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

const secret = 'tok+canary/7f3a?wörd';
const check = (text: string, sought = secret) =>
  broken(evidence({ secrets: { 'the token': sought }, texts: { 'the log': text } }));

test('a text without the secret is clean (I6)', () => {
  expect(check('nothing to see, not even tok+canary/7f3a')).toEqual([]);
  expect(check(Buffer.from('another text of some length').toString('base64'))).toEqual([]);
});

const around = (text: string) => Buffer.from(`{"x":"${text}"}`);

test.each([
  ['as it is', `GET /?token=${secret} 200`],
  ['in base64', Buffer.from(secret).toString('base64')],
  ['in base64 amid other bytes', around(secret).toString('base64')],
  ['in base64 one byte further', around(`a${secret}`).toString('base64')],
  ['in base64 two bytes further', around(`ab${secret}`).toString('base64')],
  ['in base64url', around(secret).toString('base64url')],
  ['in hex', around(secret).toString('hex')],
  ['in capital hex', around(secret).toString('hex').toUpperCase()],
  ['percent-encoded', `/login?token=${encodeURIComponent(secret)}`],
  ['percent-encoded in every byte', around(secret).toString('hex').replaceAll(/../g, '%$&')],
  ['escaped as JSON may be', String.raw`{"token":"tok+canary\/7f3a?w\u00f6rd"}`],
])('a secret that stands there %s is found (I6)', (_, text) => {
  expect(check(text)).toEqual(['I6']);
});

test('a seed in base32 is found by its bytes, and bytes in hex by base32 (I6)', () => {
  const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const bytes = Buffer.from('48656c6c6f21deadbeef48656c6c6f21deadbeef', 'hex');
  for (const encoding of ['hex', 'base64', 'base64url'] as const)
    expect(check(bytes.toString(encoding), seed)).toEqual(['I6']);
  expect(check(`otpauth://totp/alice?secret=${seed.toLowerCase()}`, seed)).toEqual(['I6']);
  expect(check(`otpauth://totp/alice?secret=${seed}`, bytes.toString('hex'))).toEqual(['I6']);
});

test('the report says which secret it was, and not the secret (I6)', () => {
  const found = checkHistory(evidence({ secrets: { 'the token': secret }, texts: { 'the log': `x ${secret}` } }));
  expect(found).toEqual([
    { invariant: 'I6', what: 'the token stands in the log', shown: [{ secret: 'the token', place: 'the log' }] },
  ]);
});
