import { answerForm, fieldError, lookAgainSeconds } from '../challenge/answer-form.ts';
import { questionOf } from '../challenge/questions.ts';
import { note } from '../frame/fields.ts';
import { icon, kindIcon } from '../frame/icon.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import { passkeyScript } from '../frame/passkey-form.ts';
import type { Trouble } from '../frame/trouble.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { linkTo, showTicketed, ticketForm } from '../visit.ts';
import { describeChange } from './describe-change.ts';
import type { Proof } from './prove.ts';
import type { DevicesVisit } from './visit.ts';

/** What is about to be done, and the question whose answer does it. */
export async function showProof(
  visit: DevicesVisit,
  { change, challenge }: Proof,
  told: { trouble?: Trouble; sentAgain?: boolean } = {},
): Promise<Response> {
  const { parts, caller, say, subject, content } = visit;
  const texts = devicesTexts[visit.language];
  const asks = challengeTexts[visit.language];
  const { title, warning } = await describeChange(visit, change);
  const back = html`<div class="actions last">
    ${ticketForm(visit, 'cancel', html`<button class="quiet">${say.cancel}</button>`)}
  </div>`;
  if (challenge.state === 'passed') {
    return showTicketed(visit, {
      title,
      body: html`${icon('done', 'big good')} ${note('plain', warning)}
        <p class="lead">${texts.proof.confirmed}</p>
        ${ticketForm(visit, 'apply', html`<button>${texts.proof.apply}</button>`)} ${back}`,
    });
  }
  if (challenge.state !== 'pending') {
    return showTicketed(visit, {
      title: asks.ended[challenge.state].title,
      failed: true,
      body: html`${icon(challenge.state === 'expired' ? 'clock' : 'failed', 'big bad')}
        <p class="lead">${asks.ended[challenge.state].text}</p>
        ${challenge.state === 'denied' ? nothing : otherWays(visit)} ${back}`,
    });
  }
  const devices = await parts.engine.devices.list(caller, subject);
  const device = devices.find(({ id }) => id === challenge.deviceId);
  const asking = { ...visit, content: { resendAt: content.proving?.resendAt ?? 0 } };
  const question = questionOf(asking, challenge, device);
  const { trouble } = told;
  const wrong = fieldError(question, trouble);
  return showTicketed(visit, {
    title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    scripts: question.passkey === undefined ? [] : [passkeyScript],
    ...(question.awaited === undefined ? {} : { refreshSeconds: lookAgainSeconds }),
    body: html`${note('bad', warning)} ${note('bad', wrong === undefined ? trouble?.error : undefined)}
      ${told.sentAgain === true ? note('good', asks.resend.sent) : nothing}
      <p class="lead">${texts.proof.lead}</p>
      <div class="asked">
        ${kindIcon(challenge.kind)}
        <p>${question.lead}</p>
      </div>
      ${question.awaited ?? nothing} ${answerForm(visit, question, texts.proof.confirm, wrong)}
      <div class="actions">${question.resend} ${otherWays(visit)}</div>
      ${back}`,
  });
}

function otherWays(visit: DevicesVisit): Markup {
  const { other } = challengeTexts[visit.language];
  return html`<a class="button quiet" href="${linkTo(visit, { way: 'other' })}">${other.link}</a>`;
}
