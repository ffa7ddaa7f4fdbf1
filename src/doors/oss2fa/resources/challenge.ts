import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { idOf } from '../object-numbers.ts';
import type { Resource } from '../resource.ts';
import { showChallenge } from '../show-challenge.ts';

/** One challenge. */
export const challenge: Resource<IntegrationCaller> = {
  name: 'Challenge',
  description: 'Shows a challenge.',
  authenticate: authenticateIntegration,

  async get({ engine, caller, pk }) {
    const challenge = await engine.challenges.get(caller, await idOf(engine, caller, 'challenge', pk));
    return { status: 200, body: showChallenge(engine, caller, pk, challenge) };
  },
};
