import type { IntegrationCaller } from '../engine/engine.ts';
import { html, type Markup, nothing } from './frame/markup.ts';
import { pageHeaders } from './frame/content-security.ts';
import { type PageContent, showPage } from './frame/show-page.ts';
import type { Surroundings } from './frame/surroundings.ts';

/** One look at a page by somebody who carries a ticket for it. */
export interface Visit<Content> extends Surroundings {
  /** Speaks for the integration of the ticket, on behalf of its user. */
  caller: IntegrationCaller;
  /** The ticket as it came. */
  ticket: string;
  subject: string;
  content: Content;
  /** When the ticket runs out. */
  expiresAt: number;
}

/** A form of this page. It carries the ticket in its body, so nobody else's page can send one (CSRF). */
export function ticketForm(
  visit: Pick<Visit<unknown>, 'ticket' | 'language' | 'languageChosen'>,
  action: string,
  inside: Markup,
  className = '',
): Markup {
  return html`<form method="post" action="./" ${className === '' ? nothing : html`class="${className}"`}>
    <input type="hidden" name="ticket" value="${visit.ticket}" />
    <input type="hidden" name="action" value="${action}" />
    ${visit.languageChosen ? html`<input type="hidden" name="lang" value="${visit.language}" />` : nothing} ${inside}
  </form>`;
}

/** What the address of this page holds. */
export function addressOf(visit: Visit<unknown>, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { token: visit.ticket, ...more };
}

/** A link to this page, e.g. with another step. Relative to it. */
export function linkTo(visit: Visit<unknown>, more: Readonly<Record<string, string>> = {}): string {
  const language = visit.languageChosen ? { lang: visit.language } : {};
  return `./?${new URLSearchParams({ ...addressOf(visit, more), ...language }).toString()}`;
}

/** Shows this page; its language can be changed. */
export function showTicketed(visit: Visit<unknown>, page: PageContent): Promise<Response> {
  return showPage(visit, { address: addressOf(visit), ...page });
}

/** Has the browser load what comes next with GET, so that a reload sends nothing again. */
export function goTo(around: Surroundings, location: string): Response {
  const { theme, settings } = around;
  const headers = pageHeaders({ ...theme, frameAncestors: settings.frameAncestors });
  return new Response(null, { status: 303, headers: { ...headers, Location: location } });
}
