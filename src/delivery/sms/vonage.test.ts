import { describe, expect, test } from 'vitest';
import { outboundHere, sms, startProvider } from './provider.fixture.ts';
import { vonage } from './vonage.ts';

const account = { apiKey: 'abcd1234', apiSecret: 'api-secret', from: 'Example', timeoutMs: 5000 };
const segment = (status: string, more = '') => `{"to":"12025550123","message-id":"0A00","status":"${status}"${more}}`;

describe('Vonage', () => {
  test('is asked by JSON with key and secret, the number without a plus', async () => {
    const body = `{"message-count":"1","messages":[${segment('0')}]}`;
    const provider = await startProvider({ body });
    const gateway = vonage({ ...account, url: provider.url }, outboundHere());
    expect(await gateway.send(sms)).toEqual({ taken: true });
    const [request] = provider.requests;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/sms/json',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      api_key: 'abcd1234',
      api_secret: 'api-secret',
      from: 'Example',
      to: '12025550123',
      text: sms.text,
      type: 'text',
      'client-ref': 'msg_1',
    });
  });

  test('is told when a text needs Unicode', async () => {
    const provider = await startProvider({ body: `{"messages":[${segment('0')}]}` });
    await vonage({ ...account, url: provider.url }, outboundHere()).send({ ...sms, text: '例 042179' });
    expect(JSON.parse(provider.requests[0]?.body ?? '')).toMatchObject({ type: 'unicode', text: '例 042179' });
  });

  test.each([
    ['throttled', [segment('1', ',"error-text":"Throughput Rate Exceeded"')], 'refused'],
    ['bad credentials', [segment('4', ',"error-text":"Bad Credentials api-secret"')], 'refused'],
    ['partner quota', [segment('9')], 'refused'],
    ['an internal error', [segment('5')], 'unclear'],
    ['a segment taken and one not', [segment('0'), segment('1')], 'unclear'],
    ['no segment', [], 'unclear'],
  ])('says 200 for everything: %s', async (_, segments, certainty) => {
    const provider = await startProvider({ body: `{"message-count":"1","messages":[${segments.join(',')}]}` });
    const outcome = await vonage({ ...account, url: provider.url }, outboundHere()).send(sms);
    expect(outcome).toMatchObject({ taken: false, certainty });
    expect(JSON.stringify(outcome)).not.toMatch(/042179|2025550123|api-secret/);
  });

  test.each([
    [200, 'not JSON', 'unclear'],
    [401, '{}', 'refused'],
    [502, '', 'unclear'],
  ])('that answers %i %j leaves it %s', async (status, body, certainty) => {
    const provider = await startProvider({ status, body });
    const outcome = await vonage({ ...account, url: provider.url }, outboundHere()).send(sms);
    expect(outcome).toMatchObject({ taken: false, certainty });
  });
});
