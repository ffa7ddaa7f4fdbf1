import type { Context, Hono } from 'hono';
import type { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { IntegrationCaller } from '../engine/engine.ts';
import type { HttpEnv } from '../http/door.ts';
import { pageHeaders } from './frame/content-security.ts';
import { showRefusal } from './frame/show-refusal.ts';
import { surroundingsOf } from './frame/surroundings.ts';
import type { PageParts } from './parts.ts';
import { isReturnUrl } from './tickets.ts';
import { isOwnForm, readForm } from './read-form.ts';
import type { Visit } from './visit.ts';

/** A page that is reached by a ticket: `/portal<path>?token=…`. */
export interface TicketedPage<Content> {
  /** Below `/portal`, with a slash at both ends. */
  path: `/${string}/`;
  /** What the ticket has to be for. */
  purpose: string;
  /** What the ticket has to hold. */
  content: z.ZodType<Content>;
  /** Answers GET, and changes nothing: whatever looks at links (mail scanners, previews) may look at this one. */
  show(visit: Visit<Content>, query: URLSearchParams): Promise<Response>;
  /** Answers to the forms of the page, by the name of their action. */
  actions: Readonly<Record<string, (visit: Visit<Content>, form: URLSearchParams) => Promise<Response>>>;
}

/** Serves a page: opens its ticket, and shows a refusal as a page where something is refused. */
export function bindPage<Content>(app: Hono<HttpEnv>, parts: PageParts, page: TicketedPage<Content>): void {
  const path = `/portal${page.path}`;
  // Everything in a page is relative to it, so it has one spelling. The address is ours: nothing of the request is in it but the query.
  app.get(path.slice(0, -1), (c) => {
    const { search } = new URL(c.req.url);
    const name = page.path.slice(0, -1).split('/').at(-1) ?? '';
    return new Response(null, {
      status: 308,
      headers: { Location: `./${name}/${search}`, 'Cache-Control': 'no-store' },
    });
  });
  app.get(path, (c) =>
    guarded(parts, c, async () => {
      // Whoever asks for the header alone looks at nothing.
      if (c.req.method === 'HEAD') return new Response(null, { headers: pageHeaders({}) });
      const query = new URL(c.req.url).searchParams;
      return page.show(await openVisit(parts, c, page, query.get('token'), query.get('lang')), query);
    }),
  );
  app.post(path, (c) =>
    guarded(parts, c, async () => {
      if (!isOwnForm(c.req.raw, parts.publicUrl())) throw new CountersignError('forbidden');
      const form = await readForm(c.req.raw);
      const visit = await openVisit(parts, c, page, form.get('ticket'), form.get('lang'));
      const action = form.get('action') ?? '';
      const act = Object.hasOwn(page.actions, action) ? page.actions[action] : undefined;
      if (act === undefined) throw new CountersignError('malformed_request', { detail: 'the form has no action' });
      return act(visit, form);
    }),
  );
}

/** @throws CountersignError `ticket_invalid` */
async function openVisit<Content>(
  parts: PageParts,
  c: Context<HttpEnv>,
  page: TicketedPage<Content>,
  ticket: string | null,
  language: string | null,
): Promise<Visit<Content>> {
  const opened =
    ticket === null ? undefined : await parts.engine.portalTickets.open(page.purpose, ticket, c.env.source);
  const content = page.content.safeParse(opened?.content);
  if (ticket === null || opened === undefined || !content.success) throw new CountersignError('ticket_invalid');
  const { caller, subject, expiresAt } = opened;
  return {
    ...(await surroundingsOf(parts, c, caller, language)),
    caller,
    ticket,
    subject,
    content: withoutClosedReturn(caller, content.data),
    expiresAt,
  };
}

/** What the ticket holds, without a return URL that the integration has taken back since: nobody is sent there any more. */
function withoutClosedReturn<Content>(caller: IntegrationCaller, content: Content): Content {
  if (typeof content !== 'object' || content === null || !('returnUrl' in content)) return content;
  const { returnUrl, ...others } = content;
  // The same type: wherever a return URL is part of a ticket it may be left out.
  return typeof returnUrl === 'string' && !isReturnUrl(caller, returnUrl) ? (others as Content) : content;
}

/** Turns whatever is thrown into a page that tells nothing of the inside. */
export async function guarded(
  parts: PageParts,
  c: Context<HttpEnv>,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof CountersignError) || error.status >= 500) parts.report(error);
    return showRefusal(await surroundingsOf(parts, c, undefined), error);
  }
}
