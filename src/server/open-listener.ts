import { createServer, type IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener, type HttpBindings, RequestError } from '@hono/node-server';
import { CountersignError } from '../core/errors.ts';
import type { RequestOrigin } from '../http/door.ts';
import { problemResponse } from '../http/problem.ts';
import type { Certificate } from './certificate.ts';
import type { Config } from './config/config.ts';
import { formatHostPort, type HostPort } from './config/host-port.ts';
import { misconfigured } from './config/resolve-config.ts';
import type { Handler } from './create-handler.ts';
import { limitBody } from './limit-body.ts';

/** A request that has ended, for the log and the metrics. */
export interface Exchange {
  method: string;
  /** The path without the query, which may hold a code. */
  path: string;
  /** 0 when the caller left before the answer was sent. */
  status: number;
  milliseconds: number;
  /** Sent, with the header. */
  bytes: number;
}

export interface ListenerOptions {
  /** The option that says where to listen, for messages. */
  option: string;
  address: HostPort;
  /** Undefined: plain. */
  certificate: Certificate | undefined;
  handle: Handler;
  readOrigin: (incoming: IncomingMessage) => RequestOrigin;
  limits: Config['limits'];
  observe: (exchange: Exchange) => void;
  /** Hears of an error that a handler let out. */
  report: (error: unknown) => void;
}

export interface Listener {
  /** With the port that the system chose, where the configuration says 0. */
  address: HostPort;
  secure: boolean;
  connections(): number;
  exchangeCertificate(certificate: Certificate): void;
  /** Stops accepting, lets requests that have begun end within `limits.shutdownMs`, then cuts what is left. */
  close(): Promise<void>;
}

/** Opens a socket and serves what `handle` answers. @throws CountersignError `misconfigured` when it cannot be opened */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { address, certificate, limits } = options;
  const server = certificate === undefined ? plainServer(options) : secureServer(options, certificate);
  server.maxConnections = limits.maxConnections;
  server.maxHeadersCount = 200;
  // A caller that reads nothing of its answer is given up, too.
  server.timeout = 2 * Math.max(limits.requestTimeoutMs, limits.headersTimeoutMs);
  server.on('request', requestListener(options));

  let connections = 0;
  server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket) => {
    connections += 1;
    socket.once('close', () => (connections -= 1));
  });
  await listen(server, options.option, address);
  const { port } = server.address() as AddressInfo;
  return {
    address: { host: address.host, port },
    secure: certificate !== undefined,
    connections: () => connections,
    exchangeCertificate: (fresh) => {
      if ('setSecureContext' in server && typeof server.setSecureContext === 'function') server.setSecureContext(fresh);
    },
    close: () => closeServer(server, limits.shutdownMs),
  };
}

/** What both sorts of server are given. Each limit is there because of a way to hold a connection for ever (slow header, body, read). */
function serverOptions({ limits }: ListenerOptions) {
  return {
    ServerResponse: TimedResponse,
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: Math.max(50, Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs, 5000) / 4),
    noDelay: true,
  };
}

function plainServer(options: ListenerOptions): Server {
  return createServer(serverOptions(options));
}

function secureServer(options: ListenerOptions, certificate: Certificate): Server {
  return createSecureServer({
    ...serverOptions(options),
    ...certificate,
    minVersion: 'TLSv1.2',
    handshakeTimeout: options.limits.headersTimeoutMs,
  });
}

/** Knows when its request came, so that no request needs a closure of its own. */
class TimedResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  readonly startedAt = performance.now();
  bytesBefore = 0;
}

function requestListener(options: ListenerOptions): RequestListener<typeof IncomingMessage, typeof TimedResponse> {
  const { handle, readOrigin, observe, report } = options;
  const { bodyBytes } = options.limits;

  const answer = getRequestListener(
    (request, env) => {
      // This server is of HTTP/1 only.
      const { incoming } = env as HttpBindings;
      return handle(limitBody(request, incoming, bodyBytes), readOrigin(incoming));
    },
    {
      hostname: formatHostPort(options.address),
      errorHandler: (error) => {
        if (error instanceof RequestError) return problemResponse(new CountersignError('malformed_request'));
        if (error instanceof CountersignError) return problemResponse(error);
        report(error);
        return problemResponse(new CountersignError('internal'));
      },
    },
  );

  function observeEnd(this: TimedResponse): void {
    const { method = '', url = '', socket } = this.req;
    const query = url.indexOf('?');
    observe({
      method,
      path: query < 0 ? url : url.slice(0, query),
      status: this.writableFinished ? this.statusCode : 0,
      milliseconds: performance.now() - this.startedAt,
      bytes: socket.bytesWritten - this.bytesBefore,
    });
  }

  return (incoming, outgoing) => {
    outgoing.bytesBefore = incoming.socket.bytesWritten;
    outgoing.once('close', observeEnd);
    void answer(incoming, outgoing);
  };
}

async function listen(server: Server, option: string, { host, port }: HostPort): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const reasons: Record<string, string> = {
      EADDRINUSE: 'is in use already: stop the other program or choose another port',
      EACCES: 'may not be opened by this user: choose a port from 1024 on',
      EADDRNOTAVAIL: 'is no address of this machine',
    };
    const place = formatHostPort({ host, port });
    throw misconfigured([{ path: option, message: `${place} ${reasons[code] ?? `cannot be opened (${code})`}` }]);
  }
}

async function closeServer(server: Server, boundMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection that is kept alive becomes idle when its last answer is out; only then may it be closed.
  const sweep = setInterval(() => server.closeIdleConnections(), 25);
  const bound = setTimeout(() => server.closeAllConnections(), boundMs);
  server.closeIdleConnections();
  await closed;
  clearInterval(sweep);
  clearTimeout(bound);
}
