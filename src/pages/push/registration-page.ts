import type { TicketedPage } from '../bind-page.ts';
import { icon } from '../frame/icon.ts';
import { html, nothing } from '../frame/markup.ts';
import { pushTexts } from '../locales/push/index.ts';
import { enrollmentPurpose, enrollmentTicket, type EnrollmentTicket } from '../tickets.ts';
import { goTo, linkTo, showTicketed, ticketForm, type Visit } from '../visit.ts';
import { browserName } from './browser-name.ts';
import { keepToken } from './enrolled-browsers.ts';
import { readSubscription } from './read-subscription.ts';

type RegistrationVisit = Visit<EnrollmentTicket>;

/** The last step of an enrollment of the kind push: the browser in front of the user becomes the device. Its ticket is that of the enrollment. */
export const registrationPage: TicketedPage<EnrollmentTicket> = {
  path: '/push/register/',
  purpose: enrollmentPurpose,
  content: enrollmentTicket,
  async show(visit) {
    const { kind, state } = await visit.parts.engine.enrollments.get(visit.caller, visit.content.enrollment);
    if (kind !== 'push') return goTo(visit, enrollmentAddress(visit));
    if (state === 'prepared') return showRegistration(visit);
    return state === 'completed' ? showRegistered(visit) : goTo(visit, enrollmentAddress(visit));
  },
  actions: { register: registerBrowser },
};

/** The page on which the enrollment goes on. */
function enrollmentAddress(visit: RegistrationVisit): string {
  return `${visit.root}enrollment/${linkTo(visit).slice('./'.length)}`;
}

function showRegistration(visit: RegistrationVisit): Promise<Response> {
  const { register } = pushTexts[visit.language];
  const key = visit.parts.pushKey?.();
  return showTicketed(visit, {
    title: register.title,
    scripts: ['push-subscribe.js'],
    manifest: 'push/manifest.webmanifest',
    body: html`${icon('bell', 'big')}
      <p>${register.lead(visit.subject)}</p>
      <p class="soft">${register.number}</p>
      ${key === undefined ? nothing : html`<p class="soft" data-may-notify hidden>${register.notifications}</p>`}
      <div
        id="subscribe"
        ${key === undefined ? nothing : html`data-key="${key}" data-worker="${visit.root}push/worker.js"`}
      >
        ${ticketForm(
          visit,
          'register',
          html`<input type="hidden" name="subscription" value="" /><button>${register.button}</button>`,
        )}
      </div>`,
  });
}

function showRegistered(visit: RegistrationVisit): Promise<Response> {
  const { registered } = pushTexts[visit.language];
  return showTicketed(visit, {
    title: registered.title,
    manifest: 'push/manifest.webmanifest',
    body: html`${icon('done', 'big good')}
      <p>${registered.text}</p>
      <div class="stack">
        <a class="button" href="${enrollmentAddress(visit)}">${visit.say.continue}</a>
        <a class="button second" href="${visit.root}push/" target="_blank">${registered.open}</a>
      </div>`,
  });
}

async function registerBrowser(visit: RegistrationVisit, form: URLSearchParams): Promise<Response> {
  const { parts, caller, content, secure } = visit;
  const token = Buffer.from(parts.random.bytes(32)).toString('base64url');
  const subscription = readSubscription(form.get('subscription'));
  const { device } = await parts.engine.enrollments.complete(caller, content.enrollment, {
    response: { token, ...(subscription === undefined ? {} : { subscription }) },
  });
  const response = goTo(visit, linkTo(visit));
  if (device === undefined) return response;
  const name = browserName(visit.userAgent);
  // A name that the user gave him when he began stays; another device of this name, too.
  if (name !== undefined && device.name.startsWith('This browser'))
    await parts.engine.devices.rename(caller, device.id, name).catch(() => undefined);
  response.headers.append('Set-Cookie', keepToken(parts, caller, device, token, secure));
  return response;
}
