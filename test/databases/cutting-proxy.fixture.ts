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
}

const commit = /(?<!\w)commit(?!\w)/i;

/** Stands between a store and its server, and breaks the connection at the worst moment. */
export async function startCuttingProxy(serverPort: number): Promise<CuttingProxy> {
  let armed: Cut | undefined;
  let silent = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let cut: Cut | undefined;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (data) => {
      if (silent) return;
      if (armed !== undefined && commit.test(data.toString('latin1'))) {
        cut = armed;
        armed = undefined;
      }
      if (cut === 'before') client.destroy();
      else upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (silent) return;
      // The answer proves that the server has done it.
      if (cut === 'after') client.destroy();
      else client.write(data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
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
    },
  };
}
