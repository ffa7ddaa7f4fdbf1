import type { LookupAddress } from 'node:dns';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { generateCertificate } from '../../../test/fixtures/certificate.ts';
import { outbound, OutboundFailure, type OutboundOptions, type OutboundRequest } from './outbound.ts';

const here = ['127.0.0.0/8', '::1/128'];

async function listen(server: Server | ReturnType<typeof createTcpServer>, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers as told, and what it was asked. */
async function serve(answer: RequestListener, host?: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  return { port: await listen(server, host), asked };
}

/** A server of raw TCP: what it says when it has been asked, and what becomes of its sockets. */
async function serveRaw(talk: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(server);
}

async function failureOf(request: Partial<OutboundRequest>, options: OutboundOptions = { allowedNetworks: here }) {
  try {
    await outbound(options).send({ method: 'GET', url: '', timeoutMs: 300, ...request });
  } catch (error) {
    if (error instanceof OutboundFailure) return { reason: error.message, mayHaveArrived: error.mayHaveArrived };
    throw error;
  }
  throw new Error('it was answered');
}

/** A resolver that answers the first question so, the second so, and counts. */
function resolver(...answers: LookupAddress[][]) {
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  return { resolve, asked };
}

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });

describe('a request', () => {
  test('has its method, headers and body, and its answer is read', async () => {
    const server = createHttpServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method, url, headers } = request;
        const seen = { method, url, token: headers['x-token'], length: headers['content-length'] };
        response
          .writeHead(201, { 'X-Seen': 'yes' })
          .end(JSON.stringify({ ...seen, body: Buffer.concat(chunks).toString() }));
      });
    });
    const port = await listen(server);
    const answer = await outbound({ allowedNetworks: here }).send({
      method: 'POST',
      url: `http://127.0.0.1:${port}/hook?x=1`,
      headers: { 'X-Token': 'abc' },
      body: '{"ä":1}',
    });
    expect(answer).toMatchObject({ status: 201, headers: { 'x-seen': 'yes' } });
    expect(JSON.parse(answer.body)).toEqual({
      method: 'POST',
      url: '/hook?x=1',
      token: 'abc',
      length: '8',
      body: '{"ä":1}',
    });
  });

  test.each([301, 302, 303, 307, 308])('is not sent on by an answer of %i (OUT-01)', async (status) => {
    const { port, asked } = await serve((_, response) =>
      response.writeHead(status, { Location: `http://127.0.0.1:${port}/secret` }).end(),
    );
    const answer = await outbound({ allowedNetworks: here }).send({
      method: 'POST',
      url: `http://127.0.0.1:${port}/`,
      body: 'x',
    });
    expect(answer.status).toBe(status);
    expect(asked).toEqual(['POST /']);
  });

  test('with a line break in a header is not sent, and the failure does not quote it', async () => {
    const { port, asked } = await serve((_, response) => response.end());
    const failed = await failureOf({ url: `http://127.0.0.1:${port}/`, headers: { Authorization: 'secret\r\nX: y' } });
    expect(failed).toEqual({ reason: `127.0.0.1:${port}: a header is not valid`, mayHaveArrived: false });
    expect(asked).toEqual([]);
  });

  test('names the host in a failure, and never the path or what was sent', async () => {
    const port = await serveRaw((socket) => socket.destroy());
    const { reason } = await failureOf({
      method: 'POST',
      url: `http://127.0.0.1:${port}/hook/s3cret?k=s3cret`,
      body: 's3cret',
    });
    expect(reason).toContain(`127.0.0.1:${port}`);
    expect(reason).not.toContain('s3cret');
  });
});

describe('a name', () => {
  test('that leads to this machine is not reached, nor is one with an address of each sort (OUT-01)', async () => {
    const { port, asked } = await serve((_, response) => response.end('inside'));
    for (const addresses of [
      [v4('127.0.0.1')],
      [v6('::1')],
      [v6('::ffff:127.0.0.1')],
      [v4('10.0.0.1'), v4('127.0.0.1')],
    ]) {
      const { resolve } = resolver(addresses);
      expect(await failureOf({ url: `http://localtest.example.org:${port}/` }, { resolve })).toEqual({
        reason: `localtest.example.org:${port}: leads to an address that may not be reached`,
        mayHaveArrived: false,
      });
    }
    expect(await failureOf({ url: `http://localhost:${port}/` }, {})).toMatchObject({ mayHaveArrived: false });
    expect(asked).toEqual([]);
  });

  test('with a good and a bad address leads to the good one alone (OUT-01)', async () => {
    const inside = await serve((_, response) => response.end('inside'), '127.0.0.1');
    const { resolve } = resolver([v4('127.0.0.1'), v4('127.0.0.2')]);
    const options = { allowedNetworks: ['127.0.0.2/32'], resolve };
    const failed = await failureOf({ url: `http://two.example.org:${inside.port}/` }, options);
    expect(failed).toMatchObject({ mayHaveArrived: false, reason: expect.stringContaining('ECONNREFUSED') as string });
    expect(inside.asked).toEqual([]);
  });

  test('is asked for once: the connection goes to what was judged, whatever the name means by then (OUT-01)', async () => {
    const good = await serve((_, response) => response.end('good'), '127.0.0.2');
    const { resolve, asked } = resolver([v4('127.0.0.2')], [v4('127.0.0.1')]);
    const way = outbound({ allowedNetworks: ['127.0.0.2/32'], resolve });
    const url = `http://rebind.example.org:${good.port}/`;
    expect((await way.send({ method: 'GET', url })).body).toBe('good');
    expect(asked).toEqual(['rebind.example.org']);
    // The next request asks again, and is told something else.
    await expect(way.send({ method: 'GET', url })).rejects.toThrow('leads to an address that may not be reached');
    expect(asked).toHaveLength(2);
  });

  test('that does not exist, or has no address, fails before anything is sent', async () => {
    const lost = { resolve: async () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) };
    expect(await failureOf({ url: 'https://nowhere.example.org/' }, lost)).toEqual({
      reason: 'nowhere.example.org: getaddrinfo ENOTFOUND',
      mayHaveArrived: false,
    });
    expect(await failureOf({ url: 'https://nowhere.example.org/' }, { resolve: async () => [] })).toEqual({
      reason: 'nowhere.example.org: the name has no address',
      mayHaveArrived: false,
    });
    const silent = { resolve: async () => new Promise<never>(() => undefined) };
    expect(await failureOf({ url: 'https://nowhere.example.org/' }, silent)).toEqual({
      reason: 'nowhere.example.org: no answer within 300 ms',
      mayHaveArrived: false,
    });
  });

  test('is reached over IPv6, where that is allowed', async () => {
    const { port } = await serve((_, response) => response.end('six'), '::1');
    const { resolve } = resolver([v6('::1')]);
    const way = outbound({ allowedNetworks: ['::1/128'], resolve });
    expect((await way.send({ method: 'GET', url: `http://six.example.org:${port}/` })).body).toBe('six');
    expect((await way.send({ method: 'GET', url: `http://[::1]:${port}/` })).body).toBe('six');
  });
});

