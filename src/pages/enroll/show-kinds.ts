import type { Enrollment } from '../../core/model.ts';
import { kindIcon } from '../frame/icon.ts';
import { note } from '../frame/fields.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup } from '../frame/markup.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { linkTo, showTicketed, ticketForm, type Visit } from '../visit.ts';
import { cancelForm } from './cancel-form.ts';
import { isAddressKind, offeredKinds } from './offered-kinds.ts';

/** The first step: which kind of device. */
export function showKinds(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  wrong?: { error: string; status: number },
): Promise<Response> {
  const { choose } = enrollTexts[visit.language];
  const kinds = offeredKinds(visit).map(({ name }) => name);
  return showTicketed(visit, {
    title: choose.title,
    failed: wrong !== undefined,
    status: wrong?.status ?? 200,
    returnUrl: visit.content.returnUrl,
    body: html`${note('bad', wrong?.error)}
      <p class="lead">${kinds.length === 0 ? choose.none : choose.lead(enrollment.userName)}</p>
      <ul class="choices">
        ${kinds.map((name) => html`<li>${choice(visit, name)}</li>`)}
      </ul>
      ${cancelForm(visit)}`,
  });
}

function choice(visit: Visit<EnrollmentTicket>, kind: string): Markup {
  const { title, hint } = kindTexts(visit.say, visit.parts.engine.kinds, kind);
  const words = html`${kindIcon(kind)}<span class="words"
      ><span class="title">${title}</span><span class="hint">${hint}</span></span
    >`;
  return isAddressKind(kind)
    ? html`<a class="choice" href="${linkTo(visit, { kind })}">${words}</a>`
    : ticketForm(visit, 'choose', html`<button class="choice" name="kind" value="${kind}">${words}</button>`);
}
