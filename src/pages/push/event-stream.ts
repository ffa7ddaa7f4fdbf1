import type { PageParts } from '../parts.ts';
import type { EnrolledBrowser } from './enrolled-browsers.ts';
import { listQuestions, versionOf } from './questions.ts';

/** How often a page that is open looks for something new, and how often it hears of us when there is nothing. */
const lookMs = 1000;
const heartbeatMs = 10_000;

/** After so long the browser connects again, and proves anew that it is a device. */
const lifeMs = 5 * 60_000;

/** Pages that one device may have open at this node. */
const perDevice = 4;

/** The pages that are open at this node. What they show is in the database: any node serves any of them. */
export interface EventStreams {
  /** A page that stays open (server-sent events, HTML §9.2). 204 tells the browser not to come again: too many are open. */
  open(browsers: readonly EnrolledBrowser[]): Response;
  /** Ends all of them. */
  close(): void;
}

export function eventStreams(parts: PageParts): EventStreams {
  const open = new Map<string, Set<() => void>>();

  /** Counts a page for each of its devices; undefined when one has too many. */
  function admit(browsers: readonly EnrolledBrowser[], end: () => void): (() => void) | undefined {
    const devices = browsers.map(({ device }) => device.id);
    if (devices.some((id) => (open.get(id)?.size ?? 0) >= perDevice)) return undefined;
    for (const id of devices) open.set(id, (open.get(id) ?? new Set()).add(end));
    return () => {
      for (const id of devices) {
        open.get(id)?.delete(end);
        if (open.get(id)?.size === 0) open.delete(id);
      }
    };
  }

  return {
    open(browsers) {
      const life = new AbortController();
      const leave = admit(browsers, () => life.abort());
      if (leave === undefined) return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } });
      life.signal.addEventListener('abort', leave, { once: true });
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => {
          void tell(parts, browsers, controller, life).finally(() => life.abort());
        },
        cancel: () => life.abort(),
      });
      return new Response(stream, {
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store, no-transform',
          'Content-Security-Policy': "default-src 'none'",
          'Cross-Origin-Resource-Policy': 'same-origin',
          'X-Content-Type-Options': 'nosniff',
          // A proxy that collects answers would keep the question from the user.
          'X-Accel-Buffering': 'no',
        },
      });
    },
    close: () => {
      for (const ends of open.values()) for (const end of ends) end();
    },
  };
}

/** Tells a page whenever its questions have changed, until it leaves or its time is over. */
async function tell(
  parts: PageParts,
  browsers: readonly EnrolledBrowser[],
  controller: ReadableStreamDefaultController<Uint8Array>,
  { signal }: AbortController,
): Promise<void> {
  const write = (text: string) => controller.enqueue(new TextEncoder().encode(text));
  let version: string | undefined;
  write('retry: 2000\n\n');
  try {
    for (let passed = 0; passed < lifeMs && !signal.aborted; passed += lookMs) {
      const now = versionOf(await listQuestions(parts, browsers));
      if (signal.aborted) return;
      if (now !== version) write(`event: questions\ndata: ${now}\n\n`);
      else if (passed % heartbeatMs === 0) write(': \n\n');
      version = now;
      await wait(lookMs, signal);
    }
  } catch (error) {
    // The browser connects again by itself, and finds a database that answers, or not.
    parts.report(error);
  } finally {
    if (!signal.aborted) controller.close();
    else closeQuietly(controller);
  }
}

/** A stream that its reader has cancelled is closed already, and says so by throwing. */
function closeQuietly(controller: ReadableStreamDefaultController<Uint8Array>): void {
  try {
    controller.close();
  } catch {
    // It is closed: what was wanted.
  }
}

function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal.addEventListener('abort', over, { once: true });
  });
}
