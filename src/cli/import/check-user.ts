import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { systemRandom } from '../../core/random.ts';
import type { Engine, IntegrationCaller, ProvisionOptions } from '../../engine/engine.ts';

/**
 * Whether the devices of a user could be made, by what can be known without making them.
 *
 * @throws CountersignError what making them would be refused with
 */
export async function checkUser(
  engine: Engine,
  caller: IntegrationCaller,
  { user, ifUserExists, devices }: ProvisionOptions,
  serverKinds: Readonly<Record<string, JsonObject>>,
): Promise<void> {
  const { policy, kinds } = caller.integration;
  const existing = await engine.users.findByName(caller, user);
  const owned = existing === undefined ? [] : await engine.devices.list(caller, existing.id);
  if (owned.length > 0 && ifUserExists === 'refuse') throw new CountersignError('user_exists');
  if (existing?.status === 'inactive') throw new CountersignError('user_inactive');
  for (const { kind: name, options = {} } of devices) {
    const kind = engine.kinds.get(name);
    if (kind === undefined) throw new CountersignError('kind_unknown');
    const allowed = policy.allowedKinds === undefined || policy.allowedKinds.includes(name);
    if (!allowed || kind.adopt === undefined) throw new CountersignError('kind_not_allowed');
    kind.adopt(options, {
      now: Date.now(),
      random: systemRandom,
      config: kind.configuration.parse({ ...serverKinds[name], ...kinds[name] }),
      policy,
      user,
      userHandle: '',
      asked: { integration: caller.integration.name },
      // What is made here is thrown away.
      hash: () => '',
      hashMatches: () => false,
    });
  }
}
