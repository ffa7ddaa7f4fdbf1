import { describe, expect, test } from 'vitest';
import { bird } from './bird.ts';
import { messageBird } from './messagebird.ts';
import { outboundHere, sms, startProvider } from './provider.fixture.ts';

describe('MessageBird', () => {
  const account = { accessKey: 'live_key', from: 'Example', timeoutMs: 5000 };

  test('is asked by JSON with its access key', async () => {
    const provider = await startProvider({ status: 201, body: '{"id":"1","recipients":{"totalSentCount":1}}' });
    expect(await messageBird({ ...account, url: provider.url }, outboundHere()).send(sms)).toEqual({ taken: true });
    const [request] = provider.requests;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/messages',
      headers: { authorization: 'AccessKey live_key', 'content-type': 'application/json' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      recipients: ['12025550123'],
      originator: 'Example',
      body: sms.text,
      datacoding: 'plain',
      reference: 'msg_1',
    });
  });

  test.each([
    [401, '{"errors":[{"code":2,"description":"Request not allowed (incorrect access_key)"}]}', 'refused', 'code 2'],
    [422, '{"errors":[{"code":9,"description":"no (correct) recipients: 12025550123"}]}', 'refused', 'code 9'],
    [500, '{"errors":[{"code":99}]}', 'unclear', 'code 99'],
    [502, '', 'unclear', 'status 502'],
  ])('that answers %i %s leaves it %s', async (status, body, certainty, reason) => {
    const provider = await startProvider({ status, body });
    const outcome = await messageBird({ ...account, url: provider.url }, outboundHere()).send(sms);
    expect(outcome).toMatchObject({ taken: false, certainty, reason: expect.stringContaining(reason) as string });
    expect(JSON.stringify(outcome)).not.toMatch(/042179|2025550123|live_key/);
  });
});

describe('Bird', () => {
  const account = { accessKey: 'key', workspaceId: 'w-1', channelId: 'c-1', timeoutMs: 5000 };

  test('is asked by JSON at its workspace and channel', async () => {
    const provider = await startProvider({ status: 202, body: '{"id":"m-1","status":"accepted"}' });
    expect(await bird({ ...account, url: provider.url }, outboundHere()).send(sms)).toEqual({ taken: true });
    const [request] = provider.requests;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/workspaces/w-1/channels/c-1/messages',
      headers: { authorization: 'AccessKey key', 'content-type': 'application/json' },
    });
    expect(JSON.parse(request?.body ?? '')).toEqual({
      receiver: { contacts: [{ identifierKey: 'phonenumber', identifierValue: '+12025550123' }] },
      body: { type: 'text', text: { text: sms.text } },
      reference: 'msg_1',
    });
  });

  test.each([
    [403, '{"code":"AccessDenied","message":"key"}', 'refused', 'code AccessDenied'],
    [422, '{"code":"InvalidPayload","details":{"to":["+12025550123"]}}', 'refused', 'code InvalidPayload'],
    [500, '{"code":"a text with +12025550123"}', 'unclear', 'status 500'],
  ])('that answers %i %s leaves it %s', async (status, body, certainty, reason) => {
    const provider = await startProvider({ status, body });
    const outcome = await bird({ ...account, url: provider.url }, outboundHere()).send(sms);
    expect(outcome).toMatchObject({ taken: false, certainty, reason: expect.stringContaining(reason) as string });
    expect(JSON.stringify(outcome)).not.toMatch(/042179|2025550123/);
  });
});
