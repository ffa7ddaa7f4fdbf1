import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RestFixture, restFixture } from './rest.fixture.ts';

let rest: RestFixture;
let server: Server;
let port: number;

beforeAll(async () => {
  rest = await restFixture();
  server = await new Promise<Server>((resolve) => {
    const origin = { source: '127.0.0.1', secure: false };
    const started = serve({ fetch: (request) => rest.app.fetch(request, origin), port: 0, hostname: '127.0.0.1' }, () =>
      resolve(started as Server),
    );
  });
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rest.close();
});

/** Sends bytes as they are and returns everything that comes back until the server closes. */
async function exchange(...parts: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => resolve()));
  for (const part of parts) socket.write(part);
  await closed;
  return received;
}

const head = (more: string) =>
  `POST /v1/verify HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer ${rest.token}\r\nContent-Type: application/json\r\n${more}\r\n`;
const question = '{"user":"nobody","code":"000000"}';

describe('over a real connection', () => {
  it('a body is read whether its length was announced or comes in chunks', async () => {
    const announced = await exchange(head(`Content-Length: ${question.length}\r\n`), question);
    const [first, second] = [question.slice(0, 10), question.slice(10)];
    const chunked = await exchange(
      head('Transfer-Encoding: chunked\r\n'),
      `${first.length.toString(16)}\r\n${first}\r\n`,
      `${second.length.toString(16)}\r\n${second}\r\n0\r\n\r\n`,
    );
    for (const answer of [announced, chunked]) {
      expect(answer).toMatch(/^HTTP\/1.1 200 /);
      expect(answer).toContain('{"accepted":false}');
      expect(answer.toLowerCase()).toContain('\r\ncache-control: no-store\r\n');
      expect(answer.toLowerCase()).toContain('\r\ncontent-type: application/json\r\n');
    }
  });

  it('a body that is too large is refused before it has come (INP-03, DOS-03)', async () => {
    const announced = await exchange(head('Content-Length: 104857600\r\n'), 'x'.repeat(1000));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const chunked = await exchange(head('Transfer-Encoding: chunked\r\n'), ...Array.from({ length: 6 }, () => chunk));
    for (const answer of [announced, chunked]) {
      expect(answer).toMatch(/^HTTP\/1.1 413 /);
      expect(answer).toContain('"code":"body_too_large"');
    }
  });

  it('a request whose length is told twice, in two ways, is not taken (request smuggling)', async () => {
    const both = await exchange(head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'), '0\r\n\r\n');
    const twice = await exchange(head('Content-Length: 5\r\nContent-Length: 6\r\n'), 'xxxxxx');
    for (const answer of [both, twice]) expect(answer).toMatch(/^HTTP\/1.1 400 /);
  });

  it('two bearer tokens in two header fields are none', async () => {
    const answer = await exchange(
      head(`X-Integration-Token: other\r\nContent-Length: ${question.length}\r\n`),
      question,
    );
    expect(answer).toMatch(/^HTTP\/1.1 401 /);
  });

  it.each([
    '/v1/../v1/users',
    '/v1/./users',
    '//v1/users',
    '/v1/users/',
    '/V1/users',
    '/v1/users%2f',
    '/v1/users;a',
    '/v1/%75sers/',
  ])('%s opens nothing without credentials (INP-13)', async (target) => {
    const answer = await exchange(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 (400|401|404) /);
  });

  it('HEAD and OPTIONS have no body', async () => {
    for (const [method, status] of [
      ['HEAD', 200],
      ['OPTIONS', 204],
    ]) {
      const answer = await exchange(
        `${method} /v1/openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(answer.endsWith('\r\n\r\n')).toBe(true);
    }
  });
});
