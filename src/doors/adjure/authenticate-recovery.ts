import { answerJson, refuse } from './answers.ts';
import type { AdjureEndpoint } from './endpoint.ts';
import { findUser } from './find-user.ts';
import { readJsonParameters } from './read-parameters.ts';
import { authenticateRecoveryRequest } from './requests.ts';

/** `POST /user/recovery/authenticate`: a recovery code, good for one time. */
export const authenticateRecovery: AdjureEndpoint = {
  method: 'POST',
  path: '/user/recovery/authenticate',
  async answer({ request, caller, engine }) {
    const { user_id: user, recovery_code: code } = await readJsonParameters(request, authenticateRecoveryRequest);
    if ((await findUser(engine, caller, user)) === undefined)
      return refuse('USER_NOT_FOUND', 'The user is not provisioned.');
    const outcome = await engine.verify(caller, { user, answer: { code }, kinds: ['recovery-codes'] });
    return outcome.accepted
      ? answerJson({})
      : refuse('INVALID_RECOVERY_CODE', 'The recovery code is not valid, or was used before.');
  },
};
