import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type Outbound, outbound } from '../outbound/outbound.ts';
import type { Sms } from './gateway.ts';

/** What a provider has received. */
export interface ReceivedRequest {
  method: string;
  /** Path and query as they came. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ScriptedAnswer {
  status?: number;
  body?: string;
  type?: string;
  /** Hangs up after the request instead of answering. */
  hangUp?: boolean;
}

export interface Provider {
  url: string;
  requests: ReceivedRequest[];
  /** What it answers from now on. */
  answer(answer: ScriptedAnswer): void;
  close(): Promise<void>;
}

/** A real HTTP server in the place of a provider. It is closed after the test. */
export async function startProvider(first: ScriptedAnswer = {}): Promise<Provider> {
  const requests: ReceivedRequest[] = [];
  let next = first;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      requests.push({ method, target, headers, body: Buffer.concat(chunks).toString() });
      if (next.hangUp === true) {
        request.socket.destroy();
        return;
      }
      response.writeHead(next.status ?? 200, { 'content-type': next.type ?? 'application/json' });
      response.end(next.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (answer) => {
      next = answer;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  onTestFinished(() => provider.close());
  return provider;
}

/** The way out, to this machine. */
export function outboundHere(): Outbound {
  return outbound({ allowedNetworks: ['127.0.0.0/8'] });
}

/** A text with what breaks a format that is put together from pieces. */
export const sms: Sms = {
  to: '+12025550123',
  text: `042179 "is" your <code> & key: 100 % {id}\n\n@example.org #042179`,
  id: 'msg_1',
};
