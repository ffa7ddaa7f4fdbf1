import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { canonicalAddress, isInNetworks, loopbackNetworks, networkMatcher, isLoopbackHost } from '../core/network.ts';
import type { RequestOrigin } from '../http/door.ts';

/** Hops that are looked at; a request that names more is either a mistake or meant to cost time. */
const hopLimit = 32;

/** The source of a request that somebody passes on who is not trusted to say for whom. */
const unknownSource = 'unknown';

/** What proxies add to a request. */
const forwardingFields = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-server',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
];

/**
 * Tells where a request comes from. X-Forwarded-For and X-Forwarded-Proto are believed when the connection comes from one
 * of `trustedProxies`, and never otherwise (BF-09). The source is then the right-most hop that is no trusted proxy: what
 * stands further left was written by whoever asks.
 *
 * Some things are open to this machine, so nobody may pass for it who comes through a proxy on it: one that does not say for whom it
 * asks, or that nobody has named as trusted. The source of such a request is not known.
 *
 * @param behindProxy the configuration says that a proxy stands in front: what comes from this machine may then be passed on by a proxy that
 *   adds no header at all. Default false.
 */
export function originReader(
  trustedProxies: readonly string[],
  behindProxy = false,
): (incoming: IncomingMessage) => RequestOrigin {
  const isTrusted = networkMatcher(trustedProxies);
  const isLoopback = networkMatcher(loopbackNetworks);
  return (incoming) => {
    const peer = canonicalAddress(incoming.socket.remoteAddress ?? '');
    const encrypted = incoming.socket instanceof TLSSocket;
    if (trustedProxies.length === 0 || !isTrusted(peer)) {
      const forwarded = behindProxy || forwardingFields.some((name) => incoming.headers[name] !== undefined);
      return { source: forwarded && isLoopback(peer) ? unknownSource : peer, secure: encrypted };
    }
    const source = originalSource(peer, fieldOf(incoming, 'x-forwarded-for'), isTrusted);
    return {
      source: isLoopback(source) ? unknownSource : source,
      secure: lastOf(fieldOf(incoming, 'x-forwarded-proto'))?.toLowerCase() === 'https',
    };
  };
}

function originalSource(peer: string, forwardedFor: string, isTrusted: (address: string) => boolean): string {
  let source = peer;
  for (const hop of forwardedFor.split(',').slice(-hopLimit).toReversed()) {
    const address = addressOf(hop.trim());
    // Nothing behind a hop that cannot be read can be told apart from an invention: the hop that reported it stands.
    if (address === undefined) return source;
    source = address;
    if (!isTrusted(source)) return source;
  }
  return source;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1` or `[2001:db8::1]:4711`. */
function addressOf(hop: string): string | undefined {
  const address = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop;
  return isIP(address) === 0 ? undefined : canonicalAddress(address);
}

function lastOf(list: string): string | undefined {
  return list.split(',').at(-1)?.trim();
}

function fieldOf(incoming: IncomingMessage, name: string): string {
  const field = incoming.headers[name];
  return Array.isArray(field) ? field.join(',') : (field ?? '');
}

/**
 * Whether a person or program on this machine asks, directly: for pages that nobody else may see. The name it asks for has to be of
 * this machine, too, or a page in a browser could ask under a name of its own (DNS rebinding); and what a proxy passes on, trusted or
 * not, comes from anywhere.
 */
export function isLocalCaller(request: Request, origin: RequestOrigin): boolean {
  if (!isInNetworks(origin.source, loopbackNetworks)) return false;
  if (forwardingFields.some((name) => request.headers.has(name))) return false;
  return isLoopbackHost(new URL(request.url).hostname.replace(/^\[|\]$/g, ''));
}
