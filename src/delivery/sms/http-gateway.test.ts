import { describe, expect, test } from 'vitest';
import { httpGateway, type HttpGatewayOptions } from './http-gateway.ts';
import { bodyFormat } from './http-template.ts';
import { outboundHere, type ReceivedRequest, type ScriptedAnswer, sms, startProvider } from './provider.fixture.ts';

const quiet = { method: 'POST', headers: {}, contentType: 'text/plain', timeoutMs: 5000 } as const;

async function sent(path: string, options: Partial<HttpGatewayOptions> = {}, message = sms): Promise<ReceivedRequest> {
  const provider = await startProvider();
  const gateway = httpGateway({ ...quiet, ...options, url: `${provider.url}${path}` }, outboundHere());
  expect(await gateway.send(message)).toEqual({ taken: true });
  const [request] = provider.requests;
  if (request === undefined) throw new Error('nothing came');
  return request;
}

async function outcomeOf(answer: ScriptedAnswer, options: Partial<HttpGatewayOptions> = {}) {
  const provider = await startProvider(answer);
  return httpGateway({ ...quiet, ...options, url: provider.url, secret: 'gw-secret' }, outboundHere()).send(sms);
}

describe('a gateway by a request of any shape', () => {
  test('has the text in the query as it is, whatever is in it (INP-01)', async () => {
    const path = '/cgi-bin/sendsms?username=u&password={secret}&to={to}&text={text}&from={from}&id={id}';
    const request = await sent(path, { method: 'GET', secret: 'p&p=1', from: 'Ex ample' });
    const { pathname, searchParams } = new URL(request.target, 'http://x');
    expect(pathname).toBe('/cgi-bin/sendsms');
    expect(Object.fromEntries(searchParams)).toEqual({
      username: 'u',
      password: 'p&p=1',
      to: '+12025550123',
      text: sms.text,
      from: 'Ex ample',
      id: 'msg_1',
    });
    expect(request.body).toBe('');
  });

  test('is told whether the text needs Unicode', async () => {
    const path = '/?coding={coding}';
    expect((await sent(path)).target).toBe('/?coding=0');
    expect((await sent(path, {}, { ...sms, text: '例' })).target).toBe('/?coding=2');
  });

  test('has the number in the path without a plus', async () => {
    expect((await sent('/send/{digits}/now')).target).toBe('/send/12025550123/now');
  });

  test('has the text as one string of JSON, wherever it stands', async () => {
    const body = '{"to": ["{to}"], "message": {"text": "Hello: {text}", "n": 1, "b": true, "x": null}}';
    const request = await sent('/', { body, contentType: 'application/json' });
    expect(request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request.body)).toEqual({
      to: ['+12025550123'],
      message: { text: `Hello: ${sms.text}`, n: 1, b: true, x: null },
    });
  });

  test('has the text as one field of a form', async () => {
    const request = await sent('/', {
      body: 'to={to}&text={text}&end=1',
      contentType: 'application/x-www-form-urlencoded',
    });
    expect(Object.fromEntries(new URLSearchParams(request.body))).toEqual({
      to: '+12025550123',
      text: sms.text,
      end: '1',
    });
  });

  test('has the text escaped in XML, without what XML cannot hold', async () => {
    const body = '<sms to="{to}"><text>{text}</text></sms>';
    const request = await sent('/', { body, contentType: 'text/xml' }, { ...sms, text: '</text>&"\u0007é' });
    expect(request.body).toBe('<sms to="+12025550123"><text>&lt;/text&gt;&amp;&quot; é</text></sms>');
  });

  test('has the text as it is where it is the whole body', async () => {
    expect((await sent('/', { body: '{text}' })).body).toBe(sms.text);
  });

  test('cannot be given another header by a value (INP-02)', async () => {
    const request = await sent(
      '/',
      { headers: { 'x-id': '{id}', 'x-text': 'a {text}', 'x-to': '{to}' } },
      { ...sms, id: 'a\r\nx-evil: 1' },
    );
    expect(request.headers).not.toHaveProperty('x-evil');
    expect(request.headers['x-id']).toBe('a%0D%0Ax-evil%3A%201');
    expect(request.headers['x-to']).toBe('+12025550123');
    expect(decodeURIComponent(String(request.headers['x-text']).slice(2))).toBe(sms.text);
  });

  test('has a login', async () => {
    const request = await sent('/', { user: 'u', password: 'p' });
    expect(request.headers.authorization).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  test('does not follow a redirect (OUT-01)', async () => {
    expect(await outcomeOf({ status: 302 })).toMatchObject({ taken: false, certainty: 'unclear' });
  });
});

describe('what such a gateway answers', () => {
  const patterns = { successPattern: /^0: Accepted/, refusalPattern: /^(?:ERR|3:)/ };

  test.each([
    [200, 'anything', {}, { taken: true }],
    [202, '0: Accepted for delivery', patterns, { taken: true }],
    [202, 'ERR 17', patterns, { taken: false, certainty: 'refused' }],
    [202, 'hm', patterns, { taken: false, certainty: 'unclear' }],
    [500, 'ERR 17', patterns, { taken: false, certainty: 'refused' }],
    [500, '0: Accepted', patterns, { taken: false, certainty: 'unclear' }],
    [403, '', {}, { taken: false, certainty: 'refused' }],
    [503, '', {}, { taken: false, certainty: 'refused' }],
    [502, '', {}, { taken: false, certainty: 'unclear' }],
  ])('%i %j by %j is %j', async (status, body, options, expected) => {
    expect(await outcomeOf({ status, body }, options)).toMatchObject(expected);
  });

  test('is not repeated to a log', async () => {
    const outcome = await outcomeOf({ status: 400, body: `no route for ${sms.text} by gw-secret` });
    expect(JSON.stringify(outcome)).not.toMatch(/042179|gw-secret/);
  });
});

test.each([
  ['application/json; charset=utf-8', 'json'],
  ['application/vnd.example+json', 'json'],
  ['Application/X-WWW-Form-Urlencoded', 'form'],
  ['application/soap+xml', 'xml'],
  ['text/plain', 'text'],
  ['multipart/form-data', undefined],
  ['text/html', undefined],
])('a body of %s is escaped as %s', (contentType, format) => {
  expect(bodyFormat(contentType)).toBe(format);
});
