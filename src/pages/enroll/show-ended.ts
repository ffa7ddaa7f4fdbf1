import { wayBackToDevices } from '../devices/way-back.ts';
import { icon } from '../frame/icon.ts';
import { html } from '../frame/markup.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import { returnAddress } from '../result/return-address.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { showTicketed, type Visit } from '../visit.ts';

/** An enrollment that has ended without a device. */
export async function showEnded(
  visit: Visit<EnrollmentTicket>,
  state: 'failed' | 'expired' | 'cancelled',
): Promise<Response> {
  const { say, caller, content } = visit;
  const { title, text } = enrollTexts[visit.language].ended[state];
  const back = returnAddress(content, { error: state });
  const toDevices = await wayBackToDevices(visit);
  return showTicketed(visit, {
    title,
    failed: state !== 'cancelled',
    body: html`${icon(state === 'expired' ? 'clock' : 'failed', 'big bad')}
      <p>${text}</p>
      ${
        toDevices !== undefined
          ? html`<p><a class="button" href="${toDevices}">${devicesTexts[visit.language].back}</a></p>`
          : back === undefined
            ? html`<p>${say.mayClose}</p>`
            : html`<p><a class="button" href="${back}">${say.backTo(caller.integration.name)}</a></p>`
      }`,
  });
}
