import { field } from '../frame/fields.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Trouble } from '../frame/trouble.ts';
import { ticketForm, type Visit } from '../visit.ts';
import type { Question } from './questions.ts';

/** How often a page that waits for an answer from elsewhere looks again. */
export const lookAgainSeconds = 3;

/** The form in which a question is answered on the page; nothing where the answer comes from elsewhere. */
export function answerForm(
  visit: Visit<unknown>,
  { code, passkey }: Question,
  button: string,
  error: string | undefined,
): Markup {
  if (passkey !== undefined) return ticketForm(visit, 'answer', passkey);
  if (code === undefined) return nothing;
  return ticketForm(
    visit,
    'answer',
    html`${field({ name: 'code', focus: true, error, ...code })}<button>${button}</button>`,
  );
}

/** What is wrong with what was typed, to be said at the field and not above the form. */
export function fieldError({ code }: Question, trouble: Trouble | undefined): string | undefined {
  return code !== undefined && ['answer_refused', 'empty'].includes(trouble?.code ?? '') ? trouble?.error : undefined;
}
