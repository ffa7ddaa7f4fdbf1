import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { resolveConfig } from './config/resolve-config.ts';
import type { Config } from './config/config.ts';
import type { Handler } from './create-handler.ts';
import { type Exchange, type Listener, openListener } from './open-listener.ts';
import { originReader } from './request-origin.ts';
import { readBody } from '../http/read-body.ts';
import { problemResponse, toRefusal } from '../http/problem.ts';

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close()));
});

const echo: Handler = async (request, origin) => {
  try {
    const body = await readBody(request);
    return Response.json({ ...origin, length: body.length });
  } catch (error) {
    return problemResponse(toRefusal(error));
  }
};

async function listening(
  handle: Handler = echo,
  options: { limits?: Partial<Config['limits']>; trustedProxies?: string[] } = {},
): Promise<{ port: number; listener: Listener; exchanges: Exchange[]; errors: unknown[] }> {
  const { limits } = resolveConfig({ env: {} });
  const exchanges: Exchange[] = [];
  const errors: unknown[] = [];
  const listener = await openListener({
    option: 'listen',
    address: { host: '127.0.0.1', port: 0 },
    certificate: undefined,
    handle,
    readOrigin: originReader(options.trustedProxies ?? []),
    limits: { ...limits, shutdownMs: 2000, ...options.limits },
    observe: (exchange) => exchanges.push(exchange),
    report: (error) => errors.push(error),
  });
  open.push(listener);
  return { port: listener.address.port, listener, exchanges, errors };
}

/** Sends bytes and answers all that came back until the server closed the connection. */
function exchangeBytes(port: number, ...parts: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
    for (const part of parts) socket.write(part);
  });
}

interface Origin {
  source: string;
  secure: boolean;
}

async function originOf(port: number, headers: Record<string, string | string[]>): Promise<Origin> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve(JSON.parse(text) as Origin));
    });
    asking.on('error', reject).end();
  });
}

describe('the source of a request', () => {
  const claims: Record<string, string | string[]>[] = [
    { 'X-Forwarded-For': '192.0.2.1' },
    { 'X-Forwarded-For': '127.0.0.1' },
    { 'X-Forwarded-For': 'a' },
    { Forwarded: 'for=192.0.2.1;proto=https', 'X-Real-IP': '192.0.2.1', 'CF-Connecting-IP': '192.0.2.1' },
    { 'X-Forwarded-For': Array.from({ length: 100 }, (_, index) => `192.0.2.${index}`), 'X-Forwarded-Proto': 'https' },
  ];

  it('is that of the connection, and never what the headers claim (BF-09)', async () => {
    const { port } = await listening(echo, { trustedProxies: ['192.0.2.0/24'] });
    expect(await originOf(port, {})).toMatchObject({ source: '127.0.0.1', secure: false });
    expect(await originOf(port, { 'X-Client-IP': '192.0.2.1', 'X-Cluster-Client-IP': '192.0.2.1' })).toMatchObject({
      source: '127.0.0.1',
      secure: false,
    });
    // Whoever sets these is a proxy, so what it passes on is not of this machine; nor is it from where they say.
    expect(await originOf(port, { 'X-Forwarded-Proto': 'https', 'CF-Connecting-IP': '192.0.2.1' })).toMatchObject({
      source: 'unknown',
      secure: false,
    });
    for (const headers of claims) expect(await originOf(port, headers)).toMatchObject({ secure: false });
  });

  it('is not this machine when a program on it passes on what others ask and is not a named proxy (BF-09)', async () => {
    const { port } = await listening();
    for (const headers of claims) {
      expect(await originOf(port, headers)).toMatchObject({ source: 'unknown', secure: false });
    }
  });

  it.each<[header: string | string[], source: string]>([
    ['192.0.2.1', '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1', '192.0.2.1'],
    ['203.0.113.9, 192.0.2.1, 10.1.2.3', '192.0.2.1'],
    [['203.0.113.9', '192.0.2.1'], '192.0.2.1'],
    ['10.9.9.9, 10.1.2.3', '10.9.9.9'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['a', 'unknown'],
    ['192.0.2.1, a', 'unknown'],
    ['192.0.2.1, a, 10.1.2.3', '10.1.2.3'],
    ['192.0.2.1, unknown', 'unknown'],
    ['', 'unknown'],
    ['127.0.0.1', 'unknown'],
    ['127.0.0.1, 192.0.2.1', '192.0.2.1'],
    [',,,', 'unknown'],
    [Array.from({ length: 100 }, () => '10.1.1.1').join(', '), '10.1.1.1'],
  ])(
    'behind a trusted proxy that reports %j is %s: the right-most hop that is not trusted (BF-09)',
    async (header, source) => {
      const { port } = await listening(echo, { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] });
      expect(await originOf(port, { 'X-Forwarded-For': header })).toMatchObject({ source });
    },
  );

  it('is secure when a trusted proxy says so', async () => {
    const { port } = await listening(echo, { trustedProxies: ['127.0.0.1'] });
    expect(await originOf(port, { 'X-Forwarded-Proto': 'https' })).toMatchObject({ secure: true });
    expect(await originOf(port, { 'X-Forwarded-Proto': 'https, http' })).toMatchObject({ secure: false });
  });
});

