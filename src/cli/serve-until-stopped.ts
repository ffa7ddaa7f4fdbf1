import { CountersignError } from '../core/errors.ts';
import type { Config, RunningServer, StartOptions } from '../server/index.ts';
import type { Terminal } from './terminal.ts';

/** Starts a server; where its port is taken, says how to choose another. */
export async function startOrExplain(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  prepare?: StartOptions['prepare'],
): Promise<RunningServer> {
  const { startServer } = await import('../server/index.ts');
  try {
    return await startServer(config, { env, ...(prepare !== undefined && { prepare }) });
  } catch (error) {
    const taken = error instanceof CountersignError && error.issues.some(({ message }) => message.includes('in use'));
    if (taken) terminal.note(`Choose another address, e.g. COUNTERSIGN_LISTEN=127.0.0.1:${config.listen.port + 1}`);
    throw error;
  }
}

/** Serves until the process is told to stop, then finishes what was accepted. A second Ctrl+C ends it at once. */
export async function serveUntilStopped(server: RunningServer): Promise<void> {
  await new Promise<void>((resolve) => {
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (stopping && signal === 'SIGINT') process.exit(130);
        stopping = true;
        resolve();
      });
    }
  });
  await server.close();
}
