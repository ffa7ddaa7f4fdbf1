import { icon } from '../frame/icon.ts';
import { html } from '../frame/markup.ts';
import type { PortalRequest } from '../tickets.ts';
import { goTo, showTicketed, type Visit } from '../visit.ts';
import { returnAddress } from './return-address.ts';
import { type PortalResult, signResult } from './sign-result.ts';

/** Longer than any other ticket of the same visit can live: an hour for other ways, a day for the longest challenge. */
const rememberedMs = 172_800_000;

/**
 * Sends the browser back with a signed result, once: whoever comes a second time (reload, back button, a copied address) is sent nowhere. Without
 * a return URL the integration asks for the result itself, and the page says that this is all.
 *
 * @param once what gets one result, e.g. the challenge that the integration knows
 */
export async function giveResult(visit: Visit<PortalRequest>, once: string, result: PortalResult): Promise<Response> {
  const { parts, caller, content, say } = visit;
  const done = { title: say.done.title, status: 200 };
  if (content.returnUrl === undefined)
    return showTicketed(visit, {
      ...done,
      body: html`${icon('done', 'big good')}
        <p>${say.mayClose}</p>`,
    });
  const first = await parts.engine.portalTickets.spend(
    caller,
    `${result.sort} result`,
    once,
    visit.expiresAt + rememberedMs,
  );
  if (!first) {
    const back = returnAddress(content, { error: 'already_returned' }) ?? '';
    return showTicketed(visit, {
      ...done,
      body: html`${icon('done', 'big good')}
        <p>${say.done.already}</p>
        <p><a class="button" href="${back}">${say.backTo(caller.integration.name)}</a></p>`,
    });
  }
  const signed = await signResult(parts, caller, { ...result, state: content.state });
  return goTo(visit, returnAddress(content, { result: signed }) ?? './');
}
