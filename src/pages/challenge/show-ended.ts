import type { Challenge } from '../../core/model.ts';
import { icon } from '../frame/icon.ts';
import { html, nothing } from '../frame/markup.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { returnAddress } from '../result/return-address.ts';
import type { ChallengeTicket } from '../tickets.ts';
import { linkTo, showTicketed, type Visit } from '../visit.ts';

/** A challenge that has ended without a proof. */
export function showEnded(
  visit: Visit<ChallengeTicket>,
  { state }: { state: Exclude<Challenge['state'], 'pending' | 'passed'> },
): Promise<Response> {
  const { say, caller, content } = visit;
  const texts = challengeTexts[visit.language];
  const { title, text } = texts.ended[state];
  const back = returnAddress(content, { error: state });
  return showTicketed(visit, {
    title,
    failed: true,
    body: html`${icon(state === 'expired' ? 'clock' : 'failed', 'big bad')}
      <p class="lead">${text}</p>
      <div class="stack">
        ${
          state === 'denied'
            ? nothing
            : html`<a class="button" href="${linkTo(visit, { way: 'other' })}">${texts.other.link}</a>`
        }
        ${
          back === undefined
            ? html`<p>${say.mayClose}</p>`
            : html`<a class="button second" href="${back}">${say.backTo(caller.integration.name)}</a>`
        }
      </div>`,
  });
}
