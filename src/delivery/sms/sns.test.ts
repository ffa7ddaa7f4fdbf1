import { describe, expect, test } from 'vitest';
import { outboundHere, sms, startProvider } from './provider.fixture.ts';
import { signAwsRequest } from './sign-aws-request.ts';
import { sns } from './sns.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const at = Date.UTC(2015, 7, 30, 12, 36, 0);

describe('Signature Version 4', () => {
  const signature = (url: string, method = 'GET', headers = {}, body = '', service = 'service') =>
    signAwsRequest({ method, url: new URL(url), headers, body }, credentials, {
      region: 'us-east-1',
      service,
      at,
    }).authorization?.replace(/^.*Signature=/, '');

  test.each([
    // aws-sig-v4-test-suite
    [
      'get-vanilla',
      ['https://example.amazonaws.com/'],
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'post-vanilla',
      ['https://example.amazonaws.com/', 'POST'],
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'post-x-www-form-urlencoded',
      [
        'https://example.amazonaws.com/',
        'POST',
        { 'content-type': 'application/x-www-form-urlencoded' },
        'Param1=value1',
      ],
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    // The worked example of the AWS General Reference
    [
      'ListUsers of IAM',
      [
        'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
        'GET',
        { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
        '',
        'iam',
      ],
      '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
    ],
  ] as [string, Parameters<typeof signature>, string][])(
    'of the published example %s is right',
    (_, given, expected) => {
      expect(signature(...given)).toBe(expected);
    },
  );
});

describe('Amazon SNS', () => {
  const account = { ...credentials, region: 'eu-central-1', timeoutMs: 5000 };
  const clock = { now: () => at };

  test('is asked to publish, by a signed form', async () => {
    const provider = await startProvider({
      type: 'text/xml',
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    });
    const gateway = sns({ ...account, from: 'Example', sessionToken: 'st', url: provider.url }, outboundHere(), clock);
    expect(await gateway.send(sms)).toEqual({ taken: true });
    const [request] = provider.requests;
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      Action: 'Publish',
      Version: '2010-03-31',
      PhoneNumber: '+12025550123',
      Message: sms.text,
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.DataType': 'String',
      'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
      'MessageAttributes.entry.2.Name': 'AWS.SNS.SMS.SenderID',
      'MessageAttributes.entry.2.Value.DataType': 'String',
      'MessageAttributes.entry.2.Value.StringValue': 'Example',
    });
    expect(request).toMatchObject({
      method: 'POST',
      target: '/',
      headers: { host: new URL(provider.url).host, 'x-amz-date': '20150830T123600Z', 'x-amz-security-token': 'st' },
    });
    // What the server sees is what was signed: made again from the request as it came.
    const again = signAwsRequest(
      {
        method: 'POST',
        url: new URL(`http://${request?.headers.host ?? ''}/`),
        headers: { 'content-type': request?.headers['content-type'] ?? '' },
        body: request?.body ?? '',
      },
      { ...credentials, sessionToken: 'st' },
      { region: 'eu-central-1', service: 'sns', at },
    );
    expect(request?.headers.authorization).toBe(again.authorization);
    expect(request?.headers.authorization).toContain(
      'Credential=AKIDEXAMPLE/20150830/eu-central-1/sns/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,',
    );
  });

  test('is told a number to send from as such', async () => {
    const provider = await startProvider();
    await sns({ ...account, from: '+12025550199', url: provider.url }, outboundHere(), clock).send(sms);
    expect(new URLSearchParams(provider.requests[0]?.body).get('MessageAttributes.entry.2.Name')).toBe(
      'AWS.MM.SMS.OriginationNumber',
    );
  });

  test.each([
    [
      400,
      '<ErrorResponse><Error><Code>InvalidParameter</Code><Message>+12025550123</Message></Error></ErrorResponse>',
      'refused',
      'InvalidParameter',
    ],
    [
      403,
      '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>',
      'refused',
      'SignatureDoesNotMatch',
    ],
    [500, '<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>', 'unclear', 'InternalError'],
  ])('that answers %i %s leaves it %s', async (status, body, certainty, reason) => {
    const provider = await startProvider({ status, body, type: 'text/xml' });
    const outcome = await sns({ ...account, url: provider.url }, outboundHere(), clock).send(sms);
    expect(outcome).toMatchObject({ taken: false, certainty, reason: expect.stringContaining(reason) as string });
    expect(JSON.stringify(outcome)).not.toMatch(/042179|2025550123|EXAMPLEKEY/);
  });
});
