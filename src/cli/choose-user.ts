import { CountersignError } from '../core/errors.ts';
import type { User } from '../core/model.ts';
import type { Engine, IntegrationCaller } from '../engine/engine.ts';

/**
 * The user of this name, or of this id where nobody has it as a name.
 *
 * @throws CountersignError `not_found`
 */
export async function chooseUser(engine: Engine, caller: IntegrationCaller, nameOrId: string): Promise<User> {
  const named = await engine.users.findByName(caller, nameOrId);
  if (named !== undefined) return named;
  if (nameOrId.startsWith('usr_')) return engine.users.get(caller, nameOrId);
  throw new CountersignError('not_found', {
    issues: [{ path: 'user', message: `nobody is called ${nameOrId} in the realm of ${caller.integration.name}` }],
  });
}
