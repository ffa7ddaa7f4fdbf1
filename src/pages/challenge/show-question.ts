import type { Challenge } from '../../core/model.ts';
import { note } from '../frame/fields.ts';
import { kindIcon } from '../frame/icon.ts';
import { html, nothing } from '../frame/markup.ts';
import { passkeyScript } from '../frame/passkey-form.ts';
import type { Trouble } from '../frame/trouble.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import type { ChallengeTicket } from '../tickets.ts';
import { linkTo, showTicketed, ticketForm, type Visit } from '../visit.ts';
import { answerForm, fieldError, lookAgainSeconds } from './answer-form.ts';
import { questionOf } from './questions.ts';

/** The question of a pending challenge. */
export async function showQuestion(
  visit: Visit<ChallengeTicket>,
  challenge: Challenge,
  told: { trouble?: Trouble; sentAgain?: boolean } = {},
): Promise<Response> {
  const { parts, caller, say, content } = visit;
  const texts = challengeTexts[visit.language];
  const devices = await parts.engine.devices.list(caller, challenge.userId);
  const question = questionOf(
    visit,
    challenge,
    devices.find(({ id }) => id === challenge.deviceId),
  );
  const { trouble } = told;
  const waits = question.awaited !== undefined;
  const wrong = fieldError(question, trouble);
  return showTicketed(visit, {
    title: texts.title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    scripts: [...(question.passkey === undefined ? [] : [passkeyScript]), ...(waits ? ['look-again.js'] : [])],
    connects: waits,
    returnUrl: content.returnUrl,
    ...(waits ? { refreshSeconds: lookAgainSeconds } : {}),
    body: html`<p class="lead">
        ${texts.asks(caller.integration.name)}
        ${challenge.reference === '' ? nothing : html`<br /><span class="strong">${texts.purpose(challenge.reference)}</span>`}
      </p>
      ${note('bad', wrong === undefined ? trouble?.error : undefined)}
      ${told.sentAgain === true ? note('good', texts.resend.sent) : nothing}
      <div class="asked">
        ${kindIcon(challenge.kind)}
        <p>${question.lead}</p>
      </div>
      ${waits ? html`<div data-look="${linkTo(visit, { look: 'state' })}">${question.awaited}</div>` : nothing}
      ${answerForm(visit, question, texts.answer, wrong)}
      <div class="actions">
        ${question.resend}
        <a class="button quiet" href="${linkTo(visit, { way: 'other' })}">${texts.other.link}</a>
      </div>
      <div class="actions last">
        ${ticketForm(visit, 'cancel', html`<button class="quiet">${say.cancel}</button>`)}
      </div>`,
  });
}
