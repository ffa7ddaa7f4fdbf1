import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../databases/servers.fixture.ts';
import { startProgram, waitUntil } from './started-program.fixture.ts';

/** The SMPP message centre that comes with Kannel for its own tests (`drive_smpp`): it reads units with Kannel's code. */
export interface DriveSmpp {
  port: number;
  /** The names of the units that it has understood, oldest first. */
  units(): string[];
  /** The texts that were submitted. Each ends before its first `@`, which is 0 in the GSM alphabet and ends a text in C. */
  texts(): string[];
  /** The same, once there are so many. */
  textsAtLeast(count: number): Promise<string[]>;
  stop(): Promise<void>;
}

export async function startDriveSmpp(): Promise<DriveSmpp> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-drive-smpp-'));
  const [port, box, admin] = [await freePort(), await freePort(), await freePort()];
  // It wants to be the smsbox of a bearerbox as well, and gives up when there is none: this one listens to it and says nothing.
  const sockets = new Set<Socket>();
  const bearerbox = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => bearerbox.listen(box, '127.0.0.1', resolve));
  const config = join(folder, 'drive.conf');
  writeFileSync(
    config,
    `group = core\nadmin-port = ${admin}\nsmsbox-port = ${box}\nadmin-password = none\n\ngroup = smsbox\nbearerbox-host = 127.0.0.1\n`,
  );
  const program = startProgram(
    '/usr/lib/kannel/test/drive_smpp',
    ['-v', '0', '-p', String(port), '-c', config],
    folder,
  );
  const said = () => program.output();
  const stop = async () => {
    await program.stop();
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => bearerbox.close(() => resolve()));
    rmSync(folder, { recursive: true, force: true });
  };
  const found = (pattern: RegExp) => [...program.output().matchAll(pattern)].map(([, what = '']) => what);
  const texts = () => found(/submit_sm: short_message = <([^>]*)>/g);
  try {
    await waitUntil(() => isOpen(port), said);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    units: () => found(/Handling SMPP PDU of type (\w+)/g),
    texts,
    textsAtLeast: async (count) => {
      await waitUntil(() => texts().length >= count, said);
      return texts();
    },
    stop,
  };
}

/** Whether the kernel says that somebody listens: it takes one connection in its life, which must not be a look at it. */
function isOpen(port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .some(([, local = '', , state]) => local.endsWith(wanted) && state === '0A');
}
