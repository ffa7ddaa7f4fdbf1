import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What happens to a commit: it arrives and its confirmation is lost, or it does not arrive. */
export type Cut = 'after' | 'before';

export interface CuttingProxy {
  port: number;
  /** The next commit that comes by is cut off. */
  cutNextCommit(cut: Cut): void;
  /** From now on nothing goes through, and nobody is told. */
  fallSilent(): void;
  /** New connections go through again; those that were there before stay as dead as they are. */
  speakAgain(): void;
  /** Every packet takes that many ms longer, in each direction; 0: no longer. */
  delayBy(milliseconds: number): void;
}

const commit = /(?<!\w)commit(?!\w)/i;

/**
 * Stands between a store and its server, and breaks the connection at the worst moment.
 *
 * @param atEnd takes what is to be done when it is no longer needed. Default: at the end of the test.
 */
export async function startCuttingProxy(
  serverPort: number,
  atEnd: (close: () => void) => void = onTestFinished,
): Promise<CuttingProxy> {
  let armed: Cut | undefined;
  let silent = false;
  let delay = 0;
  const deaf = new Set<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let cut: Cut | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    const isDeaf = () => {
      if (silent) deaf.add(client);
      return deaf.has(client);
    };
    // A timer of the same length fires in the order in which it was set, so that nothing overtakes anything.
    const send = (socket: Socket, data: Buffer) => {
      if (delay === 0) socket.write(data);
      else setTimeout(() => socket.write(data), delay);
    };
    client.on('data', (data) => {
      if (isDeaf()) return;
      if (armed !== undefined && commit.test(data.toString('latin1'))) {
        cut = armed;
        armed = undefined;
      }
      if (cut === 'before') client.destroy();
      else send(upstream, data);
    });
    upstream.on('data', (data) => {
      if (isDeaf()) return;
      // The answer proves that the server has done it.
      if (cut === 'after') client.destroy();
      else send(client, data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    cutNextCommit: (cut) => {
      armed = cut;
    },
    fallSilent: () => {
      silent = true;
      for (const socket of sockets) deaf.add(socket);
    },
    speakAgain: () => {
      silent = false;
    },
    delayBy: (milliseconds) => {
      delay = milliseconds;
    },
  };
}
