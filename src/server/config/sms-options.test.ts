import { describe, expect, it } from 'vitest';
import { CountersignError, type FieldIssue } from '../../core/errors.ts';
import type { Config } from './config.ts';
import { resolveConfig } from './resolve-config.ts';

const files: Record<string, string> = { '/run/secrets/token': 'from-a-file\n', '/etc/ca.pem': 'PEM', '/run/empty': '' };

function readFile(path: string): string {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
  return text;
}

function resolve(gateways: unknown, more: object = {}, env: Record<string, string> = {}): Config {
  return resolveConfig({ file: JSON.stringify({ sms: { gateways }, ...more }), env, readFile });
}

function mistakes(gateways: unknown, more: object = {}): FieldIssue[] {
  try {
    resolve(gateways, more);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'misconfigured') return [...error.issues];
    throw error;
  }
  return [];
}

const url = 'https://gateway.example.org/send?to={to}';
const http = { type: 'http', method: 'GET', url: `${url}&text={text}` };

describe('the SMS gateways of the configuration', () => {
  it('are none where nothing is said', () => {
    expect(resolve([]).smsGateways).toBeUndefined();
  });

  it('keep their order, take their secrets from files and their time from the section', () => {
    const set = resolve([
      { type: 'twilio', accountSid: 'AC1', authTokenFile: '/run/secrets/token', from: '+12025550199', name: 'first' },
      { ...http, timeoutMs: 200, successPattern: '^0: ' },
      { type: 'smpp', host: 'smsc.example.org', systemId: 'u', password: 'p', from: 'Example', caFile: '/etc/ca.pem' },
    ]).smsGateways;
    expect(set).toMatchObject([
      { type: 'twilio', options: { name: 'first', authToken: 'from-a-file', timeoutMs: 10_000 } },
      { type: 'http', options: { timeoutMs: 200, successPattern: /^0: /u } },
      { type: 'smpp', options: { tls: true, port: 2775, longMessages: 'udh', ca: 'PEM' } },
    ]);
  });

  it('may stand in the environment, as JSON', () => {
    const env = { COUNTERSIGN_SMS_GATEWAYS: JSON.stringify([http]) };
    expect(resolveConfig({ env }).smsGateways).toMatchObject([{ type: 'http' }]);
    expect(() => resolveConfig({ env: { COUNTERSIGN_SMS_GATEWAYS: 'twilio' } })).toThrow(CountersignError);
  });

  it('reach networks that are allowed, which the environment may say, too', () => {
    const env = { COUNTERSIGN_OUTBOUND_ALLOWED_NETWORKS: '192.0.2.0/24, 2001:db8::/32' };
    expect(resolveConfig({ env }).outbound.allowedNetworks).toEqual(['192.0.2.0/24', '2001:db8::/32']);
  });

  it.each([
    [{ type: 'pigeon' }, 'sms.gateways.0.type'],
    [{ type: 'twilio', accountSid: 'AC1', from: 'Example' }, 'sms.gateways.0.authTokenFile'],
    [{ type: 'twilio', accountSid: 'AC1', authToken: 't' }, 'sms.gateways.0.from'],
    [{ type: 'vonage', apiKey: 'k', from: 'Example' }, 'sms.gateways.0.apiSecretFile'],
    [{ type: 'messagebird', from: 'Example', accessKeyFile: '/gone' }, 'sms.gateways.0.accessKeyFile'],
    [{ type: 'bird', workspaceId: 'w', channelId: 'c', accessKeyFile: '/run/empty' }, 'sms.gateways.0.accessKeyFile'],
    [
      { type: 'sns', region: 'eu-central-1', accessKeyId: 'k', secretAccessKey: 's', url: 'ftp://x' },
      'sms.gateways.0.url',
    ],
    [{ type: 'sns', region: 'EU', accessKeyId: 'k', secretAccessKey: 's' }, 'sms.gateways.0.region'],
    [{ type: 'smpp', host: 'a b', systemId: 'u', password: 'p', from: 'x' }, 'sms.gateways.0.host'],
    [{ ...http, successPattern: '(' }, 'sms.gateways.0.successPattern'],
    [{ ...http, user: 'u' }, 'sms.gateways.0.user'],
    [{ ...http, url }, 'sms.gateways.0.url'],
    [{ ...http, url: 'https://gateway.example.org/?t={text}' }, 'sms.gateways.0.url'],
    [{ ...http, url: 'https://{to}.example.org/?t={text}' }, 'sms.gateways.0.url'],
    [{ ...http, url: 'https://u:p@example.org/?t={text}&to={to}' }, 'sms.gateways.0.url'],
    [{ ...http, url: `${http.url}&x={other}` }, 'sms.gateways.0.url'],
    [{ ...http, url: `${http.url}&from={from}` }, 'sms.gateways.0.from'],
    [{ ...http, url: `${http.url}&p={secret}` }, 'sms.gateways.0.secretFile'],
    [{ ...http, headers: { 'x y': '1' } }, 'sms.gateways.0.headers.x y'],
    [{ ...http, headers: { x: 'a\r\nb' } }, 'sms.gateways.0.headers.x'],
    [{ ...http, body: 'x' }, 'sms.gateways.0.method'],
    [{ type: 'http', url, body: '{"text": {text}}', contentType: 'application/json' }, 'sms.gateways.0.body'],
    [{ type: 'http', url, body: '{text}', contentType: 'text/html' }, 'sms.gateways.0.contentType'],
  ])('that cannot work are told at the start: %j', (gateway, path) => {
    const issues = mistakes([gateway]);
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.every(({ message }) => message !== '')).toBe(true);
  });

  it('are not combined with an inbox that keeps everything', () => {
    expect(mistakes([http], { mail: { inbox: true } }).map(({ path }) => path)).toEqual(['mail.inbox']);
  });
});
