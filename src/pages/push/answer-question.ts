import type { Context } from 'hono';
import { CountersignError } from '../../core/errors.ts';
import type { HttpEnv } from '../../http/door.ts';
import { normalizeCode } from '../../otp/index.ts';
import { refusalText } from '../frame/refusal-text.ts';
import { type Surroundings, surroundingsOf } from '../frame/surroundings.ts';
import { pushTexts } from '../locales/push/index.ts';
import type { PageParts } from '../parts.ts';
import { isOwnForm, readForm } from '../read-form.ts';
import { openBrowsers } from './enrolled-browsers.ts';
import { type AnsweredQuestion, openQuestion } from './question-ticket.ts';
import { wakeBrowsers } from './wake-browsers.ts';
import { type Done, showQuestions } from './waiting-page.ts';

/** Takes the form of a question: it is approved with its number, or refused. */
export async function answerQuestion(parts: PageParts, c: Context<HttpEnv>): Promise<Response> {
  if (!isOwnForm(c.req.raw, parts.publicUrl())) throw new CountersignError('forbidden');
  const form = await readForm(c.req.raw);
  const browsers = await openBrowsers(parts, c);
  if (form.get('action') === 'wake') return wakeBrowsers(parts, c, browsers, form);
  const question = await openQuestion(parts, browsers, form.get('ticket'));
  const around = await surroundingsOf(parts, c, question.browser.caller, form.get('lang'));
  const action = form.get('action');
  if (action === 'refuse') return showQuestions(around, browsers, { done: await refuse(around, question) });
  if (action !== 'approve') throw new CountersignError('malformed_request', { detail: 'the form has no action' });
  const typed = [...form].find(([name]) => name.startsWith('number'))?.[1] ?? '';
  const number = normalizeCode(typed.slice(0, 32));
  // What cannot be the number is a slip of the hand; a wrong one ends the question.
  if (!/^[0-9]{2}$/.test(number)) return showQuestions(around, browsers, { mistaken: question.challengeId });
  return showQuestions(around, browsers, { done: await approve(around, question, number) });
}

async function approve(around: Surroundings, question: AnsweredQuestion, number: string): Promise<Done> {
  const texts = pushTexts[around.language].done;
  const { browser, caller, challengeId } = question;
  return orOver(around, async () => {
    const response = { token: browser.token, number };
    const { outcome } = await around.parts.engine.challenges.answer(caller, challengeId, { response });
    return outcome.accepted
      ? { sort: 'good', text: texts.approved(caller.integration.name) }
      : { sort: 'bad', text: texts.wrong };
  });
}

async function refuse(around: Surroundings, { caller, challengeId }: AnsweredQuestion): Promise<Done> {
  const texts = pushTexts[around.language].done;
  return orOver(around, async () => {
    await around.parts.engine.challenges.deny(caller, challengeId);
    return { sort: 'good', text: texts.refused };
  });
}

/** What has become of a question that cannot be answered any more. */
async function orOver(around: Surroundings, answer: () => Promise<Done>): Promise<Done> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof CountersignError) || error.status >= 500) throw error;
    const over = ['wrong_state', 'challenge_expired', 'not_found'].includes(error.code);
    return { sort: 'bad', text: over ? pushTexts[around.language].done.over : refusalText(around.say, error) };
  }
}
