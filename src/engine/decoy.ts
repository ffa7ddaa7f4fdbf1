import { platformTenant } from '../core/ids.ts';
import { defaultPolicy } from '../core/policy/policy.ts';
import type { Answer, DeviceKinds } from '../devices/index.ts';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { Vault } from './vault.ts';

/** Does for a user who does not exist the work that it would do for one who does (design law 8). */
export interface Decoy {
  check(answer: Answer): void;
}

/** A sealed TOTP device that nobody has. Its verdict is thrown away. */
export function createDecoy(deps: { kinds: DeviceKinds; vault: Vault; clock: Clock; random: Random }): Decoy {
  const kind = deps.kinds.get('totp');
  if (kind === undefined) return { check: () => undefined };
  const row = 'decoy';
  const context = () => ({
    now: deps.clock.now(),
    random: deps.random,
    config: kind.configuration.parse({}),
    policy: defaultPolicy(),
    user: row,
    userHandle: row,
    asked: { integration: row },
    hash: (text: string) => deps.vault.ring().hash(row, text),
    hashMatches: (text: string, digest: string) => deps.vault.ring().hashMatches(row, text, digest),
  });
  const { state } = kind.prepare(kind.options.parse({}), context());
  const sealed = deps.vault.seal(platformTenant, 'devices.secret', row, state.secret as string);
  return {
    check: (answer) => {
      const secret = deps.vault.open(platformTenant, 'devices.secret', row, sealed);
      kind.check({ id: row, secret, counters: state.counters }, undefined, answer, context());
    },
  };
}
