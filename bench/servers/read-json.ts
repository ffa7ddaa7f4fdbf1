import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What `POST /v1/verify` is asked. */
export interface Question {
  user: string;
  code: string;
}

/** The body of a request as JSON, the shortest way that plain node:http has. */
export function readQuestion(request: IncomingMessage, then: (question: Question) => void): void {
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  // Whoever waits for the server to come up asks without a body.
  request.on('end', () => then(body === '' ? { user: '', code: '' } : (JSON.parse(body) as Question)));
}

/** An answer of the same shape and length as the real one. */
export function answerAccepted(response: ServerResponse, user: string, auditId: string): void {
  const body = JSON.stringify({
    accepted: true,
    user: { id: 'usr_nr8m49je5f9a0mfzawgp72xg5j', name: user },
    device: { id: 'dev_jj69dapwvbzmajwwkqn4ntyq7z', kind: 'totp', name: 'Authenticator app' },
    method: 'totp',
    at: new Date().toISOString(),
    auditId,
  });
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Serves on loopback, and keeps connections as long as Countersign does: others may have their turn for a while. */
export function serve(
  port: string | undefined,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): void {
  createServer({ keepAliveTimeout: 65_000 }, answer).listen(Number(port), '127.0.0.1');
}