describe('a server that means no good', () => {
  test('and never answers is given up in time (OUT-04)', async () => {
    const port = await serveRaw(() => undefined);
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` })).toEqual({
      reason: `127.0.0.1:${port}: no answer within 300 ms`,
      mayHaveArrived: true,
    });
  });

  test.each([
    ['its header', 'HTTP/1.1 200 OK\r\nX: '],
    ['its body', 'HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n'],
  ])('and sends %s drop by drop is given up in time (OUT-04)', async (_, start) => {
    const port = await serveRaw((socket) => {
      socket.write(start);
      const drops = setInterval(() => socket.write('x'), 10);
      socket.on('close', () => clearInterval(drops));
    });
    expect(await failureOf({ url: `http://127.0.0.1:${port}/` })).toEqual({
      reason: `127.0.0.1:${port}: no answer within 300 ms`,
      mayHaveArrived: true,
    });
  });

  test('and sends a body of 1 GiB is cut off at 64 KiB (OUT-04)', async () => {
    let written = 0;
    const { port } = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': 2 ** 30 });
      const block = Buffer.alloc(65_536);
      const write = () => {
        while (!response.destroyed && response.write(block)) written += block.length;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const failed = await failureOf({ url: `http://127.0.0.1:${port}/`, timeoutMs: 10_000 });
    expect(failed).toEqual({ reason: `127.0.0.1:${port}: an answer of more than 65536 bytes`, mayHaveArrived: true });
    expect(written).toBeLessThan(100_000_000);
  });

  test.each([
    ['a header without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(100_000)}`],
    ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['less than it has promised', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'],
    ['nothing', ''],
  ])('and answers with %s has no answer (OUT-04)', async (_, text) => {
    const port = await serveRaw((socket) => socket.once('data', () => socket.end(text)));
    const failed = await failureOf({ url: `http://127.0.0.1:${port}/`, timeoutMs: 5000 });
    expect(failed.mayHaveArrived).toBe(true);
    expect(failed.reason).not.toContain('no answer within');
  });

  test('and resets the connection, or has none to give, has no answer', async () => {
    const port = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await failureOf({ url: `http://127.0.0.1:${port}/`, timeoutMs: 5000 })).toMatchObject({
      mayHaveArrived: true,
    });
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const gone = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    expect(await failureOf({ url: `http://127.0.0.1:${gone}/` })).toMatchObject({ mayHaveArrived: false });
  });
});

describe('TLS', () => {
  async function serveTls(name?: string): Promise<{ port: number; cert: string; asked: string[] }> {
    const { cert, key } = await generateCertificate(name);
    const asked: string[] = [];
    const server = createHttpsServer({ cert, key }, (request, response) => {
      asked.push(request.url ?? '');
      response.end('safe');
    });
    return { port: await listen(server), cert, asked };
  }
  const { resolve } = resolver([v4('127.0.0.1')]);

  test('is verified against the authorities that are trusted (OUT-06)', async () => {
    const { port, cert } = await serveTls();
    const way = outbound({ allowedNetworks: here, ca: cert });
    expect((await way.send({ method: 'GET', url: `https://localhost:${port}/` })).body).toBe('safe');
    expect((await way.send({ method: 'GET', url: `https://127.0.0.1:${port}/` })).body).toBe('safe');
  });

  test('by somebody unknown, or for another name, is not spoken: nothing is sent (OUT-06)', async () => {
    const { port, cert, asked } = await serveTls();
    expect(await failureOf({ url: `https://localhost:${port}/` })).toMatchObject({ mayHaveArrived: false });
    const other = { allowedNetworks: here, ca: cert, resolve };
    expect(await failureOf({ url: `https://other.example.org:${port}/` }, other)).toMatchObject({
      mayHaveArrived: false,
    });
    expect(asked).toEqual([]);
  });

  test('that is not spoken on the other side fails before anything is sent', async () => {
    const { port, asked } = await serve((_, response) => response.end());
    expect(await failureOf({ url: `https://127.0.0.1:${port}/` })).toMatchObject({ mayHaveArrived: false });
    expect(asked).toEqual([]);
    const silent = await serveRaw(() => undefined);
    expect(await failureOf({ url: `https://127.0.0.1:${silent}/` })).toMatchObject({ mayHaveArrived: false });
  });
});
