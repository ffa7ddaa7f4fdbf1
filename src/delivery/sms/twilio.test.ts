import { describe, expect, test } from 'vitest';
import { outboundHere, sms, startProvider } from './provider.fixture.ts';
import { twilio } from './twilio.ts';

const account = { accountSid: 'AC00000000000000000000000000000001', authToken: 'token-secret', timeoutMs: 5000 };

describe('Twilio', () => {
  test('is asked by a form with the login of the account', async () => {
    const provider = await startProvider({ status: 201, body: '{"sid":"SM1","status":"queued","error_code":null}' });
    const gateway = twilio({ ...account, from: '+12025550199', url: provider.url }, outboundHere());
    expect(await gateway.send(sms)).toEqual({ taken: true });
    const [request] = provider.requests;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('AC00000000000000000000000000000001:token-secret').toString('base64')}`,
      },
    });
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      To: '+12025550123',
      From: '+12025550199',
      Body: sms.text,
    });
  });

  test('takes a messaging service, and an API key in the place of the account', async () => {
    const provider = await startProvider({ status: 201, body: '{"sid":"SM1","status":"accepted"}' });
    const options = { ...account, keySid: 'SK1', messagingServiceSid: 'MG1', url: provider.url };
    expect(await twilio(options, outboundHere()).send(sms)).toEqual({ taken: true });
    const [request] = provider.requests;
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('SK1:token-secret').toString('base64')}`);
    const form = new URLSearchParams(request?.body);
    expect([form.get('MessagingServiceSid'), form.has('From')]).toEqual(['MG1', false]);
  });

  test.each([
    [400, '{"code":21211,"message":"The \'To\' number +12025550123 is not valid","status":400}', 'refused', '21211'],
    [401, '{"code":20003,"message":"Authenticate","status":401}', 'refused', '20003'],
    [429, '{"code":20429,"message":"Too Many Requests","status":429}', 'refused', '20429'],
    [503, '', 'refused', 'status 503'],
    [500, '{"code":20500}', 'unclear', '20500'],
    [504, '<html>', 'unclear', 'status 504'],
    [201, '{"sid":"SM1","status":"failed","error_code":30003}', 'refused', '30003'],
  ])('that answers %i %s leaves it %s', async (status, body, certainty, reason) => {
    const provider = await startProvider({ status, body });
    const outcome = await twilio({ ...account, from: 'Example', url: provider.url }, outboundHere()).send(sms);
    expect(outcome).toMatchObject({ taken: false, certainty, reason: expect.stringContaining(reason) as string });
    for (const secret of ['042179', '2025550123', 'token-secret'])
      expect(JSON.stringify(outcome)).not.toContain(secret);
  });

  test('that hangs up after the request may have taken it; one that cannot be reached has not', async () => {
    const provider = await startProvider({ hangUp: true });
    const gateway = twilio({ ...account, from: 'Example', url: provider.url }, outboundHere());
    expect(await gateway.send(sms)).toMatchObject({ taken: false, certainty: 'unclear' });
    await provider.close();
    expect(await gateway.send(sms)).toMatchObject({ taken: false, certainty: 'refused' });
  });
});
