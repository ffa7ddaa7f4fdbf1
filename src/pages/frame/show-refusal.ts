import { CountersignError } from '../../core/errors.ts';
import { icon } from './icon.ts';
import { html } from './markup.ts';
import { refusalText } from './refusal-text.ts';
import { showPage } from './show-page.ts';
import type { Surroundings } from './surroundings.ts';

/** A refusal as a page of its own. */
export function showRefusal(around: Surroundings, error: unknown): Promise<Response> {
  const refusal = error instanceof CountersignError ? error : new CountersignError('internal', { cause: error });
  const { title, text } = wordsOf(around, refusal);
  const name = refusal.code === 'ticket_invalid' ? 'clock' : 'failed';
  return showPage(around, {
    status: refusal.status,
    failed: true,
    title,
    body: html`${icon(name, 'big bad')}
      <p>${text}</p>`,
  });
}

function wordsOf({ say }: Surroundings, refusal: CountersignError): { title: string; text: string } {
  if (refusal.code === 'ticket_invalid') return say.ticketInvalid;
  if (refusal.code === 'not_found') return say.notFound;
  if (refusal.code === 'forbidden') return say.foreign;
  if (refusal.code === 'unavailable') return say.unavailable;
  if (refusal.status >= 500 && refusal.code !== 'delivery_failed') return say.broken;
  return { title: say.broken.title, text: refusalText(say, refusal) };
}
