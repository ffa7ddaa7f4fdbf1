import type { Enrollment } from '../../core/model.ts';
import { kindIcon } from '../frame/icon.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup } from '../frame/markup.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { showTicketed, ticketForm, type Visit } from '../visit.ts';

/** The first step: which kind of device. */
export function showKinds(visit: Visit<EnrollmentTicket>, enrollment: Enrollment): Promise<Response> {
  const texts = enrollTexts[visit.language];
  const kinds = visit.parts.engine.kinds.list();
  return showTicketed(visit, {
    title: texts.choose.title,
    body: html`<p class="lead">${texts.choose.lead(enrollment.userName)}</p>
      <ul class="choices">
        ${kinds.map(({ name }) => html`<li>${ticketForm(visit, 'choose', choice(visit, name))}</li>`)}
      </ul>`,
  });
}

function choice({ say, parts }: Visit<EnrollmentTicket>, kind: string): Markup {
  const { title, hint } = kindTexts(say, parts.engine.kinds, kind);
  return html`<button class="choice" name="kind" value="${kind}">
    ${kindIcon(kind)}<span class="words"><span class="title">${title}</span><span class="hint">${hint}</span></span>
  </button>`;
}
