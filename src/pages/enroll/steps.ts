import type { Enrollment } from '../../core/model.ts';
import { qrSvg } from '../../otp/index.ts';
import { countdown } from '../frame/countdown.ts';
import type { Field } from '../frame/fields.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup, nothing, raw } from '../frame/markup.ts';
import { passkeyFields } from '../frame/passkey-form.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import { secondsUntil } from '../seconds-until.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { linkTo, ticketForm, type Visit } from '../visit.ts';

/** What one kind asks of its new owner. */
export interface Step {
  title: string;
  lead?: string;
  instructions: Markup;
  /** The field for the answer; left out where a script answers. */
  code?: Pick<Field, 'label' | 'sort' | 'focus'>;
  /** The inside of a form that a script answers. */
  passkey?: Markup;
  resend: Markup;
}

/** The step of a kind. A kind that is not known here asks for the code that it has shown or sent. */
export function stepOf(visit: Visit<EnrollmentTicket>, enrollment: Enrollment): Step {
  const { kind = '', shown = {} } = enrollment;
  const texts = enrollTexts[visit.language];
  const plain = { instructions: nothing, resend: nothing };
  if ((kind === 'totp' || kind === 'hotp') && typeof shown['uri'] === 'string') {
    return {
      ...plain,
      title: texts[kind].title,
      instructions: keyInstructions(visit, kind, shown['uri'], shown['secret']),
      code: { label: texts.code, sort: 'code' },
    };
  }
  if (kind === 'email' || kind === 'sms') {
    const { title, lead } = texts.sent[kind];
    return {
      title,
      lead: lead(visit.content.target ?? ''),
      instructions: nothing,
      code: { label: texts.sent.label, sort: 'code', focus: true },
      resend: resendForm(visit, kind),
    };
  }
  if (kind === 'yubikey') {
    const { title, lead, label } = texts.yubikey;
    return { ...plain, title, lead, code: { label, sort: 'text-code', focus: true } };
  }
  if (kind === 'webauthn' && shown['publicKey'] !== undefined) {
    const { title, lead } = texts.webauthn;
    return { ...plain, title, lead, passkey: passkeyFields('create', shown['publicKey'], texts.webauthn) };
  }
  if (kind === 'push') {
    const { title, hint } = kindTexts(visit.say, visit.parts.engine.kinds, kind);
    const address = `${visit.root}push/register/${linkTo(visit).slice('./'.length)}`;
    return {
      ...plain,
      title,
      lead: hint,
      instructions: html`<p><a class="button" href="${address}">${visit.say.continue}</a></p>`,
    };
  }
  const name = kindTexts(visit.say, visit.parts.engine.kinds, kind).title;
  return {
    ...plain,
    title: texts.generic.title(name),
    lead: texts.generic.lead,
    code: { label: texts.code, sort: 'text-code' },
  };
}

function keyInstructions(visit: Visit<EnrollmentTicket>, kind: 'totp' | 'hotp', uri: string, secret: unknown): Markup {
  const texts = enrollTexts[visit.language];
  const { picture, scan, noCamera, open } = texts.totp;
  return html`<ol class="steps">
      <li>${scan}</li>
      <li>${texts[kind].afterwards}</li>
    </ol>
    <div class="qr">
      <div role="img" aria-label="${picture}">${raw(qrSvg(uri))}</div>
      <div>
        <p class="hint">${noCamera}</p>
        <p>
          <code class="key" dir="ltr"
            >${typeof secret === 'string' ? (secret.match(/.{1,4}/g) ?? []).join(' ') : ''}</code
          >
        </p>
        <p><a class="button quiet" href="${uri}">${open}</a></p>
      </div>
    </div>`;
}

function resendForm(visit: Visit<EnrollmentTicket>, kind: 'email' | 'sms'): Markup {
  const { again, wait } = enrollTexts[visit.language].sent;
  const seconds = secondsUntil(visit, visit.content.resendAt);
  const form = ticketForm(visit, 'again', html`<button class="quiet">${again}</button>`);
  return html`<div class="actions">
    <p class="hint">${kind === 'email' ? visit.say.notArrived.email : visit.say.notArrived.other}</p>
    ${countdown(seconds, wait, form)}
  </div>`;
}
