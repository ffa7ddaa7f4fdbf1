import { CountersignError } from '../../core/errors.ts';
import type { Challenge } from '../../core/model.ts';
import { emptyField, troubleOf, wrongAnswer } from '../frame/trouble.ts';
import { challengeTexts } from '../locales/challenge/index.ts';
import { readAnswer } from '../read-answer.ts';
import { secondsUntil } from '../seconds-until.ts';
import { goTo, linkTo } from '../visit.ts';
import { applyChange } from './apply-change.ts';
import { proveWith, withProof } from './begin-change.ts';
import { showProof } from './show-proof.ts';
import type { Change } from './ticket.ts';
import { type DevicesVisit, goToList } from './visit.ts';

/** A change, and the challenge that was issued for it. */
export interface Proof {
  change: Change;
  challenge: Challenge;
}

/** @throws CountersignError `ticket_invalid` where nothing is to be proven */
export async function readProof({ parts, caller, subject, content }: DevicesVisit): Promise<Proof> {
  const { proving } = content;
  if (proving === undefined) throw new CountersignError('ticket_invalid');
  const challenge = await parts.engine.challenges.get(caller, proving.challenge);
  if (challenge.userId !== subject) throw new CountersignError('ticket_invalid');
  return { change: proving.change, challenge };
}

/** Judges the answer; a right one does the change at once. */
export async function answerProof(visit: DevicesVisit, form: URLSearchParams): Promise<Response> {
  const { parts, caller, source } = visit;
  const proof = await readProof(visit);
  if (proof.challenge.state !== 'pending') return goTo(visit, linkTo(visit));
  const answer = readAnswer(form);
  if (answer === undefined) return showProof(visit, proof, { trouble: emptyField(visit) });
  try {
    const { challenges } = parts.engine;
    const { outcome, challenge } = await challenges.answer(caller, proof.challenge.id, answer, { ip: source });
    if (outcome.accepted) return await applyOnce(visit, { ...proof, challenge });
    if (challenge.state !== 'pending') return goTo(visit, linkTo(visit));
    const trouble = wrongAnswer(visit, challenge.attemptsLeft);
    return await showProof(visit, { ...proof, challenge }, { trouble });
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (['wrong_state', 'challenge_expired'].includes(trouble.code)) return goTo(visit, linkTo(visit));
    return showProof(visit, proof, { trouble });
  }
}

/** Does the change of a challenge that was passed elsewhere: in another browser, or by an answer whose page was lost. */
export async function applyProven(visit: DevicesVisit): Promise<Response> {
  const proof = await readProof(visit);
  return proof.challenge.state === 'passed' ? applyOnce(visit, proof) : goTo(visit, linkTo(visit));
}

/** A proof is good for one change, once, and not longer than its challenge. */
async function applyOnce(visit: DevicesVisit, { change, challenge }: Proof): Promise<Response> {
  const { parts, caller } = visit;
  const until = visit.expiresAt + 3_600_000;
  const fresh = parts.clock.now() < challenge.expiresAt;
  if (!fresh || !(await parts.engine.portalTickets.spend(caller, 'device change', challenge.id, until))) {
    return goToList(visit);
  }
  return applyChange(visit, change);
}

/** Sends another code for the same change. */
export async function resendProof(visit: DevicesVisit): Promise<Response> {
  const { parts, caller, content, say, language } = visit;
  const proof = await readProof(visit);
  if (proof.challenge.state !== 'pending') return goTo(visit, linkTo(visit));
  const seconds = secondsUntil(visit, content.proving?.resendAt);
  if (seconds > 0) {
    const error = challengeTexts[language].resend.tooEarly(say.seconds(seconds));
    return showProof(visit, proof, { trouble: { error, status: 429, code: 'too_many_messages' } });
  }
  try {
    const again = await parts.engine.challenges.resend(caller, proof.challenge.id);
    return goTo(visit, linkTo(withProof(visit, proof.change, again), { sent: 'again' }));
  } catch (error) {
    return showProof(visit, proof, { trouble: troubleOf(visit, error) });
  }
}

/** Another device for the same change. */
export async function proveOtherwise(visit: DevicesVisit, form: URLSearchParams): Promise<Response> {
  const { change, challenge } = await readProof(visit);
  if (challenge.state === 'passed' || challenge.state === 'denied') return goTo(visit, linkTo(visit));
  await endProof(visit, challenge);
  return proveWith(visit, change, form.get('device') ?? '');
}

/** Leaves everything as it is. */
export async function cancelProof(visit: DevicesVisit): Promise<Response> {
  await endProof(visit, (await readProof(visit)).challenge);
  return goToList(visit);
}

async function endProof({ parts, caller }: DevicesVisit, { id, state }: Challenge): Promise<void> {
  if (state === 'pending') await parts.engine.challenges.fail(caller, id, 'cancelled');
}
