import type { Device, Enrollment } from '../../core/model.ts';
import { wayBackToDevices } from '../devices/way-back.ts';
import { field, note } from '../frame/fields.ts';
import { icon } from '../frame/icon.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Trouble } from '../frame/trouble.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { showTicketed, ticketForm, type Visit } from '../visit.ts';

/** The last step: the device works. It gets a name, and its owner recovery codes. */
export async function showDone(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  told: { trouble?: Trouble; saved?: boolean } = {},
): Promise<Response> {
  const { caller, parts } = visit;
  const texts = enrollTexts[visit.language];
  const devices = await parts.engine.devices.list(caller, enrollment.userId ?? '');
  const device = devices.find(({ id }) => id === enrollment.deviceId);
  const { trouble } = told;
  return showTicketed(visit, {
    title: texts.done.title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    returnUrl: visit.content.returnUrl,
    body: html`${icon('done', 'big good')} ${told.saved === true ? note('good', texts.done.saved) : nothing}
    ${device === undefined ? nothing : html`<p class="lead">${texts.done.lead(device.name)}</p>`}
    ${device === undefined || told.saved === true ? nothing : nameForm(visit, device, trouble)}
    ${recovery(visit, devices)} ${finish(visit, await wayBackToDevices(visit))}`,
  });
}

function nameForm(visit: Visit<EnrollmentTicket>, { name }: Device, trouble: Trouble | undefined): Markup {
  const { done } = enrollTexts[visit.language];
  return ticketForm(
    visit,
    'name',
    html`${field({
        name: 'name',
        label: done.nameLabel,
        hint: done.nameHint,
        sort: 'text',
        value: name,
        maxLength: 128,
        error: trouble?.error,
      })}<button class="second">${done.save}</button>`,
  );
}

function recovery(visit: Visit<EnrollmentTicket>, devices: readonly Device[]): Markup {
  const texts = enrollTexts[visit.language].recovery;
  if (!mayHaveCodes(visit) || devices.some(({ kind }) => kind === 'recovery-codes')) return nothing;
  return html`<hr class="divider" />
    <h2>${texts.title}</h2>
    <p class="soft">${texts.lead}</p>
    ${ticketForm(visit, 'codes', html`<button class="second">${texts.button}</button>`)}`;
}

/** Whether recovery codes may stand in for a device here. */
export function mayHaveCodes({ parts, caller }: Visit<EnrollmentTicket>): boolean {
  const { allowedKinds } = caller.integration.policy;
  return parts.engine.kinds.get('recovery-codes') !== undefined && allowedKinds?.includes('recovery-codes') !== false;
}

function finish(visit: Visit<EnrollmentTicket>, toDevices: string | undefined): Markup {
  const { say, caller, content } = visit;
  return html`<hr class="divider" />
    ${
      toDevices !== undefined
        ? html`<a class="button" href="${toDevices}">${devicesTexts[visit.language].back}</a>`
        : content.returnUrl === undefined
          ? html`<p>${say.mayClose}</p>`
          : ticketForm(visit, 'finish', html`<button>${say.backTo(caller.integration.name)}</button>`)
    }`;
}
