import type { Enrollment } from '../../core/model.ts';
import { emptyField, troubleOf, wrongAnswer } from '../frame/trouble.ts';
import { readAnswer } from '../read-answer.ts';
import type { EnrollmentTicket } from '../tickets.ts';
import { goTo, linkTo, type Visit } from '../visit.ts';
import { showStep } from './show-step.ts';

/** Judges the first answer of the new device. */
export async function answerStep(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  form: URLSearchParams,
): Promise<Response> {
  const { parts, caller } = visit;
  if (enrollment.state !== 'prepared') return goTo(visit, linkTo(visit));
  const answer = readAnswer(form);
  if (answer === undefined) return showStep(visit, enrollment, { trouble: emptyField(visit) });
  try {
    const { accepted, enrollment: after } = await parts.engine.enrollments.complete(caller, enrollment.id, answer);
    if (accepted || after.state !== 'prepared') return goTo(visit, linkTo(visit));
    return showStep(visit, after, { trouble: wrongAnswer(visit, after.attemptsLeft) });
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (['wrong_state', 'enrollment_expired'].includes(trouble.code)) return goTo(visit, linkTo(visit));
    return showStep(visit, enrollment, { trouble });
  }
}
