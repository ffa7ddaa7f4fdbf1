import { isIP } from 'node:net';

/** Where a listener listens. Port 0 lets the system choose. */
export interface HostPort {
  host: string;
  port: number;
}

const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

/** Reads `host:port` or `[IPv6 address]:port`; undefined when it is neither. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) return undefined;
  const valid = bracketed === undefined ? isIP(host) === 4 || hostName.test(host) : isIP(host) === 6;
  return valid ? { host, port } : undefined;
}

export function formatHostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
