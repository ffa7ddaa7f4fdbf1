import { bindBody, type BindFields } from './bodies.ts';
import { connectToCentre, type SmppAddress } from './connect.ts';
import {
  command,
  encodePdu,
  genericNack,
  type Pdu,
  pduReader,
  responseBit,
  statusOk,
  statusUnknownCommand,
} from './pdu.ts';
import { SmppFailure } from './smpp-failure.ts';

export interface SessionOptions extends SmppAddress, BindFields {
  /** After this time of silence the line is tried, in milliseconds. */
  enquireLinkMs: number;
}

/** A connection on which messages may be submitted. */
export interface SmppSession {
  /**
   * Sends a command and waits for its answer, whatever status that has.
   *
   * @throws SmppFailure when none comes in time. By then the command may have arrived.
   */
  request(id: number, body?: Uint8Array): Promise<Pdu>;
  isOpen(): boolean;
  /** Says goodbye and hangs up. */
  close(): Promise<void>;
}

/** How often the line is tried in vain of messages; then it is given up, and the next message opens another. */
const idleTries = 10;

const empty = new Uint8Array();

/**
 * Connects and binds as a transmitter (SMPP 3.4 §2.2).
 *
 * @throws SmppFailure: certainly nothing was submitted
 */
export async function openSession(options: SessionOptions): Promise<SmppSession> {
  const { host, port, timeoutMs, enquireLinkMs } = options;
  const where = `${host}:${port}`;
  const socket = await connectToCentre(options);
  const waiting = new Map<number, { resolve: (pdu: Pdu) => void; reject: (error: SmppFailure) => void }>();
  const read = pduReader();
  let sequence = 0;
  let tries = 0;
  let open = true;
  let idle: NodeJS.Timeout | undefined;

  const hangUp = (reason: string) => {
    if (!open) return;
    open = false;
    clearTimeout(idle);
    socket.destroy();
    for (const { reject } of waiting.values()) reject(new SmppFailure(`${where}: ${reason}`));
    waiting.clear();
  };
  const write = (pdu: Pdu) => socket.write(encodePdu(pdu));

  const request = (id: number, body: Uint8Array = empty) =>
    new Promise<Pdu>((resolve, reject) => {
      if (!open) {
        reject(new SmppFailure(`${where}: the connection is closed`));
        return;
      }
      // §3.2: 1 to 0x7FFFFFFF
      sequence = (sequence % 0x7fffffff) + 1;
      // A centre that does not answer is given up with everything that waits for it.
      const timer = setTimeout(() => hangUp(`no answer within ${timeoutMs} ms`), timeoutMs);
      waiting.set(sequence, {
        resolve: (pdu) => {
          clearTimeout(timer);
          resolve(pdu);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      if (id !== command.enquireLink) tries = 0;
      write({ id, status: statusOk, sequence, body });
    });

  const close = async () => {
    if (!open) return;
    try {
      await request(command.unbind);
    } catch (error) {
      if (!(error instanceof SmppFailure)) throw error;
    }
    hangUp('the connection was closed');
  };

  const tryTheLine = () => {
    tries++;
    if (tries > idleTries) void close();
    // Whatever is wrong with it has hung up already.
    else request(command.enquireLink).then(waitForSilence, () => undefined);
  };
  const waitForSilence = () => {
    clearTimeout(idle);
    if (open) idle = setTimeout(tryTheLine, enquireLinkMs).unref();
  };

  const take = (pdu: Pdu) => {
    const { id, sequence } = pdu;
    if (id >= responseBit) {
      waiting.get(sequence)?.resolve(pdu);
      waiting.delete(sequence);
      return;
    }
    const answer = (responseId: number, status: number) => write({ id: responseId, status, sequence, body: empty });
    if (id === command.enquireLink) answer(command.enquireLink + responseBit, statusOk);
    else if (id === command.unbind) {
      answer(command.unbind + responseBit, statusOk);
      hangUp('the centre ended the session');
    } else answer(genericNack, statusUnknownCommand);
  };

  socket.on('data', (chunk: Buffer) => {
    try {
      for (const pdu of read(chunk)) take(pdu);
      waitForSilence();
    } catch (error) {
      hangUp(error instanceof RangeError ? error.message : 'an answer that is not understood');
    }
  });
  socket.on('error', (error) => hangUp(error.message));
  socket.on('close', () => hangUp('the centre hung up'));

  const bound = await request(command.bindTransmitter, bindBody(options));
  if (bound.status !== statusOk || bound.id === genericNack) {
    hangUp('the bind was refused');
    throw new SmppFailure(`${where}: the bind was refused, status 0x${bound.status.toString(16)}`);
  }
  waitForSilence();
  return { request, close, isOpen: () => open };
}
