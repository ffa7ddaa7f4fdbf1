import { CountersignError } from '../../../core/errors.ts';
import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { idOf } from '../object-numbers.ts';
import { missingAnswer, readAnswer } from '../read-answer.ts';
import { refuseWithText } from '../refuse.ts';
import type { Resource } from '../resource.ts';
import { showChallenge } from '../show-challenge.ts';

/** Answers a challenge. Whether the answer was right is in the status of the challenge, not in that of HTTP. */
export const challengeCompletion: Resource<IntegrationCaller> = {
  name: 'Challenge Completion',
  description: 'Answers a challenge.',
  authenticate: authenticateIntegration,

  async post({ engine, caller, request, pk }) {
    const answer = await readAnswer(request);
    const id = await idOf(engine, caller, 'challenge', pk);

    if (answer === undefined) {
      const { state, kind } = await engine.challenges.get(caller, id);
      if (state === 'expired') throw new CountersignError('challenge_expired');
      if (state !== 'pending') throw new CountersignError('wrong_state', { detail: `challenge ${id} is ${state}` });
      await engine.challenges.fail(caller, id, 'no answer was given');
      return refuseWithText('invalid_parameters', missingAnswer(kind));
    }

    const { challenge } = await engine.challenges.answer(caller, id, answer);
    return { status: 200, body: showChallenge(engine, caller, pk, challenge) };
  },
};
