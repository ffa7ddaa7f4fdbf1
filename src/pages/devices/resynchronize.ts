import { CountersignError } from '../../core/errors.ts';
import type { Device } from '../../core/model.ts';
import { field, note } from '../frame/fields.ts';
import { kindIcon } from '../frame/icon.ts';
import { html } from '../frame/markup.ts';
import { emptyField, type Trouble, troubleOf } from '../frame/trouble.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { linkTo, showTicketed, ticketForm } from '../visit.ts';
import { type DevicesVisit, goToList, requireOwnDevice } from './visit.ts';

/** Asks for two codes in a row. They are themselves the proof that is asked of every change: more than a challenge would be. */
export function showResynchronization(visit: DevicesVisit, device: Device, trouble?: Trouble): Promise<Response> {
  const { say } = visit;
  const { resync } = devicesTexts[visit.language];
  return showTicketed(visit, {
    title: resync.title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    address: { token: visit.ticket, device: device.id, resync: 'yes' },
    body: html`${note('bad', trouble?.error)}
      <div class="asked">
        ${kindIcon(device.kind)}
        <p>${resync.lead(device.name)}</p>
      </div>
      ${ticketForm(
        visit,
        'resynchronize',
        html`<input type="hidden" name="device" value="${device.id}" />
          ${field({ name: 'first', label: resync.first, sort: 'code', focus: true })}
          ${field({ name: 'second', label: resync.second, sort: 'code' })}<button>${resync.button}</button>`,
      )}
      <div class="actions">
        <a class="button quiet" href="${linkTo(visit, { device: device.id })}">${say.back}</a>
      </div>`,
  });
}

/** Sets a counter that has run away. Costs a guess. */
export async function resynchronize(visit: DevicesVisit, form: URLSearchParams): Promise<Response> {
  const { parts, caller, say } = visit;
  const device = await requireOwnDevice(visit, form.get('device') ?? '');
  if (parts.engine.kinds.get(device.kind)?.resynchronize === undefined) throw new CountersignError('wrong_state');
  const codes = ['first', 'second'].map((name) => (form.get(name) ?? '').slice(0, 128));
  const [first = '', second = ''] = codes;
  if (codes.some((code) => code.trim() === '')) return showResynchronization(visit, device, emptyField(visit));
  try {
    const answers = [{ code: first }, { code: second }] as const;
    const outcome = await parts.engine.devices.resynchronize(caller, device.id, answers);
    if (outcome.accepted) return goToList(visit, 'resynchronized');
    const error = say.refusals.answer_refused(0);
    return await showResynchronization(visit, device, { error, status: 422, code: 'answer_refused' });
  } catch (error) {
    return showResynchronization(visit, device, troubleOf(visit, error));
  }
}
