import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { guardedLookup, type ResolveName } from './guarded-lookup.ts';
import { isIP } from 'node:net';
import { type ReachOptions, reachOf } from './reach.ts';
import { readTarget } from './read-target.ts';

/** A request to a server of somebody else. */
export interface OutboundRequest {
  method: 'GET' | 'POST';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  /** How long it may take altogether, in milliseconds. Default: 5000. */
  timeoutMs?: number;
}

export interface OutboundResponse {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** Why a request was not made, or has no answer. The message names the host and never what was sent. */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure';
  /** False: certainly nothing reached the server, so that another may be asked without asking twice. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean) {
    super(message);
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** The one way out over HTTP: over TLS to public addresses, unless an operator has allowed others. Redirects are answers, and not followed. */
export interface Outbound {
  /** @throws OutboundFailure; an answer with an error status is an answer */
  send(request: OutboundRequest): Promise<OutboundResponse>;
}

export interface OutboundOptions extends ReachOptions {
  /** Certificate authorities to trust in place of the usual ones, PEM. */
  ca?: string;
  /** All addresses of a name. Default: as the machine resolves it. */
  resolve?: ResolveName;
}

/** What is read of an answer, in bytes; more is cut off by ending the connection. */
const longestBody = 65_536;

export function outbound(options: OutboundOptions = {}): Outbound {
  const reach = reachOf(options);
  return {
    async send({ method, url: text, headers = {}, body, timeoutMs = 5000 }) {
      const target = readTarget(text);
      if ('refused' in target) throw new OutboundFailure(target.refused, false);
      const { url, host, port, secure } = target;
      const refused = isIP(host) === 0 ? undefined : reach.refuse(host, { port, secure });
      if (refused !== undefined) throw new OutboundFailure(`${url.host}: ${refused}`, false);
      let connected = false;
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<OutboundResponse>((resolve, reject) => {
          const request = (secure ? requestHttps : requestHttp)(url, {
            method,
            headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
            lookup: guardedLookup((address) => reach.refuse(address, { port, secure }), options.resolve),
            // A connection of its own: one that is kept might lead to what a name meant before.
            agent: false,
            ...(options.ca === undefined ? {} : { ca: options.ca }),
          });
          timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
          request.on('socket', (socket) =>
            socket.once(secure ? 'secureConnect' : 'connect', () => {
              connected = true;
            }),
          );
          request.on('error', reject);
          // Also what never became an answer, such as a switch of protocols.
          request.on('close', () => reject(new Error('the connection ended before the answer')));
          request.on('response', (response) => readResponse(request, response, resolve, reject));
          request.end(body);
        });
      } catch (error) {
        // Node refuses a header that is none before anything is sent; what it says might quote the value.
        const reason = error instanceof TypeError ? 'a header is not valid' : reasonOf(error);
        throw new OutboundFailure(`${url.host}: ${reason}`, connected);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

function readResponse(
  request: ClientRequest,
  response: IncomingMessage,
  resolve: (response: OutboundResponse) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > longestBody) request.destroy(new Error(`an answer of more than ${longestBody} bytes`));
    else chunks.push(chunk);
  });
  response.on('end', () => {
    const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
    resolve({
      status: response.statusCode ?? 0,
      headers: Object.fromEntries(named) as Record<string, string>,
      body: Buffer.concat(chunks).toString('utf8'),
    });
  });
  response.on('error', reject);
}

/** What an operator needs to know; no control characters of a certificate or a name that somebody else has written. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return error.message.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 300);
}
