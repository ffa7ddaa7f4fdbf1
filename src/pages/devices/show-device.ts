import type { Device } from '../../core/model.ts';
import { sentTo } from '../challenge/own-devices.ts';
import { field, note } from '../frame/fields.ts';
import { kindIcon } from '../frame/icon.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Trouble } from '../frame/trouble.ts';
import { localTimeScript, timeOf } from '../frame/time.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { linkTo, showTicketed, ticketForm } from '../visit.ts';
import type { DevicesVisit } from './visit.ts';

/** One device, and what can be done with it. */
export function showDevice(
  visit: DevicesVisit,
  device: Device,
  told: { trouble?: Trouble; name?: string } = {},
): Promise<Response> {
  const { parts, say } = visit;
  const texts = devicesTexts[visit.language];
  const { trouble, name = device.name } = told;
  const target = sentTo(device);
  const canBeSetRight = parts.engine.kinds.get(device.kind)?.resynchronize !== undefined && device.status === 'active';
  const owned = html`<input type="hidden" name="device" value="${device.id}" />`;
  return showTicketed(visit, {
    title: device.name,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    scripts: [localTimeScript],
    address: { token: visit.ticket, device: device.id },
    body: html`${kindIcon(device.kind, 'big')}
      ${device.status === 'suspended' ? note('bad', texts.device.suspended) : nothing}
      <dl class="facts">
        ${fact(texts.facts.kind, kindTexts(say, parts.engine.kinds, device.kind).title)}
        ${target === undefined ? nothing : fact(texts.facts.address, html`<bdi>${target}</bdi>`)}
        ${fact(texts.facts.added, timeOf(visit, device.createdAt))}
        ${fact(texts.facts.used, device.lastUsedAt === undefined ? texts.neverUsed : timeOf(visit, device.lastUsedAt))}
      </dl>
      ${ticketForm(
        visit,
        'rename',
        html`${owned}${field({
            name: 'name',
            label: texts.device.nameLabel,
            sort: 'text',
            value: name,
            maxLength: 128,
            error: trouble?.error,
          })}<button class="second">${texts.device.save}</button>`,
      )}
      <hr class="divider" />
      <div class="stack">
        ${
          canBeSetRight
            ? html`<a class="button second" href="${linkTo(visit, { device: device.id, resync: 'yes' })}"
                >${texts.resync.title}</a
              >`
            : nothing
        }
        ${ticketForm(visit, 'remove', html`${owned}<button class="danger">${texts.device.remove}</button>`)}
      </div>
      <div class="actions"><a class="button quiet" href="${linkTo(visit)}">${say.back}</a></div>`,
  });
}

function fact(name: string, value: Markup | string): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
