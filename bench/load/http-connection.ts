import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  status: number;
  /** Header and body together: what is looked for in it is found faster than parsed. */
  text: string;
}

/** One keep-alive connection that asks one question at a time. */
export interface HttpConnection {
  /** The bytes may be changed when the answer is there, and not before. */
  ask(request: Buffer): void;
  onAnswer: (answer: HttpAnswer) => void;
  onFailure: (error: Error) => void;
  close(): void;
}

const latin1 = 'latin1';

/** Where the first answer of the text ends; undefined while it is not complete. */
function endOfAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const header = text.slice(0, head).toLowerCase();
  const field = header.indexOf('content-length:');
  if (field >= 0) {
    const end = head + 4 + Number.parseInt(header.slice(field + 15, field + 30), 10);
    return text.length >= end ? end : undefined;
  }
  if (header.includes('transfer-encoding: chunked')) {
    const last = text.indexOf('\r\n0\r\n\r\n', head + 2);
    return last < 0 ? undefined : last + 7;
  }
  return head + 4;
}

export async function openConnection(port: number): Promise<HttpConnection> {
  const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let pending = '';
  let ended: Error | undefined;
  const connection: HttpConnection = {
    ask: (request) => {
      if (ended === undefined) socket.write(request);
      else connection.onFailure(ended);
    },
    onAnswer: () => undefined,
    onFailure: () => undefined,
    close: () => {
      connection.onFailure = () => undefined;
      socket.destroy();
    },
  };
  socket.on('data', (chunk: Buffer) => {
    const text = pending === '' ? chunk.toString(latin1) : pending + chunk.toString(latin1);
    const end = endOfAnswer(text);
    pending = end === undefined ? text : text.slice(end);
    if (end === undefined) return;
    connection.onAnswer({ status: Number(text.slice(9, 12)), text });
  });
  const end = (error: Error): void => {
    ended ??= error;
    connection.onFailure(ended);
  };
  socket.setTimeout(120_000, () => end(new Error(`the server on port ${port} has not answered for two minutes`)));
  socket.on('error', end);
  socket.on('close', () => end(new Error(`the server on port ${port} has closed a connection`)));
  return connection;
}
