import { CountersignError } from '../../../core/errors.ts';
import type { Challenge } from '../../../core/model.ts';
import type { IntegrationCaller, IssueChallengeOptions } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { idOf, numberOf } from '../object-numbers.ts';
import { bindingContext, fields, integer, readFields, text, username } from '../read-fields.ts';
import type { Exchange, Resource } from '../resource.ts';
import { showChallenge } from '../show-challenge.ts';

const body = fields({
  username: username(),
  reference: text(128).optional(),
  device_pk: integer().optional(),
  binding_context: bindingContext.optional(),
});

/** Challenges a client. */
export const challenges: Resource<IntegrationCaller> = {
  name: 'Challenges',
  description: 'Challenges a client on one of his devices.',
  authenticate: authenticateIntegration,

  async post(exchange) {
    const { engine, caller, request } = exchange;
    const { username, reference, device_pk, binding_context: context } = await readFields(request, body);
    if ((await engine.users.findByName(caller, username)) === undefined)
      throw new CountersignError('not_found', { detail: 'no user of this name' });
    const options = { user: username, ...(reference !== undefined && { reference }), ...(context && { context }) };
    const challenge = await issueChallenge(exchange, options, device_pk).catch(refuseDevice);
    const pk = await numberOf(engine, caller, 'challenge', challenge.id);
    return { status: 201, body: showChallenge(pk, challenge) };
  },
};

async function issueChallenge(
  { engine, caller }: Exchange<IntegrationCaller>,
  options: IssueChallengeOptions,
  devicePk: number | undefined,
): Promise<Challenge> {
  return engine.challenges.issue(caller, {
    ...options,
    // On this wire a challenge has one answer.
    attempts: 1,
    codeDigits: 5,
    ...(devicePk !== undefined && { deviceId: await idOf(engine, caller, 'device', devicePk) }),
  });
}

/** The client exists: what does not is the device, and that is a wrong choice rather than a missing resource. */
function refuseDevice(error: unknown): never {
  throw error instanceof CountersignError && error.code === 'not_found' ? new CountersignError('no_device') : error;
}
