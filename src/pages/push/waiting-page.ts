import type { Context } from 'hono';
import type { HttpEnv } from '../../http/door.ts';
import { note } from '../frame/fields.ts';
import { icon } from '../frame/icon.ts';
import { html, type Markup, nothing } from '../frame/markup.ts';
import { showPage } from '../frame/show-page.ts';
import { type Surroundings, surroundingsOf } from '../frame/surroundings.ts';
import { localTimeScript } from '../frame/time.ts';
import { pushTexts } from '../locales/push/index.ts';
import type { PageParts } from '../parts.ts';
import { type EnrolledBrowser, keepToken, openBrowsers } from './enrolled-browsers.ts';
import { questionCard } from './question-card.ts';
import { wakeForm, wakes } from './wake.ts';
import { type BrowserQuestion, listQuestions, versionOf } from './questions.ts';

/** What has just been done on the page. */
export interface Done {
  sort: 'good' | 'bad';
  text: string;
}

/** The page of an enrolled browser: what it is asked, as soon as it is asked. */
export async function showWaitingPage(parts: PageParts, c: Context<HttpEnv>): Promise<Response> {
  const browsers = await openBrowsers(parts, c);
  const around = await surroundingsOf(parts, c, browsers[0]?.caller);
  if (browsers.length === 0) return showUnknown(around);
  const response = await showQuestions(around, browsers);
  // It stays a device for as long as it is used.
  for (const { caller, device, token } of browsers)
    response.headers.append('Set-Cookie', keepToken(parts, caller, device, token, c.env.secure));
  return response;
}

/** The questions that are open now, with what has come of the last answer. `mistaken`: the number for this one was not two digits. */
export async function showQuestions(
  around: Surroundings,
  browsers: readonly EnrolledBrowser[],
  { done, mistaken }: { done?: Done; mistaken?: string } = {},
): Promise<Response> {
  const texts = pushTexts[around.language];
  const asked = await listQuestions(around.parts, browsers);
  return showPage(around, {
    title: asked.length === 0 ? texts.waiting.title : texts.waiting.asked,
    scripts: [localTimeScript, 'push-wait.js', ...(asked.length === 0 ? ['push-subscribe.js'] : [])],
    connects: true,
    manifest: 'push/manifest.webmanifest',
    // With a question there is something to be typed, which must not be thrown away.
    ...(asked.length === 0 ? { refreshSeconds: 5 } : {}),
    failed: mistaken !== undefined,
    address: {},
    body: html`<div id="questions" data-version="${versionOf(asked)}" data-events="./events" aria-live="polite">
        ${note(done?.sort ?? 'plain', done?.text)}
        ${asked.length === 0 ? waiting(around, browsers) : asked.map(card(around, mistaken))}
      </div>
      ${asked.length === 0 ? wakeForm(around, browsers) : nothing}`,
  });
}

function card(around: Surroundings, mistaken: string | undefined) {
  return (asked: BrowserQuestion, index: number) => questionCard(around, asked, index, mistaken === asked.question.id);
}

function waiting({ language }: Surroundings, browsers: readonly EnrolledBrowser[]): Markup {
  const texts = pushTexts[language];
  const users = [...new Set(browsers.map(({ user }) => user.name))];
  return html`<p class="waiting">${texts.waiting.none}</p>
    <p>${browsers.every(wakes) ? texts.waiting.closable : texts.waiting.stay}</p>
    <p class="soft">
      ${texts.waiting.accounts} <span class="strong"><bdi>${users.join(', ')}</bdi></span>
    </p>`;
}

function showUnknown(around: Surroundings): Promise<Response> {
  const { unknown } = pushTexts[around.language];
  return showPage(around, {
    title: unknown.title,
    address: {},
    body: html`${icon('bell', 'big')}
      <p>${unknown.text}</p>`,
  });
}
