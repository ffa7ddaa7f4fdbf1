import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { isLocalCaller, originReader } from './request-origin.ts';

/** What is read of a request that has come over a connection from `peer`. */
function incoming(peer: string, headers: Record<string, string>): IncomingMessage {
  return { socket: { remoteAddress: peer }, headers } as unknown as IncomingMessage; // nothing else of it is read
}

describe('a request that a proxy on this machine passes on', () => {
  test.each([
    ['forwarded', 'for=192.0.2.1'],
    ['via', '1.1 proxy.example.org'],
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'otp.example.org'],
    ['x-forwarded-proto', 'https'],
    ['x-forwarded-server', 'proxy.example.org'],
    ['x-real-ip', '127.0.0.1'],
    ['cf-connecting-ip', '127.0.0.1'],
    ['true-client-ip', '127.0.0.1'],
  ])('does not pass for one of this machine when it says so only in %s (INP-14)', (name, value) => {
    const origin = originReader([])(incoming('127.0.0.1', { [name]: value }));
    expect(origin.source).toBe('unknown');
    const request = new Request('http://localhost:8300/dev/inbox', { headers: { [name]: value } });
    expect(isLocalCaller(request, { source: '127.0.0.1', secure: false })).toBe(false);
  });

  test('does not pass for one of this machine when the configuration tells of a proxy that adds no header at all', () => {
    expect(originReader([], true)(incoming('127.0.0.1', { host: 'localhost:8300' })).source).toBe('unknown');
    expect(originReader([], true)(incoming('192.0.2.1', { host: 'localhost:8300' })).source).toBe('192.0.2.1');
  });

  test('differs from one that comes directly, which is of this machine', () => {
    const origin = originReader([])(incoming('::ffff:127.0.0.1', { host: 'localhost:8300' }));
    expect(origin).toEqual({ source: '127.0.0.1', secure: false });
    expect(isLocalCaller(new Request('http://localhost:8300/dev/inbox'), origin)).toBe(true);
  });
});
