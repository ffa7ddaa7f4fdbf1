import { once } from 'node:events';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../../test/fixtures/certificate.ts';

/**
 * The reply to a command (`EHLO`, `MAIL`, …), to the connection (`greeting`) or to the end of the message (`message`).
 * `silence` and `hang-up` are what they say; 421 closes the connection.
 */
export type SmtpScript = (step: string, line: string) => string;

export interface ScriptedSmtpServer {
  port: number;
  /** Every command that came in. */
  commands: string[];
  /** Every message, as it came over the wire. */
  received: string[];
  /** Ends the connections that are open; new ones are taken. */
  hangUp(): void;
  close(): Promise<void>;
}

/**
 * A small SMTP server that speaks the protocol (RFC 5321) and misbehaves where the script says so.
 *
 * @param tls With this certificate it speaks TLS from the first byte.
 */
export async function startScriptedSmtpServer(script: SmtpScript, tls?: Certificate): Promise<ScriptedSmtpServer> {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  const received: string[] = [];
  const talk = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    const reply = (step: string, line: string) => {
      const text = script(step, line);
      if (text === 'hang-up') socket.destroy();
      else if (text.startsWith('421')) socket.end(`${text}\r\n`);
      else if (text !== 'silence') socket.write(`${text}\r\n`);
      return text;
    };
    let data: string[] | undefined;
    reply('greeting', '');
    createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
      if (data === undefined) {
        commands.push(line);
        const step = (line.split(/[ :]/)[0] ?? '').toUpperCase();
        if (reply(step, line).startsWith('354')) data = [];
      } else if (line === '.') {
        received.push(data.join('\r\n'));
        data = undefined;
        reply('message', received.at(-1) ?? '');
      } else {
        data.push(line.replace(/^\./, ''));
      }
    });
  };
  const server = tls === undefined ? createServer(talk) : createTlsServer(tls, talk);
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    received,
    hangUp,
    async close() {
      hangUp();
      server.close();
      await once(server, 'close');
    },
  };
}

/** What a server answers that takes everything over. */
export const accepting: SmtpScript = (step) => {
  if (step === 'greeting') return '220 mail.example.org ESMTP';
  if (step === 'DATA') return '354 go on';
  if (step === 'QUIT') return '221 bye';
  return '250 OK';
};
