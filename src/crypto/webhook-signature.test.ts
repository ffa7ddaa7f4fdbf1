import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signWebhook, verifyWebhook } from './index.ts';

const now = 1_760_000_000_123;
const body = '{"event":"code","token":"123456"}';
const secret = 'whs_0123456789abcdef';
const old = 'whs_fedcba9876543210';

describe('the signature of a webhook', () => {
  test('is the HMAC-SHA-256 of time and body, for each secret (OUT-02)', () => {
    const mac = (key: string) => createHmac('sha256', key).update(`1760000000.${body}`).digest('hex');
    expect(signWebhook([secret], body, now)).toBe(`t=1760000000,v1=${mac(secret)}`);
    expect(signWebhook([secret, old], body, now)).toBe(`t=1760000000,v1=${mac(secret)},v1=${mac(old)}`);
  });

  test('holds for receivers who know either secret while they are rotated (OUT-02)', () => {
    const signature = signWebhook([secret, old], body, now);
    for (const known of [secret, old, [secret], [old, secret], ['another-secret-0000', old]])
      expect([known, verifyWebhook({ signature, body, secret: known, now })]).toEqual([known, true]);
    const after = signWebhook([secret], body, now);
    expect(verifyWebhook({ signature: after, body, secret: old, now })).toBe(false);
  });

  test.each([
    ['another body', { body: `${body} ` }],
    ['another secret', { secret: 'whs_another_secret_0' }],
    ['no secret', { secret: [] }],
    ['an empty secret', { secret: '' }],
    ['no signature', { signature: undefined }],
    ['an empty one', { signature: '' }],
    ['one without a time', { signature: `v1=${'0'.repeat(64)}` }],
    ['one without a MAC', { signature: 't=1760000000' }],
    ['a time that is none', { signature: signWebhook([secret], body, now).replace('t=1760000000', 't=x') }],
    ['another time', { signature: signWebhook([secret], body, now).replace('t=1760000000', 't=1760000001') }],
    ['two times', { signature: `t=1760000001,${signWebhook([secret], body, now)}` }],
    ['an older form', { signature: signWebhook([secret], body, now).replace('v1=', 'v0=') }],
  ])('does not hold for %s (OUT-02)', (_, change) => {
    const received = { signature: signWebhook([secret], body, now), body, secret, now };
    expect(verifyWebhook(received)).toBe(true);
    expect(verifyWebhook({ ...received, ...change })).toBe(false);
  });

  test('holds for five minutes, in both directions, unless the receiver says otherwise (OUT-02)', () => {
    const received = { signature: signWebhook([secret], body, now), body, secret };
    for (const seconds of [-300, 0, 300]) expect(verifyWebhook({ ...received, now: now + seconds * 1000 })).toBe(true);
    for (const seconds of [-302, 301, 86_400])
      expect(verifyWebhook({ ...received, now: now + seconds * 1000 })).toBe(false);
    expect(verifyWebhook({ ...received, now: now + 11_000, toleranceSeconds: 10 })).toBe(false);
    expect(verifyWebhook(received)).toBe(false);
  });
});
