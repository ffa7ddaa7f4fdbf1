import { CountersignError } from '../../core/errors.ts';
import type { Challenge } from '../../core/model.ts';
import type { TicketedPage } from '../bind-page.ts';
import { pageHeaders } from '../frame/content-security.ts';
import { emptyField, troubleOf, wrongAnswer } from '../frame/trouble.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { readAnswer } from '../read-answer.ts';
import { giveResult } from '../result/give-result.ts';
import { returnAddress } from '../result/return-address.ts';
import { secondsUntil } from '../seconds-until.ts';
import {
  challengePurpose,
  challengeTicket,
  type ChallengeTicket,
  resendAfterMs,
  sealChallengeTicket,
} from '../tickets.ts';
import { goTo, linkTo, type Visit } from '../visit.ts';
import { showEnded } from './show-ended.ts';
import { showQuestion } from './show-question.ts';
import { showWays } from './show-ways.ts';

/** How long somebody may try other ways after the first challenge of a visit. */
const longestVisitMs = 3_600_000;

/** The page on which somebody proves that it is he. */
export const challengePage: TicketedPage<ChallengeTicket> = {
  path: '/challenge/',
  purpose: challengePurpose,
  content: challengeTicket,
  show: async (visit, query) => {
    const challenge = await readChallenge(visit);
    const { state } = challenge;
    if (query.get('look') === 'state') return tellState(state);
    // It was passed elsewhere, on another device, or the answer to the form that passed it was lost.
    if (state === 'passed') return pass(visit, challenge, undefined);
    if (state !== 'denied' && query.get('way') === 'other') return showWays(visit, challenge);
    if (state === 'pending') return showQuestion(visit, challenge, { sentAgain: query.get('sent') === 'again' });
    return showEnded(visit, { state });
  },
  actions: {
    answer: async (visit, form) => answerChallenge(visit, await readChallenge(visit), form),
    resend: async (visit) => resendChallenge(visit, await readChallenge(visit)),
    another: async (visit, form) => takeAnother(visit, await readChallenge(visit), form.get('device') ?? ''),
    cancel: async (visit) => {
      const { id, state } = await readChallenge(visit);
      if (state === 'pending') await visit.parts.engine.challenges.fail(visit.caller, id, 'cancelled');
      return goTo(visit, returnAddress(visit.content, { error: 'cancelled' }) ?? linkTo(visit));
    },
  },
};

/** For the script of a page that waits: it loads the page again when this changes, and takes no result by asking. */
function tellState(state: Challenge['state']): Response {
  return new Response(state, { headers: { ...pageHeaders({}), 'Content-Type': 'text/plain; charset=utf-8' } });
}

async function readChallenge({ parts, caller, content, subject }: Visit<ChallengeTicket>): Promise<Challenge> {
  const challenge = await parts.engine.challenges.get(caller, content.challenge);
  if (challenge.userId !== subject) throw new CountersignError('ticket_invalid');
  return challenge;
}

async function pass(
  visit: Visit<ChallengeTicket>,
  { id, kind, userId }: Challenge,
  method: string | undefined,
): Promise<Response> {
  const { first } = visit.content;
  const { name: user } = await visit.parts.engine.users.get(visit.caller, userId);
  return giveResult(visit, first, { sort: 'challenge', id, begunAs: first, user, method: method ?? methodOf(kind) });
}

/** The method of a kind, where the answer was given elsewhere. */
function methodOf(kind: string): string {
  return kind === 'recovery-codes' ? 'recovery-code' : kind;
}

async function answerChallenge(
  visit: Visit<ChallengeTicket>,
  challenge: Challenge,
  form: URLSearchParams,
): Promise<Response> {
  const { parts, caller, source } = visit;
  // Whoever comes back with the back button is told what there is now; his old answer is not looked at.
  if (challenge.state !== 'pending') return goTo(visit, linkTo(visit));
  const answer = readAnswer(form);
  if (answer === undefined) return showQuestion(visit, challenge, { trouble: emptyField(visit) });
  try {
    const { challenges } = parts.engine;
    const { outcome, challenge: after } = await challenges.answer(caller, challenge.id, answer, { ip: source });
    if (outcome.accepted) return await pass(visit, after, outcome.method.name);
    if (after.state !== 'pending') return goTo(visit, linkTo(visit));
    return await showQuestion(visit, after, { trouble: wrongAnswer(visit, after.attemptsLeft) });
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (['wrong_state', 'challenge_expired'].includes(trouble.code)) return goTo(visit, linkTo(visit));
    return showQuestion(visit, challenge, { trouble });
  }
}

async function resendChallenge(visit: Visit<ChallengeTicket>, challenge: Challenge): Promise<Response> {
  const { parts, caller, content, say, language } = visit;
  if (challenge.state !== 'pending') return goTo(visit, linkTo(visit));
  const seconds = secondsUntil(visit, content.resendAt);
  if (seconds > 0) {
    const error = challengeTexts[language].resend.tooEarly(say.seconds(seconds));
    return showQuestion(visit, challenge, { trouble: { error, status: 429, code: 'too_many_messages' } });
  }
  try {
    const again = await parts.engine.challenges.resend(caller, challenge.id);
    return goTo(visit, linkTo(withTicketFor(visit, again), { sent: 'again' }));
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (['wrong_state', 'challenge_expired'].includes(trouble.code)) return goTo(visit, linkTo(visit));
    return showQuestion(visit, challenge, { trouble });
  }
}

/** Another challenge of the same visit. The one before stays as it is: whichever is passed first, there is one result. */
async function takeAnother(visit: Visit<ChallengeTicket>, challenge: Challenge, deviceId: string): Promise<Response> {
  const { parts, caller, content, source, language } = visit;
  const { state, reference } = challenge;
  if (state === 'passed' || state === 'denied') return goTo(visit, linkTo(visit));
  if (parts.clock.now() >= content.begunAt + longestVisitMs) throw new CountersignError('ticket_invalid');
  try {
    const { name: user } = await parts.engine.users.get(caller, challenge.userId);
    const asked = { user, deviceId, reference, context: { ip: source, language } };
    const issued = await parts.engine.challenges.issue(caller, asked);
    return goTo(visit, linkTo(withTicketFor(visit, issued)));
  } catch (error) {
    return showWays(visit, challenge, troubleOf(visit, error));
  }
}

/** The same visit, which goes on with a challenge that was just sent. */
function withTicketFor(visit: Visit<ChallengeTicket>, challenge: Challenge): Visit<ChallengeTicket> {
  const { parts, caller, content } = visit;
  const { first, begunAt, returnUrl, state } = content;
  const ticket = sealChallengeTicket(parts.engine, caller, challenge, {
    returnUrl,
    state,
    first: { id: first, at: begunAt },
    resendAt: parts.clock.now() + resendAfterMs,
  });
  return { ...visit, ticket };
}
