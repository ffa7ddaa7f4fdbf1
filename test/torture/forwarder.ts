import { connect, createServer, type Socket } from 'node:net';

/** An address that stays while the server behind it changes. */
export interface Forwarder {
  port: number;
  /** Who is connected is cut off and finds the other server when he comes again. */
  switchTo(port: number): void;
  close(): void;
}

export async function startForwarder(target: number): Promise<Forwarder> {
  let behind = target;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(behind, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cutOff = () => {
    for (const socket of sockets) socket.destroy();
  };
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the forwarder has no port');
  return {
    port: address.port,
    switchTo: (port) => {
      behind = port;
      cutOff();
    },
    close: () => {
      cutOff();
      server.close();
    },
  };
}
