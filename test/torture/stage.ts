import { setTimeout as sleep } from 'node:timers/promises';
import type { Cast, Person } from './cast.ts';
import { type Asking, type Claim, type Door } from './ask.ts';
import type { HttpCaller } from './http-caller.ts';
import type { Recorder } from './recorder.ts';

/** Where the workload acts. */
export interface Stage {
  recorder: Recorder;
  cast: Cast;
  servers: readonly HttpCaller[];
  /** Counts the faults: behind each, everybody shows once more what was accepted. */
  epoch: number;
  /** Nobody begins anything new. */
  stopping: boolean;
}

/** Somebody goes to a server, or to two, by lot. */
export function choose(stage: Stage, { lots, device }: Person, door?: Door): Asking {
  const usual: Door[] = ['rest', 'rest', 'rest', 'rest challenge', 'oss2fa'];
  // That door takes no counter tokens.
  const known: Door[] = device.kind === 'totp' ? [...usual, 'adjure'] : usual;
  return {
    recorder: stage.recorder,
    door: door ?? lots.one(known),
    first: lots.one(stage.servers),
    second: lots.one(stage.servers),
  };
}

/** The claim of somebody that he is who he is. */
export function claimOf({ tenant, name, device }: Person, value: number): Claim {
  return {
    tenant: tenant.id,
    token: tenant.token,
    user: name,
    code: device.show(value),
    credential: device.id,
    value,
    isUntimely: () => device.isUntimely(value),
  };
}

/** A code that none of the person's values has. */
export function wrongClaim({ tenant, name, device, lots }: Person): Claim {
  for (;;) {
    const code = String(lots.between(0, 99_999_999)).padStart(8, '0');
    if (!device.couldBeRight(code)) return { tenant: tenant.id, token: tenant.token, user: name, code };
  }
}

/** Before somebody tries again who got no verdict. */
export function pause({ lots }: Person): Promise<void> {
  return sleep(lots.between(10, 60));
}
