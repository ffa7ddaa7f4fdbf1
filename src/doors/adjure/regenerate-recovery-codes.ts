import { answerJson, refuse } from './answers.ts';
import type { AdjureEndpoint } from './endpoint.ts';
import { findUser } from './find-user.ts';
import { readJsonParameters } from './read-parameters.ts';
import { readShownCodes, recoveryCodeOptions } from './recovery-codes.ts';
import { regenerateRequest } from './requests.ts';

/** `POST /user/recovery/regenerate`: ten new recovery codes; the old ones are void. */
export const regenerateRecoveryCodes: AdjureEndpoint = {
  method: 'POST',
  path: '/user/recovery/regenerate',
  async answer({ request, caller, engine }) {
    const { user_id: name } = await readJsonParameters(request, regenerateRequest);
    const user = await findUser(engine, caller, name);
    if (user === undefined) return refuse('USER_NOT_FOUND', 'The user is not provisioned.');
    const device = await engine.devices.regenerateRecoveryCodes(caller, user.id, recoveryCodeOptions);
    return answerJson({ recovery_codes: readShownCodes([device]), user_id: name });
  },
};
