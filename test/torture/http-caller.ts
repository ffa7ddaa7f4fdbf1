import { Agent, request } from 'node:http';

export interface Reply {
  status: number;
  body: unknown;
  /** The code of a refusal, whichever door spelled it. */
  code: string | undefined;
}

/** Somebody who talks to one server over connections that he keeps. */
export interface HttpCaller {
  name: string;
  /** Undefined: no answer came, and nobody knows what became of the request. */
  post(path: string, token: string, body: unknown): Promise<Reply | undefined>;
  get(path: string): Promise<Reply | undefined>;
  close(): void;
}

export function httpCaller(name: string, port: number, patience = 30_000): HttpCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const send = (method: string, path: string, headers: Record<string, string>, text: string) =>
    new Promise<Reply | undefined>((resolve) => {
      const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('error', () => resolve(undefined));
        response.on('close', () => {
          if (!response.complete) return resolve(undefined);
          const body = parse(Buffer.concat(parts).toString());
          resolve({ status: response.statusCode ?? 0, body, code: codeOf(body, response.headers['x-error-code']) });
        });
      });
      sent.setTimeout(patience, () => sent.destroy());
      sent.on('error', () => resolve(undefined));
      sent.end(text);
    });
  return {
    name,
    post: (path, token, body) => {
      const text = JSON.stringify(body);
      const length = String(Buffer.byteLength(text));
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': length,
        Authorization: `Bearer ${token}`,
      };
      // One door knows the token by a header of its own; it must be the same.
      return send('POST', path, { ...headers, 'X-Integration-Token': token }, text);
    },
    get: (path) => send('GET', path, {}, ''),
    close: () => agent.destroy(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function codeOf(body: unknown, header: string | string[] | undefined): string | undefined {
  if (typeof header === 'string') return header;
  const { code, error_code: old } = (body ?? {}) as { code?: unknown; error_code?: unknown };
  return typeof code === 'string' ? code : typeof old === 'string' ? old : undefined;
}
