import { CountersignError, type ErrorCode } from '../../core/errors.ts';
import { answerJson, refuse } from './answers.ts';
import type { AdjureEndpoint } from './endpoint.ts';
import { readJsonParameters } from './read-parameters.ts';
import { readShownCodes, recoveryCodeOptions } from './recovery-codes.ts';
import { provisionRequest } from './requests.ts';

/** Refusals of the engine that mean: this user cannot be provisioned. */
const provisionFailures: readonly ErrorCode[] = ['user_exists', 'kind_not_allowed', 'kind_unknown'];

/** `POST /user/provision`: a new user with an authenticator app and ten recovery codes. */
export const provision: AdjureEndpoint = {
  method: 'POST',
  path: '/user/provision',
  async answer({ request, caller, engine, settings }) {
    const wanted = await readJsonParameters(request, provisionRequest);
    const options = {
      digits: wanted.key_length ?? settings.keyLength,
      period: wanted.key_valid_duration ?? settings.keyValidDuration,
      algorithm: wanted.hash_algorithm ?? settings.hashAlgorithm,
    };
    try {
      const { devices } = await engine.devices.provision(caller, {
        user: wanted.user_id,
        ifUserExists: 'refuse',
        devices: [
          { kind: 'totp', readable: true, options },
          { kind: 'recovery-codes', options: recoveryCodeOptions },
        ],
      });
      return answerJson({ recovery_codes: readShownCodes(devices), user_id: wanted.user_id });
    } catch (error) {
      if (!(error instanceof CountersignError) || !provisionFailures.includes(error.code)) throw error;
      return refuse('USER_PROVISION_FAILURE', error.message);
    }
  },
};
