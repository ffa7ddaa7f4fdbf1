import { html, type Markup } from '../frame/markup.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { ticketForm, type Visit } from '../visit.ts';

/** Ends it without a device. */
export function cancelForm(visit: Visit<EnrollmentTicket>): Markup {
  return html`<div class="actions">
    ${ticketForm(visit, 'cancel', html`<button class="quiet">${visit.say.cancel}</button>`)}
  </div>`;
}
