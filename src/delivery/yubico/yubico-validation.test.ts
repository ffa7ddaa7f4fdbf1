import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemRandom } from '../../core/random.ts';
import { formatYubicoResponse, yubicoSignatureMatches, yubicoTime } from '../../otp/index.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { outbound } from '../outbound/outbound.ts';
import { yubicoValidation } from './yubico-validation.ts';

const apiKey = 'mG5be6ZJU1qBGz24yPh/ESM3UdU=';
const key = Buffer.from(apiKey, 'base64');
const otp = 'cccccccccccbctbfivcitdtjiglhdfdfnvcdrneukbhg';
const clock = virtualClock();

type Parameters = Record<string, string>;

/** A validation server that says what it is told to; answers the URL. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/wsapi/2.0/verify`;
}

interface Behaviour {
  said?: Parameters;
  /** What it signs with. Default: the right key. */
  signs?: Uint8Array | 'nothing';
  /** What is changed after it has signed. */
  changed?: (text: string) => string;
  waits?: Promise<void>;
  asked?: Parameters[];
}

function validator({
  said = {},
  signs = key,
  changed = (text) => text,
  waits,
  asked = [],
}: Behaviour = {}): Promise<string> {
  return serve((request, response) => {
    const query = Object.fromEntries(new URL(request.url ?? '', 'http://localhost').searchParams);
    asked.push(query);
    const { otp = '', nonce = '' } = query;
    const answer = { t: yubicoTime(clock.now()), otp, nonce, sl: '100', status: 'OK', ...said };
    void (waits ?? Promise.resolve()).then(() =>
      response.end(changed(formatYubicoResponse(answer, signs === 'nothing' ? undefined : signs))),
    );
  });
}

function ask(urls: readonly string[], timeoutMs = 2000) {
  const out = outbound({ allowedNetworks: ['127.0.0.0/8'] });
  return yubicoValidation({ clientId: 7, apiKey, urls, timeoutMs, outbound: out, clock, random: systemRandom })(otp);
}

describe('one validation server', () => {
  test('is asked with a signed request, a nonce of its own and for the counters', async () => {
    const asked: Parameters[] = [];
    const url = await validator({ asked, said: { timestamp: '112', sessioncounter: '19', sessionuse: '17' } });
    const use = { usageCounter: 19, sessionUse: 17, timestamp: 112 };
    expect(await ask([url])).toEqual({ status: 'valid', use });
    expect(await ask([url])).toEqual({ status: 'valid', use });
    for (const request of asked) {
      expect(Object.keys(request).toSorted()).toEqual(['h', 'id', 'nonce', 'otp', 'timestamp']);
      expect(request).toMatchObject({ id: '7', otp, timestamp: '1' });
      expect(request['nonce']).toMatch(/^[0-9a-z]{32}$/);
      expect(yubicoSignatureMatches(request, key)).toBe(true);
    }
    expect(new Set(asked.map(({ nonce }) => nonce)).size).toBe(2);
  });

  test.each([
    ['OK', { status: 'valid' }],
    ['BAD_OTP', { status: 'invalid' }],
    ['REPLAYED_OTP', { status: 'replayed' }],
  ])('is believed that an OTP is %s', async (status, validation) => {
    expect(await ask([await validator({ said: { status } })])).toEqual(validation);
  });

  test.each([
    'BAD_SIGNATURE',
    'MISSING_PARAMETER',
    'NO_SUCH_CLIENT',
    'OPERATION_NOT_ALLOWED',
    'BACKEND_ERROR',
    'NOT_ENOUGH_ANSWERS',
    'REPLAYED_REQUEST',
  ])('has judged nothing when it says %s', async (status) => {
    for (const signs of [key, 'nothing'] as const) {
      const told = await ask([await validator({ said: { status }, signs })]);
      expect(told).toMatchObject({
        status: 'unavailable',
        detail: expect.stringMatching(`^127.0.0.1:\\d+: .*${status}$`) as string,
      });
    }
  });

  test.each<[string, Behaviour]>([
    ['signs with another key', { signs: Buffer.from('another key') }],
    ['does not sign', { signs: 'nothing' }],
    ['is changed on the way', { said: { status: 'BAD_OTP' }, changed: (text) => text.replace('BAD_OTP', 'OK') }],
    ['has a line more than was signed', { changed: (text) => `${text}sessionuse=1\r\n` }],
    ['says two things', { said: { status: 'BAD_OTP' }, changed: (text) => `status=OK\r\n${text}` }],
    ['answers another request', { said: { nonce: 'a'.repeat(32) } }],
    ['speaks of another OTP', { said: { otp: otp.replace('ctb', 'ccc') } }],
    ['speaks of no OTP', { changed: () => formatYubicoResponse({ status: 'OK', t: yubicoTime(clock.now()) }, key) }],
    ['answers out of the past', { said: { t: yubicoTime(clock.now() - 600_001) } }],
    ['answers out of the future', { said: { t: yubicoTime(clock.now() + 600_001) } }],
    ['does not say when', { said: { t: 'now' } }],
    ['speaks another language', { changed: () => '<html>OK</html>' }],
  ])('is not believed when it %s (YUB-06)', async (_what, behaviour) => {
    const told = await ask([await validator(behaviour)]);
    expect(told.status).toBe('unavailable');
    expect(JSON.stringify(told)).not.toContain(otp);
  });

  test('is given up when it does not answer, breaks off, answers with an error or is not there', async () => {
    const silent = await serve(() => undefined);
    const rude = await serve((request) => request.socket.destroy());
    const broken = await serve((_request, response) => response.writeHead(502).end('status=OK'));
    for (const url of [silent, rude, broken, 'http://127.0.0.1:1/'])
      expect((await ask([url], 200)).status).toBe('unavailable');
  });

  test('is not looked for where the server may not reach', async () => {
    const url = await validator();
    const validate = yubicoValidation({
      clientId: 1,
      apiKey,
      urls: [url],
      outbound: outbound(),
      clock,
      random: systemRandom,
    });
    expect((await validate(otp)).status).toBe('unavailable');
  });
});

