import { escapeHtml, type InboxMessage, listInbox } from '../delivery/index.ts';
import { apiHeaders } from '../http/security-headers.ts';
import { CountersignError } from '../core/errors.ts';
import { problemResponse } from '../http/problem.ts';
import type { Handler } from './create-handler.ts';
import { forReading } from './probes.ts';
import { isLocalCaller } from './request-origin.ts';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}' +
  'article{border:1px solid #888;border-radius:6px;padding:.5rem 1rem;margin:1rem 0}pre{white-space:pre-wrap}';
const pageHeaders = Object.freeze({
  ...apiHeaders,
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
});
const jsonHeaders = Object.freeze({ ...apiHeaders, 'Content-Type': 'application/json' });

/** `/dev/inbox`: the mail and SMS of a development server, which hold codes, for people and programs on this machine only. */
export function answerInbox(folder: string): Handler {
  return (request, origin) => {
    const { pathname, searchParams } = new URL(request.url);
    // Who is not let in is not told that there is something.
    if (pathname !== '/dev/inbox' || !isLocalCaller(request, origin)) {
      return problemResponse(new CountersignError('not_found'));
    }
    return forReading(request, async () => {
      const messages = await listInbox(folder);
      return searchParams.get('format') === 'json'
        ? new Response(JSON.stringify({ items: messages }), { headers: jsonHeaders })
        : new Response(showInbox(messages), { headers: pageHeaders });
    });
  };
}

function showInbox(messages: readonly InboxMessage[]): string {
  const shown = messages.length === 0 ? '<p>Nothing has been sent yet.</p>' : messages.map(showMessage).join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="5"><title>Inbox</title><style>${style}</style></head>
<body>
<h1>Inbox</h1>
<p>What this development server would have sent, newest first. <a href="?format=json">As JSON</a></p>
${shown}
</body>
</html>
`;
}

function showMessage({ channel, to, subject, at, text }: InboxMessage): string {
  const title = channel === 'mail' ? subject : 'SMS';
  const time = new Date(at).toISOString();
  return (
    `<article><h2>${escapeHtml(title)}</h2><p>To ${escapeHtml(to)}, <time datetime="${time}">${time}</time></p>` +
    `<pre>${escapeHtml(text)}</pre></article>`
  );
}
