import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { numberOf } from '../object-numbers.ts';
import { bindingContext, fields, integer, readFields, text, username } from '../read-fields.ts';
import type { Resource } from '../resource.ts';
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

  async post({ engine, caller, request }) {
    const { username, reference, device_pk, binding_context: context } = await readFields(request, body);
    // A number that no device has chooses an id that no device has, so that an unknown client is noticed first.
    const deviceId =
      device_pk === undefined ? undefined : ((await engine.numbers.resolve(caller, 'device', device_pk)) ?? '');
    const challenge = await engine.challenges.issue(caller, {
      user: username,
      // On this wire a challenge has one answer.
      attempts: 1,
      codeDigits: 5,
      ...(reference !== undefined && { reference }),
      ...(deviceId !== undefined && { deviceId }),
      ...(context && { context }),
    });
    const pk = await numberOf(engine, caller, 'challenge', challenge.id);
    return { status: 201, body: showChallenge(engine, caller, pk, challenge) };
  },
};
