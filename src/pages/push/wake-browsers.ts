import type { Context } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import type { HttpEnv } from '../../http/door.ts';
import { surroundingsOf } from '../frame/surroundings.ts';
import { pushTexts } from '../locales/push/index.ts';
import type { PageParts } from '../parts.ts';
import { type EnrolledBrowser, openBrowsers } from './enrolled-browsers.ts';
import { readSubscription } from './read-subscription.ts';
import { isWakeForm } from './wake.ts';
import { showQuestions } from './waiting-page.ts';

/** Takes the subscription of a browser for every account that it approves for. */
export async function wakeBrowsers(
  parts: PageParts,
  c: Context<HttpEnv>,
  browsers: readonly EnrolledBrowser[],
  form: URLSearchParams,
): Promise<Response> {
  if (!(await isWakeForm(parts, browsers, form.get('ticket')))) throw new CountersignError('ticket_invalid');
  const around = await surroundingsOf(parts, c, browsers[0]?.caller, form.get('lang'));
  const texts = pushTexts[around.language].done;
  const subscription = readSubscription(form.get('subscription'));
  if (subscription === undefined) return showQuestions(around, browsers, { done: { sort: 'bad', text: texts.silent } });
  for (const { caller, device } of browsers) await parts.engine.devices.readdress(caller, device.id, subscription);
  const now = await openBrowsers(parts, c);
  return showQuestions(around, now, { done: { sort: 'good', text: texts.wakes } });
}
