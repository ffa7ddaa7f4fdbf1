import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Surroundings } from '../frame/surroundings.ts';
import { pushTexts } from '../locales/push/index.ts';
import type { PageParts } from '../parts.ts';
import { ticketForm } from '../visit.ts';
import type { EnrolledBrowser } from './enrolled-browsers.ts';

const purpose = 'push-wake';

/** How long the form of a page that stays open is good: 30 days. */
const lifeMs = 30 * 24 * 60 * 60 * 1000;

/** Whether a browser is told of questions when its page is closed. */
export function wakes({ device }: EnrolledBrowser): boolean {
  return device.public['wakes'] === true;
}

/** Lets a browser be woken from now on. Only a script can arrange that, so only a script shows it. */
export function wakeForm(around: Surroundings, browsers: readonly EnrolledBrowser[]): Markup {
  const { parts, language } = around;
  const silent = browsers.find((browser) => !wakes(browser));
  const key = parts.pushKey?.();
  if (silent === undefined || key === undefined) return nothing;
  const { caller, user } = silent;
  const expiresAt = parts.clock.now() + lifeMs;
  const ticket = parts.engine.portalTickets.issue(caller, purpose, { subject: user.id, expiresAt });
  return html`<div id="subscribe" class="actions" data-may-notify hidden data-key="${key}" data-worker="./worker.js">
    ${ticketForm(
      { ...around, ticket },
      'wake',
      html`<input type="hidden" name="subscription" value="" />
        <button class="second">${pushTexts[language].waiting.wake}</button>`,
    )}
  </div>`;
}

/** Whether a form is one of {@link wakeForm}, for one of these users. */
export async function isWakeForm(
  { engine }: PageParts,
  browsers: readonly EnrolledBrowser[],
  ticket: string | null,
): Promise<boolean> {
  const opened = ticket === null ? undefined : await engine.portalTickets.open(purpose, ticket);
  return browsers.some(({ user }) => user.id === opened?.subject);
}
