import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { networkMatcher } from '../../core/network.ts';
import { isPublicAddress } from './public-address.ts';

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

/** The one way out over HTTP: to public addresses only, unless an operator has allowed others. */
export interface Outbound {
  /** @throws OutboundFailure; an answer with an error status is an answer */
  send(request: OutboundRequest): Promise<OutboundResponse>;
}

export interface OutboundOptions {
  /** Networks (CIDR) besides the public ones that may be reached, e.g. that of an SMS gateway in the house. Default: none. */
  allowedNetworks?: readonly string[];
  /** Certificate authorities to trust in place of the usual ones, PEM. */
  ca?: string;
}

/** What is read of an answer; more is cut off by ending the connection. */
const longestBody = 65_536;

export function outbound({ allowedNetworks = [], ca }: OutboundOptions = {}): Outbound {
  const isAllowed = networkMatcher(allowedNetworks);
  const mayReach = (address: string) => isPublicAddress(address) || isAllowed(address);

  /** Resolves a name and keeps only what may be reached; the connection goes to exactly what was judged. */
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first, ...others] = error === null ? addresses.filter(({ address }) => mayReach(address)) : [];
      if (first === undefined) {
        callback(error ?? new Error('the name leads to no address that may be reached'), '', 4);
        return;
      }
      if (options.all === true) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  };

  return {
    send: ({ method, url: text, headers = {}, body, timeoutMs = 5000 }) =>
      new Promise((resolve, reject) => {
        const url = URL.canParse(text) ? new URL(text) : undefined;
        if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
          reject(new OutboundFailure('not an http:// or https:// URL', false));
          return;
        }
        const host = url.hostname.replace(/^\[|\]$/g, '');
        if (isIP(host) !== 0 && !mayReach(host)) {
          reject(new OutboundFailure(`${url.host} is an address that may not be reached`, false));
          return;
        }
        let connected = false;
        const fail = (reason: string) => reject(new OutboundFailure(`${url.host}: ${reason}`, connected));
        const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
          method,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
          lookup: guardedLookup,
          agent: false,
          ...(ca === undefined ? {} : { ca }),
        });
        const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
        request.on('socket', (socket) =>
          socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
            connected = true;
          }),
        );
        request.on('error', (error) => {
          clearTimeout(timer);
          fail(error.message);
        });
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            length += chunk.length;
            if (length > longestBody) request.destroy(new Error(`an answer of more than ${longestBody} bytes`));
          });
          response.on('end', () => {
            clearTimeout(timer);
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: Buffer.concat(chunks).toString('utf8'),
            });
          });
          response.on('error', (error) => {
            clearTimeout(timer);
            fail(error.message);
          });
        });
        request.end(body);
      }),
  };
}