describe('several validation servers', () => {
  test('are asked at the same time with one nonce; one that lies and one that is dead change nothing (YUB-06)', async () => {
    const asked: Parameters[] = [];
    const lying = await validator({ signs: Buffer.from('another key'), said: { status: 'OK' }, asked });
    const honest = await validator({ said: { status: 'REPLAYED_OTP' }, asked });
    const slow = await validator({ waits: new Promise(() => undefined), asked });
    for (const urls of [
      [lying, 'http://127.0.0.1:1/', slow, honest],
      [honest, lying, 'http://127.0.0.1:1/', slow],
    ])
      expect(await ask(urls)).toEqual({ status: 'replayed' });
    const [first] = asked;
    expect(asked.slice(0, 3).every(({ nonce }) => nonce === first?.['nonce'])).toBe(true);
  });

  test('are waited for until one has judged: a request that another has seen already tells nothing', async () => {
    let judge = (): void => undefined;
    const waits = new Promise<void>((resolve) => (judge = resolve));
    const seen = await validator({ said: { status: 'REPLAYED_REQUEST' } });
    const told = ask([seen, await validator({ waits })]);
    judge();
    expect(await told).toEqual({ status: 'valid' });
  });

  test('are all told of when none has judged', async () => {
    const told = await ask([await validator({ said: { status: 'BACKEND_ERROR' } }), 'http://127.0.0.1:1/']);
    expect(told).toMatchObject({ detail: expect.stringMatching(/BACKEND_ERROR; 127\.0\.0\.1:1: /) as string });
  });
});

test.each(['', 'short', 'bm90IHNpeHRlZW4=', 'mG5be6ZJU1qBGz24yPh/ESM3UdU', 'mG5be6ZJU1qBGz24yPh_ESM3UdU='])(
  'an API key %j is refused at the start',
  (wrong) => {
    const make = () =>
      yubicoValidation({ clientId: 1, apiKey: wrong, outbound: outbound(), clock, random: systemRandom });
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_parameters' }));
  },
);
