import { field } from '../frame/fields.ts';
import { kindIcon } from '../frame/icon.ts';
import { html } from '../frame/markup.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { linkTo, showTicketed, ticketForm, type Visit } from '../visit.ts';
import type { AddressKind } from './offered-kinds.ts';

/** The step of kinds that are an address: which one. */
export function showAddress(
  visit: Visit<EnrollmentTicket>,
  kind: AddressKind,
  wrong?: { error: string; value: string; status: number },
): Promise<Response> {
  const { address, otherKind } = enrollTexts[visit.language];
  const texts: { title: string; label: string; hint?: string; button: string } = address[kind];
  return showTicketed(visit, {
    title: texts.title,
    failed: wrong !== undefined,
    status: wrong?.status ?? 200,
    address: { token: visit.ticket, kind },
    body: html`${kindIcon(kind, 'big')}
      ${ticketForm(
        visit,
        'send',
        html`<input type="hidden" name="kind" value="${kind}" />${field({
            name: 'address',
            label: texts.label,
            hint: texts.hint,
            sort: kind === 'email' ? 'email' : 'tel',
            focus: true,
            error: wrong?.error,
            ...(wrong === undefined ? {} : { value: wrong.value }),
          })}<button>${texts.button}</button>`,
      )}
      <div class="actions"><a class="button quiet" href="${linkTo(visit)}">${otherKind}</a></div>`,
  });
}
