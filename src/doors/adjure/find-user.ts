import type { User } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { isUserId } from './requests.ts';

/** The user with this id of the calling application; undefined also for a text that cannot be an id. */
export async function findUser(engine: Engine, caller: IntegrationCaller, userId: string): Promise<User | undefined> {
  return isUserId(userId) ? engine.users.findByName(caller, userId) : undefined;
}
