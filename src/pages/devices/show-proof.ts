import type { Device } from '../../core/model.ts';
import { listOwnDevices, sentTo } from '../challenge/own-devices.ts';
import { type Question, questionOf } from '../challenge/questions.ts';
import { field, note } from '../frame/fields.ts';
import { icon, kindIcon } from '../frame/icon.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import { passkeyScript } from '../frame/passkey-form.ts';
import type { Trouble } from '../frame/trouble.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { linkTo, showTicketed, ticketForm } from '../visit.ts';
import { describeChange } from './describe-change.ts';
import type { Proof } from './prove.ts';
import type { DevicesVisit } from './visit.ts';

/** How often a page that waits for an answer from elsewhere looks again. */
const lookAgainSeconds = 3;

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
  const atField = question.code !== undefined && ['answer_refused', 'empty'].includes(trouble?.code ?? '');
  return showTicketed(visit, {
    title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    scripts: question.passkey === undefined ? [] : [passkeyScript],
    ...(question.awaited === undefined ? {} : { refreshSeconds: lookAgainSeconds }),
    body: html`${note('bad', warning)} ${note('bad', atField ? undefined : trouble?.error)}
      ${told.sentAgain === true ? note('good', asks.resend.sent) : nothing}
      <p class="lead">${texts.proof.lead}</p>
      <div class="asked">
        ${kindIcon(challenge.kind)}
        <p>${question.lead}</p>
      </div>
      ${question.awaited ?? nothing} ${answerForm(visit, question, atField ? trouble?.error : undefined)}
      <div class="actions">${question.resend} ${otherWays(visit)}</div>
      ${back}`,
  });
}

function otherWays(visit: DevicesVisit): Markup {
  const { other } = challengeTexts[visit.language];
  return html`<a class="button quiet" href="${linkTo(visit, { way: 'other' })}">${other.link}</a>`;
}

function answerForm(visit: DevicesVisit, { code, passkey }: Question, error: string | undefined): Markup {
  if (passkey !== undefined) return ticketForm(visit, 'answer', passkey);
  if (code === undefined) return nothing;
  const { confirm } = devicesTexts[visit.language].proof;
  return ticketForm(
    visit,
    'answer',
    html`${field({ name: 'code', focus: true, error, ...code })}<button>${confirm}</button>`,
  );
}

/** The user's devices, to choose another from. */
export async function showProofWays(visit: DevicesVisit, { challenge }: Proof): Promise<Response> {
  const { other } = challengeTexts[visit.language];
  const pending = challenge.state === 'pending';
  const devices = (await listOwnDevices(visit)).filter(({ id }) => !pending || id !== challenge.deviceId);
  return showTicketed(visit, {
    title: other.title,
    address: { token: visit.ticket, way: 'other' },
    body: html`<p class="lead">${devices.length === 0 ? other.none : other.lead}</p>
      ${
        devices.length === 0
          ? nothing
          : html`<ul class="choices">
                ${devices.map((device) => html`<li>${choice(visit, device)}</li>`)}
              </ul>
              <p class="soft">${other.lost}</p>`
      }
      <div class="actions"><a class="button quiet" href="${linkTo(visit)}">${visit.say.back}</a></div>`,
  });
}

function choice(visit: DevicesVisit, device: Device): Markup {
  const { title, hint } = kindTexts(visit.say, visit.parts.engine.kinds, device.kind);
  const { remaining } = device.public;
  const left = typeof remaining === 'number' ? challengeTexts[visit.language].other.left(remaining) : undefined;
  const more = sentTo(device) ?? left ?? (device.name.startsWith(title) ? hint : title);
  return ticketForm(
    visit,
    'another',
    html`<button class="choice" name="device" value="${device.id}">
      ${kindIcon(device.kind)}<span class="words"
        ><span class="title"><bdi>${device.kind === 'recovery-codes' ? title : device.name}</bdi></span
        ><span class="hint"><bdi>${more}</bdi></span></span
      >
    </button>`,
  );
}
