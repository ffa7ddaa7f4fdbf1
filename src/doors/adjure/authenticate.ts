import { answerJson, refuse } from './answers.ts';
import type { AdjureEndpoint } from './endpoint.ts';
import { readJsonParameters } from './read-parameters.ts';
import { authenticateRequest, isUserId } from './requests.ts';

/** `POST /user/authenticate`: a code of the authenticator app. An unknown user is answered like a wrong code. */
export const authenticate: AdjureEndpoint = {
  method: 'POST',
  path: '/user/authenticate',
  async answer({ request, caller, engine }) {
    const { user_id: user, auth_code: code } = await readJsonParameters(request, authenticateRequest);
    // The engine forgives blanks and hyphens inside a typed code; this protocol never did.
    if (isUserId(user) && /^[0-9]*$/.test(code)) {
      const outcome = await engine.verify(caller, { user, answer: { code }, kinds: ['totp'] });
      if (outcome.accepted) return answerJson({});
    }
    return refuse('VALIDATION_FAILURE', 'The user is not provisioned, or the code is not valid.');
  },
};
