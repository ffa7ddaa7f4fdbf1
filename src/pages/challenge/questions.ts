import type { Challenge, Device } from '../../core/model.ts';
import { countdown } from '../frame/countdown.ts';
import type { Field } from '../frame/fields.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import { passkeyFields } from '../frame/passkey-form.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { secondsUntil } from '../seconds-until.ts';
import type { ChallengeTicket } from '../tickets.ts';
import { ticketForm, type Visit } from '../visit.ts';
import { sentTo } from './own-devices.ts';

/** What one kind asks. */
export interface Question {
  lead: string;
  /** The field for the answer; left out where nothing is typed here. */
  code?: Pick<Field, 'label' | 'sort'>;
  /** The inside of a form that a script answers. */
  passkey?: Markup;
  /** Shown while the answer comes from somewhere else; the page looks again by itself. */
  awaited?: Markup;
  resend: Markup;
}

/** A visit in which something is asked. */
export type AskingVisit = Visit<Pick<ChallengeTicket, 'resendAt'>>;

/** The question of a challenge. A kind that is not known here asks for a code. */
export function questionOf(visit: AskingVisit, challenge: Challenge, device: Device | undefined): Question {
  const { kind, shown = {} } = challenge;
  const texts = challengeTexts[visit.language];
  const { leads, labels, push, webauthn } = texts;
  const name = device?.name ?? visit.say.kinds.totp.title;
  const target = device && sentTo(device);
  const digits = { label: labels.code, sort: 'code' } as const;
  if (target !== undefined) return { lead: leads.sent(target), code: digits, resend: resendForm(visit, kind) };
  const plain = { resend: nothing };
  switch (kind) {
    case 'totp':
      return { ...plain, lead: leads.totp(name), code: digits };
    case 'hotp':
      return { ...plain, lead: leads.hotp(name), code: digits };
    case 'yubikey':
    case 'recovery-codes':
    case 'temporary-access-pass':
      return { ...plain, lead: leads[kind], code: { label: labels[kind], sort: 'text-code' } };
    case 'webauthn':
      if (shown['publicKey'] === undefined) break;
      return { ...plain, lead: webauthn.lead, passkey: passkeyFields('get', shown['publicKey'], webauthn) };
    case 'push':
      if (typeof shown['number'] !== 'string') break;
      return {
        ...plain,
        lead: push.lead(name),
        awaited: html`<p class="number" dir="ltr" aria-label="${push.number}: ${shown['number']}">${shown['number']}</p>
          <p class="waiting" role="status">${push.waiting}</p>`,
      };
  }
  return { ...plain, lead: leads.generic(name), code: { label: labels.code, sort: 'text-code' } };
}

function resendForm(visit: AskingVisit, kind: string): Markup {
  const { button, wait } = challengeTexts[visit.language].resend;
  const seconds = secondsUntil(visit, visit.content.resendAt);
  return html`<p class="hint">${kind === 'email' ? visit.say.notArrived.email : visit.say.notArrived.other}</p>
    ${countdown(seconds, wait, ticketForm(visit, 'resend', html`<button class="quiet">${button}</button>`))}`;
}
