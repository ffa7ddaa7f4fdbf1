import type { IncomingMessage } from 'node:http';
import { CountersignError } from '../core/errors.ts';

/**
 * The request, with a body of unknown length cut off by an error after `limit` bytes. A body that is announced longer is refused at once.
 *
 * @throws CountersignError `body_too_large`
 */
export function limitBody(request: Request, incoming: IncomingMessage, limit: number): Request {
  const length = incoming.headers['content-length'];
  if (length !== undefined) {
    if (!(Number(length) <= limit)) throw new CountersignError('body_too_large');
    return request;
  }
  if (incoming.headers['transfer-encoding'] === undefined || request.body === null) return request;
  let count = 0;
  const counted = request.body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        count += chunk.length;
        if (count > limit) controller.error(new CountersignError('body_too_large'));
        else controller.enqueue(chunk);
      },
    }),
  );
  // Types of Node's Request do not know `duplex`, without which a stream is no body (Fetch, Request constructor).
  const init: RequestInit & { duplex: 'half' } = {
    method: request.method,
    headers: request.headers,
    body: counted,
    duplex: 'half',
  };
  return new Request(request.url, init);
}
