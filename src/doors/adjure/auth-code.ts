import { CountersignError } from '../../core/errors.ts';
import { isInNetworks } from '../../core/network.ts';
import { answerJson, refuse } from './answers.ts';
import type { AdjureEndpoint } from './endpoint.ts';
import { readQueryParameters } from './read-parameters.ts';
import { authCodeRequest, isUserId } from './requests.ts';
import { unlessMissing } from './unless-missing.ts';

/** `GET /user/auth_code`: the code that is valid now. Whoever may ask for it needs no second factor. */
export const authCode: AdjureEndpoint = {
  method: 'GET',
  path: '/user/auth_code',
  async answer({ request, caller, engine, settings, source, tokenless }) {
    if (!settings.authCode) throw new CountersignError('not_found');
    if (tokenless && !isInNetworks(source, settings.authCodeOpenTo)) throw new CountersignError('forbidden');
    const { user_id: user } = readQueryParameters(request, authCodeRequest);
    const code = isUserId(user) ? await unlessMissing(engine.devices.currentCode(caller, user, 'totp')) : undefined;
    return code === undefined ? refuse('USER_NOT_FOUND', 'The user is not provisioned.') : answerJson({ code });
  },
};