describe('a request that is too large', () => {
  it('is refused by its announced length before it is read (DOS-03)', async () => {
    const { port } = await listening(echo, { limits: { bodyBytes: 2048 } });
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000000\r\n\r\n';
    const answer = await exchangeBytes(port, head);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('body_too_large');
  });

  it('is refused when a body without a length grows over the limit (DOS-03)', async () => {
    const { port } = await listening(echo, { limits: { bodyBytes: 2048 } });
    const head = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    expect(await exchangeBytes(port, head, chunk.repeat(3), '0\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /);
    const fits = await exchangeBytes(port, head, chunk.repeat(2), '0\r\n\r\n');
    expect(fits).toMatch(/^HTTP\/1\.1 200 /);
    expect(fits).toContain('"length":2048');
  });

  it('is refused when its header is larger than the limit', async () => {
    const { port } = await listening(echo, { limits: { headerBytes: 4096 } });
    const answer = await exchangeBytes(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(8000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });
});

describe('a caller that is too slow', () => {
  it('is cut off while it sends its header (DOS-02)', async () => {
    const { port } = await listening(echo, { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
    const slow = exchangeBytes(port, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).json()).toMatchObject({ source: '127.0.0.1' });
    expect(await slow).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is cut off while it sends its body (DOS-02)', async () => {
    const { port } = await listening(echo, { limits: { headersTimeoutMs: 200, requestTimeoutMs: 400 } });
    expect(await exchangeBytes(port, 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nab')).not.toMatch(
      / 200 /,
    );
  });

  it('does not get more connections than the limit', async () => {
    const { port } = await listening(echo, { limits: { maxConnections: 1 } });
    const held = connect(port, '127.0.0.1');
    await new Promise((resolve) => held.once('connect', resolve));
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    held.destroy();
  });
});

describe('a listener', () => {
  it('answers what is no request with 400', async () => {
    const { port, errors } = await listening();
    expect(await exchangeBytes(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    const answer = await exchangeBytes(port, 'GET / HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('malformed_request');
    expect(errors).toEqual([]);
  });

  it('survives a handler that throws, says nothing of it and reports it (DOS-09)', async () => {
    const { port, errors } = await listening(() => {
      throw new Error('hunter2');
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(errors).toEqual([expect.objectContaining({ message: 'hunter2' })]);
  });

  it('tells of each request how it ended, without its query', async () => {
    const { port, exchanges } = await listening();
    await (await fetch(`http://127.0.0.1:${port}/a/b?code=123456`)).text();
    await expect
      .poll(() => exchanges)
      .toEqual([
        { method: 'GET', path: '/a/b', status: 200, milliseconds: expect.any(Number), bytes: expect.any(Number) },
      ]);
    expect(exchanges[0]?.bytes).toBeGreaterThan(100);
  });

  it('finishes a request that it has accepted before it closes, and takes no new one', async () => {
    let arrived: (() => void) | undefined;
    let release: (() => void) | undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { port, listener } = await listening(async () => {
      arrived?.();
      await gate;
      return new Response('finished');
    });
    const asked = fetch(`http://127.0.0.1:${port}/`);
    await arrival;
    const closing = listener.close();
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
    release?.();
    expect(await (await asked).text()).toBe('finished');
    await closing;
  });

  it('cuts what does not end within the bound', async () => {
    let arrived: (() => void) | undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const { port, listener } = await listening(
      () => {
        arrived?.();
        return new Promise(() => undefined);
      },
      { limits: { shutdownMs: 50 } },
    );
    const asked = fetch(`http://127.0.0.1:${port}/`).then(
      () => 'answered',
      () => 'cut',
    );
    await arrival;
    await listener.close();
    expect(await asked).toBe('cut');
  });

  it('names the option when its address is taken', async () => {
    const { port } = await listening();
    const { limits } = resolveConfig({ env: {} });
    const second = openListener({
      option: 'doors.adjure.listen',
      address: { host: '127.0.0.1', port },
      certificate: undefined,
      handle: echo,
      readOrigin: originReader([]),
      limits,
      observe: () => undefined,
      report: () => undefined,
    });
    await expect(second).rejects.toMatchObject({
      code: 'misconfigured',
      issues: [{ path: 'doors.adjure.listen', message: expect.stringContaining('in use') }],
    });
  });
});
