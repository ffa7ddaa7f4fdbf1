import type { Challenge, Device } from '../../core/model.ts';
import { note } from '../frame/fields.ts';
import { kindIcon } from '../frame/icon.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Trouble } from '../frame/trouble.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { linkTo, showTicketed, ticketForm, type Visit } from '../visit.ts';
import { listOwnDevices, sentTo } from './own-devices.ts';

/** The user's devices, to choose another from. */
export async function showWays(
  visit: Visit<unknown>,
  challenge: Pick<Challenge, 'state' | 'deviceId'>,
  trouble?: Trouble,
): Promise<Response> {
  const { other } = challengeTexts[visit.language];
  const pending = challenge.state === 'pending';
  const devices = (await listOwnDevices(visit)).filter(({ id }) => !pending || id !== challenge.deviceId);
  return showTicketed(visit, {
    title: other.title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    address: { token: visit.ticket, way: 'other' },
    body: html`${note('bad', trouble?.error)}
      <p class="lead">${devices.length === 0 ? other.none : other.lead}</p>
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

function choice(visit: Visit<unknown>, device: Device): Markup {
  const { title, hint } = kindTexts(visit.say, visit.parts.engine.kinds, device.kind);
  const { remaining } = device.public;
  const left = typeof remaining === 'number' ? challengeTexts[visit.language].other.left(remaining) : undefined;
  const named = device.name.startsWith(title) ? hint : title;
  const more = sentTo(device) ?? left ?? named;
  return ticketForm(
    visit,
    'another',
    html`<button class="choice" name="device" value="${device.id}">
      ${kindIcon(device.kind)}<span class="words"
        ><span class="title"><bdi>${device.kind === 'recovery-codes' ? title : device.name}</bdi></span
        >${more === '' ? nothing : html`<span class="hint"><bdi>${more}</bdi></span>`}</span
      >
    </button>`,
  );
}
