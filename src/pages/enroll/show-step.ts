import type { Enrollment } from '../../core/model.ts';
import { field, note } from '../frame/fields.ts';
import { kindIcon } from '../frame/icon.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import { passkeyScript } from '../frame/passkey-form.ts';
import type { Trouble } from '../frame/trouble.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { showTicketed, ticketForm, type Visit } from '../visit.ts';
import { stepOf } from './steps.ts';

/** The step on which the new device shows that it works. */
export function showStep(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  told: { trouble?: Trouble; sentAgain?: boolean } = {},
): Promise<Response> {
  const texts = enrollTexts[visit.language];
  const { trouble } = told;
  const step = stepOf(visit, enrollment);
  const atField = trouble?.code === 'answer_refused' || trouble?.code === 'empty';
  return showTicketed(visit, {
    title: step.title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    scripts: step.passkey === undefined ? [] : [passkeyScript],
    body: html`${kindIcon(enrollment.kind ?? '', 'big')}
      ${note('bad', step.code === undefined || !atField ? trouble?.error : undefined)}
      ${told.sentAgain === true ? note('good', texts.sent.sentAgain) : nothing}
      ${step.lead === undefined ? nothing : html`<p class="lead">${step.lead}</p>`} ${step.instructions}
      ${answerForm(visit, step, atField ? trouble?.error : undefined)} ${step.resend}
      <div class="actions">
        ${ticketForm(visit, 'restart', html`<button class="quiet">${texts.otherKind}</button>`)}
      </div>`,
  });
}

function answerForm(
  visit: Visit<EnrollmentTicket>,
  { code, passkey }: ReturnType<typeof stepOf>,
  error: string | undefined,
): Markup {
  const { confirm } = enrollTexts[visit.language];
  if (passkey !== undefined) return ticketForm(visit, 'answer', passkey);
  if (code === undefined) return nothing;
  return ticketForm(
    visit,
    'answer',
    html`${field({ name: 'code', focus: error !== undefined, error, ...code })}<button>${confirm}</button>`,
  );
}
