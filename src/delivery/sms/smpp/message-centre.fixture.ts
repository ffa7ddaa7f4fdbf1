import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { onTestFinished } from 'vitest';
import type { Certificate } from '../../../../test/fixtures/certificate.ts';

/** A short message as it came over the wire (SMPP 3.4 §4.4.1). */
export interface Submitted {
  from: { type: number; plan: number; digits: string };
  to: { type: number; plan: number; digits: string };
  esmClass: number;
  coding: number;
  message: Buffer;
  /** Optional parameters by their tags. */
  optional: Map<number, Buffer>;
}

export interface Bound {
  systemId: string;
  password: string;
  systemType: string;
  version: number;
}

/** The status of an answer, or what is done instead. `which` is the number of the command, `turn` how often it came. */
export type CentreScript = (which: number, turn: number) => number | 'silence' | 'hang-up';

export interface MessageCentre {
  port: number;
  bound: Bound[];
  submitted: Submitted[];
  /** The number of every command that came in, in their order. */
  commands: number[];
  connections(): number;
  /** Sends a command of its own on every connection. */
  say(which: number): void;
  /** Octets as they are. */
  sayRaw(octets: Uint8Array): void;
  hangUp(): void;
}

/** A small message centre that speaks the protocol by its own reading of the specification, and misbehaves where the script says so. */
export async function startMessageCentre(script: CentreScript = () => 0, tls?: Certificate): Promise<MessageCentre> {
  const sockets = new Set<Socket>();
  const centre: Omit<MessageCentre, 'port'> = {
    bound: [],
    submitted: [],
    commands: [],
    connections: () => sockets.size,
    say: (which) => {
      for (const socket of sockets) socket.write(unit(which, 0, 77, Buffer.alloc(0)));
    },
    sayRaw: (octets) => {
      for (const socket of sockets) socket.write(octets);
    },
    hangUp: () => {
      for (const socket of sockets) socket.destroy();
    },
  };

  const talk = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 16 && rest.length >= rest.readUInt32BE(0)) {
        const length = rest.readUInt32BE(0);
        take(socket, rest.subarray(0, length));
        rest = rest.subarray(length);
      }
    });
  };

  const take = (socket: Socket, pdu: Buffer) => {
    const which = pdu.readUInt32BE(4);
    centre.commands.push(which);
    if (which >= 0x80000000) return;
    const fields = fieldReader(pdu.subarray(16));
    if (which === 0x02) {
      centre.bound.push({
        systemId: fields.text(),
        password: fields.text(),
        systemType: fields.text(),
        version: fields.number(),
      });
    }
    if (which === 0x04) centre.submitted.push(readSubmitted(fields));
    const outcome = script(which, centre.commands.filter((command) => command === which).length);
    if (outcome === 'hang-up') socket.destroy();
    else if (outcome !== 'silence') {
      const body = which === 0x02 || which === 0x04 ? Buffer.from('id\0') : Buffer.alloc(0);
      socket.write(unit((which | 0x80000000) >>> 0, outcome, pdu.readUInt32BE(12), body));
      if (which === 0x06) socket.end();
    }
  };

  const server = tls === undefined ? createServer(talk) : createTlsServer({ cert: tls.cert, key: tls.key }, talk);
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        centre.hangUp();
      }),
  );
  return { ...centre, port: (server.address() as AddressInfo).port };
}

/** A unit as it stands on the wire. */
export function unit(which: number, status: number, sequence: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  [16 + body.length, which, status, sequence].forEach((value, index) => head.writeUInt32BE(value, index * 4));
  return Buffer.concat([head, body]);
}

interface FieldReader {
  text(): string;
  number(): number;
  octets(length: number): Buffer;
  rest(): Buffer;
}

function fieldReader(body: Buffer): FieldReader {
  let at = 0;
  const octets = (length: number) => body.subarray(at, (at += length));
  return {
    octets,
    text: () => {
      const end = body.indexOf(0, at);
      const text = body.toString('latin1', at, end);
      at = end + 1;
      return text;
    },
    number: () => octets(1)[0] ?? -1,
    rest: () => body.subarray(at),
  };
}

function readSubmitted(fields: FieldReader): Submitted {
  fields.text(); // service_type
  const address = () => ({ type: fields.number(), plan: fields.number(), digits: fields.text() });
  const from = address();
  const to = address();
  const esmClass = fields.number();
  fields.octets(2); // protocol_id, priority_flag
  fields.text(); // schedule_delivery_time
  fields.text(); // validity_period
  fields.octets(2); // registered_delivery, replace_if_present_flag
  const coding = fields.number();
  fields.octets(1); // sm_default_msg_id
  const message = Buffer.from(fields.octets(fields.number()));
  const optional = new Map<number, Buffer>();
  while (fields.rest().length >= 4) {
    const tag = fields.octets(2).readUInt16BE();
    optional.set(tag, Buffer.from(fields.octets(fields.octets(2).readUInt16BE())));
  }
  return { from, to, esmClass, coding, message, optional };
}
