import { CountersignError } from '../../../core/errors.ts';
import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { idOf, numberOf } from '../object-numbers.ts';
import { missingAnswer, readAnswer } from '../read-answer.ts';
import { refusalHeaders, refuseWithText } from '../refuse.ts';
import type { Reply } from '../reply.ts';
import type { Exchange, Resource } from '../resource.ts';

/** Proves that the device works. */
export const enrollmentCompletion: Resource<IntegrationCaller> = {
  name: 'Enrollment Completion',
  description: 'Completes an enrollment with the first answer of its device.',
  authenticate: authenticateIntegration,

  async post(exchange) {
    try {
      return await completeEnrollment(exchange);
    } catch (error) {
      // Here, and only here, an enrollment that does not exist is a bad request.
      if (error instanceof CountersignError && error.code === 'not_found')
        return { status: 400, headers: refusalHeaders(error) };
      throw error;
    }
  },
};

async function completeEnrollment({ engine, caller, request, pk }: Exchange<IntegrationCaller>): Promise<Reply> {
  const answer = await readAnswer(request);
  const id = await idOf(engine, caller, 'enrollment', pk);

  if (answer === undefined) {
    const { state, kind } = await engine.enrollments.get(caller, id);
    if (state === 'expired') throw new CountersignError('enrollment_expired');
    if (state !== 'prepared') throw new CountersignError('wrong_state', { detail: `enrollment ${id} is ${state}` });
    await engine.enrollments.fail(caller, id, 'no answer was given');
    return refuseWithText('invalid_parameters', missingAnswer(kind));
  }

  try {
    const { accepted, user } = await engine.enrollments.complete(caller, id, answer);
    if (!accepted || user === undefined) throw new CountersignError('answer_refused');
    return { status: 201, headers: { 'X-Client-Id': String(await numberOf(engine, caller, 'user', user.id)) } };
  } catch (error) {
    if (!(error instanceof CountersignError) || error.code !== 'already_exists') throw error;
    // A key that is somebody's device already: on this wire the first answer settles it.
    await engine.enrollments.fail(caller, id, error.code);
    return refuseWithText(error.code, error.message);
  }
}
