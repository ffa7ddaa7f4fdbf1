import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SmppFailure } from './smpp-failure.ts';

export interface SmppAddress {
  host: string;
  port: number;
  /** TLS from the first octet, with a certificate that is trusted. */
  tls: boolean;
  /** Certificate authorities to trust in place of the usual ones, PEM. */
  ca?: string | undefined;
  /** How long connecting and each answer may take, in milliseconds. */
  timeoutMs: number;
}

/** @throws SmppFailure */
export function connectToCentre({ host, port, tls, ca, timeoutMs }: SmppAddress): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = tls
      ? connectTls({
          host,
          port,
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        })
      : connectTcp({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(new SmppFailure(`${host}:${port}: ${error.message}`));
    };
    socket.once('error', fail);
    socket.once(tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
