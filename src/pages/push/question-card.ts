import { field } from '../frame/fields.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Surroundings } from '../frame/surroundings.ts';
import { timeOf } from '../frame/time.ts';
import { pushTexts } from '../locales/push/index.ts';
import { ticketForm } from '../visit.ts';
import type { BrowserQuestion } from './questions.ts';
import { sealQuestion } from './question-ticket.ts';

/** Who is asking, from where, for what and when; the number to approve, and a button to refuse. */
export function questionCard(around: Surroundings, asked: BrowserQuestion, index: number, isMistaken: boolean): Markup {
  const { question, browser } = asked;
  const texts = pushTexts[around.language].question;
  const visit = { ...around, ticket: sealQuestion(around.parts, asked) };
  const row = (name: string, value: Markup | string) =>
    html`<div>
      <dt>${name}</dt>
      <dd><bdi>${value}</bdi></dd>
    </div>`;
  return html`<section class="question" aria-label="${question.integration}">
    <dl class="facts">
      ${row(texts.who, question.integration)} ${row(texts.user, browser.user.name)}
      ${row(texts.from, question.ip ?? texts.notTold)}
      ${question.reference === '' ? nothing : row(texts.purpose, question.reference)}
      ${row(texts.when, timeOf(around, question.createdAt))}
    </dl>
    ${ticketForm(
      visit,
      'approve',
      html`${field({
          name: index === 0 ? 'number' : `number-${index + 1}`,
          label: texts.number,
          hint: texts.hint,
          error: isMistaken ? texts.twoDigits : undefined,
          sort: 'code',
          maxLength: 8,
          focus: index === 0,
        })}<button>${texts.approve}</button>`,
    )}
    ${ticketForm(visit, 'refuse', html`<button class="danger refuse">${texts.refuse}</button>`)}
  </section>`;
}
