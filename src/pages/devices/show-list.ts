import type { Device, TrustedBrowser } from '../../core/model.ts';
import { isStandIn } from '../../core/policy/decide.ts';
import { looksSpent, sentTo } from '../challenge/own-devices.ts';
import { note } from '../frame/fields.ts';
import { icon, kindIcon } from '../frame/icon.ts';
import { kindTexts } from '../frame/kind-texts.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import type { Trouble } from '../frame/trouble.ts';
import { localTimeScript, timeOf } from '../frame/time.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { linkTo, showTicketed, ticketForm } from '../visit.ts';
import { type DevicesVisit, doneNotes } from './visit.ts';

/** Everything that the user has, and what can be done with it. */
export async function showList(
  visit: DevicesVisit,
  told: { trouble?: Trouble; done?: string | null } = {},
): Promise<Response> {
  const { parts, caller, subject, content, say } = visit;
  const texts = devicesTexts[visit.language];
  const now = parts.clock.now();
  const all = (await parts.engine.devices.list(caller, subject)).filter(
    (device) => !isStandIn(device.kind) || !looksSpent(device, now) || device.kind === 'recovery-codes',
  );
  const devices = all.filter(({ kind }) => kind !== 'recovery-codes');
  const browsers = await parts.engine.trustedBrowsers.list(caller, subject);
  const done = doneNotes.find((name) => name === told.done);
  const { trouble } = told;
  return showTicketed(visit, {
    title: texts.title,
    failed: trouble !== undefined,
    status: trouble?.status ?? 200,
    scripts: [localTimeScript],
    body: html`${note('bad', trouble?.error)} ${note('good', done && texts.done[done])}
      <p class="lead">${devices.length === 0 ? texts.none : texts.lead(content.user)}</p>
      ${
        devices.length === 0
          ? nothing
          : html`<ul class="choices">
              ${devices.map((device) => html`<li>${entry(visit, device)}</li>`)}
            </ul>`
      }
      ${ticketForm(visit, 'add', html`<button>${texts.add}</button>`)}
      ${codesSection(
        visit,
        all.find(({ kind }) => kind === 'recovery-codes'),
        devices,
      )}
      ${browserSection(visit, browsers)}
      ${
        content.returnUrl === undefined
          ? nothing
          : html`<hr class="divider" />
              <a class="button second" href="${content.returnUrl}">${say.backTo(caller.integration.name)}</a>`
      }`,
  });
}

function entry(visit: DevicesVisit, device: Device): Markup {
  const texts = devicesTexts[visit.language];
  const { title } = kindTexts(visit.say, visit.parts.engine.kinds, device.kind);
  // What the name says already is not said twice.
  const about = [sentTo(device) ?? title].find((text) => !device.name.includes(text));
  return html`<a class="choice" href="${linkTo(visit, { device: device.id })}">
    ${kindIcon(device.kind)}<span class="words"
      ><span class="title"><bdi>${device.name}</bdi></span>
      ${device.status === 'suspended' ? html`<span class="hint strong">${texts.suspended}</span>` : nothing}
      ${about === undefined ? nothing : html`<span class="hint"><bdi>${about}</bdi></span>`}
      <span class="hint">${lastUse(visit, device)}</span></span
    >
  </a>`;
}

/** When a device was used last. */
export function lastUse(visit: DevicesVisit, { lastUsedAt }: Pick<Device, 'lastUsedAt'>): Markup {
  const texts = devicesTexts[visit.language];
  return lastUsedAt === undefined ? html`${texts.neverUsed}` : html`${texts.lastUsed} ${timeOf(visit, lastUsedAt)}`;
}

function codesSection(visit: DevicesVisit, codes: Device | undefined, devices: readonly Device[]): Markup {
  const { recovery } = devicesTexts[visit.language];
  const { allowedKinds } = visit.caller.integration.policy;
  // They stand in for a device; for somebody who has none there is nothing to stand in for.
  if (codes === undefined && (devices.length === 0 || allowedKinds?.includes('recovery-codes') === false))
    return nothing;
  const left = codes?.public['remaining'];
  return html`<hr class="divider" />
    <h2>${recovery.title}</h2>
    <p class="soft">${typeof left === 'number' ? recovery.left(left) : recovery.none}</p>
    ${codes === undefined ? nothing : html`<p class="soft">${recovery.hint}</p>`}
    ${ticketForm(
      visit,
      'codes',
      html`<button class="second">${codes === undefined ? recovery.make : recovery.renew}</button>`,
    )}`;
}

function browserSection(visit: DevicesVisit, browsers: readonly TrustedBrowser[]): Markup {
  const texts = devicesTexts[visit.language].browsers;
  if (browsers.length === 0) return nothing;
  return html`<hr class="divider" />
    <h2>${texts.title}</h2>
    <p class="soft">${texts.lead}</p>
    <ul class="owned">
      ${browsers.map(
        (browser) =>
          html`<li>
            ${icon('shield')}
            <div class="words">
              <p class="strong"><bdi>${browser.name}</bdi></p>
              <p class="hint">${lastUse(visit, browser)}</p>
              <p class="hint">${texts.until} ${timeOf(visit, browser.expiresAt)}</p>
              ${ticketForm(
                visit,
                'revoke',
                html`<input type="hidden" name="browser" value="${browser.id}" /><button
                    class="quiet"
                    aria-label="${texts.revoke}: ${browser.name}"
                  >
                    ${texts.revoke}
                  </button>`,
              )}
            </div>
          </li>`,
      )}
    </ul>
    ${browsers.length < 2 ? nothing : ticketForm(visit, 'revoke-all', html`<button class="second">${texts.revokeAll}</button>`)}`;
}
