import type { JsonObject } from '../../../core/model.ts';
import type { DecisionResult } from '../../../core/policy/decide.ts';
import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { bindingContext, fields, readFields, username } from '../read-fields.ts';
import type { Resource } from '../resource.ts';
import { showDevices } from '../show-devices.ts';

const resultNumber: Readonly<Record<DecisionResult, number>> = { enroll: 1, challenge: 2, allow: 3, deny: 4 };

const body = fields({ username: username(), binding_context: bindingContext.optional() });

/** What to do with somebody who has passed the first factor. */
export const decision: Resource<IntegrationCaller> = {
  name: 'Client Authentication',
  description: 'Decides whether a client has to enroll, is challenged, is let in or is turned away.',
  authenticate: authenticateIntegration,

  async post({ engine, caller, request }) {
    const { username, binding_context: context } = await readFields(request, body);
    const decided = await engine.decide(caller, { user: username, ...(context && { context }) });
    const { result, devices, trustedDevice } = decided;
    const answer: JsonObject = {
      result: resultNumber[result],
      // The one that the browser came with is void in a moment: a later use of it counts as theft.
      ...(trustedDevice !== undefined && { trusted_device_token: trustedDevice.token }),
    };
    if (result !== 'challenge') return { status: 200, body: answer };
    return { status: 200, body: { ...answer, devices: await showDevices(engine, caller, devices) } };
  },
};
