import { CountersignError } from '../core/errors.ts';
import type { HttpDoor, RequestOrigin } from '../http/door.ts';
import { problemResponse } from '../http/problem.ts';

/** Answers a web-standard request. */
export type Handler = (request: Request, origin: RequestOrigin) => Response | Promise<Response>;

export interface HandlerOptions {
  doors: readonly HttpDoor[];
  /** Pages of the server itself, by first path segment; the empty name is the root. */
  pages?: Readonly<Record<string, Handler>>;
  /** Answers what neither a door nor a page has. Default: a problem `not_found`. */
  otherwise?: Handler;
}

/** The one way into all doors: the first path segment says whose a request is. */
export function createHandler({ doors, pages = {}, otherwise = answerNotFound }: HandlerOptions): Handler {
  const routes = new Map<string, Handler>(Object.entries(pages));
  for (const door of doors) {
    const enter: Handler = (request, origin) => door.app.fetch(request, origin);
    for (const segment of door.segments) {
      if (routes.has(segment)) throw new TypeError(`two doors or pages have the path /${segment}`);
      routes.set(segment, enter);
    }
  }
  return (request, origin) => (routes.get(firstSegment(request.url)) ?? otherwise)(request, origin);
}

/** `v1` of `http://127.0.0.1:8300/v1/verify?x`, or of `/v1/verify?x`, without parsing the rest. */
export function firstSegment(url: string): string {
  const start = url.startsWith('/') ? 1 : url.indexOf('/', url.indexOf('//') + 2) + 1;
  if (start === 0) return '';
  let end = start;
  for (; end < url.length; end++) {
    const character = url.charCodeAt(end);
    if (character === 47 /* / */ || character === 63 /* ? */ || character === 35 /* # */) break;
  }
  return url.slice(start, end);
}

const answerNotFound: Handler = () => problemResponse(new CountersignError('not_found'));
