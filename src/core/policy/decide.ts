import type { Device, UserStatus } from '../model.ts';
import { isInNetworks } from '../network.ts';
import type { Policy } from './policy.ts';

/** What an integration is told to do with somebody who has passed the first factor. */
export type DecisionResult = 'enroll' | 'challenge' | 'allow' | 'deny';

/** One rule that was looked at, in order, and what it said. The last step is the one that decided. */
export interface TraceStep {
  rule: string;
  outcome: 'decides' | 'passes';
  explanation: string;
}

export interface Decision {
  result: DecisionResult;
  /** The devices the user may be challenged on; empty unless `result` is `challenge`. */
  devices: Device[];
  trace: TraceStep[];
}

export interface DecisionFacts {
  policy: Policy;
  /** The user's status; undefined when there is no such user. */
  status: UserStatus | undefined;
  devices: readonly Device[];
  /** The user's address, when the integration told it. */
  ip: string | undefined;
}

type Rule = (facts: DecisionFacts) => { result?: DecisionResult; explanation: string };

/** Whether the policy lets devices of this kind answer a challenge. */
export function isKindUsable(policy: Policy, kind: string): boolean {
  const allowed = policy.allowedKinds === undefined || policy.allowedKinds.includes(kind);
  const required =
    policy.requiredKinds === undefined || policy.requiredKinds.includes(kind) || kind === 'recovery-codes';
  return allowed && required;
}

function usableDevices({ policy, devices }: DecisionFacts): Device[] {
  return devices.filter((device) => device.status === 'active' && isKindUsable(policy, device.kind));
}

/** The named checks of a decision, in the order in which they are asked; the first that answers decides. */
const rules: readonly (readonly [name: string, rule: Rule])[] = [
  [
    'user-status',
    ({ status }) =>
      status === 'inactive'
        ? { result: 'deny', explanation: 'The user is inactive.' }
        : status === 'bypass'
          ? { result: 'allow', explanation: 'The user is set to bypass the second factor.' }
          : { explanation: status === undefined ? 'There is no such user yet.' : 'The user is active.' },
  ],
  [
    'bypass-networks',
    ({ policy, ip }) => {
      if (policy.bypassNetworks.length === 0) return { explanation: 'The policy names no bypass network.' };
      if (ip === undefined) return { explanation: 'The request names no user address.' };
      return isInNetworks(ip, policy.bypassNetworks)
        ? { result: 'allow', explanation: `The address ${ip} lies in a bypass network.` }
        : { explanation: `The address ${ip} lies in no bypass network.` };
    },
  ],
  [
    'usable-device',
    (facts) => {
      const usable = usableDevices(facts).filter((device) => device.kind !== 'recovery-codes');
      return usable.length > 0
        ? { result: 'challenge', explanation: `The user has ${usable.length} device(s) that the policy accepts.` }
        : { explanation: 'The user has no device that the policy accepts.' };
    },
  ],
  // Whoever holds the password must not be able to put a device of his own beside a second factor that is merely out of use here:
  // suspended, or of a kind that this policy does not accept. Recovery codes of somebody whose devices are gone are asked for, too.
  [
    'devices-out-of-use',
    ({ devices }) =>
      devices.some((device) => device.kind !== 'recovery-codes' || device.status === 'suspended')
        ? { result: 'deny', explanation: 'The user has devices, but none in use that the policy accepts.' }
        : { explanation: 'The user has no device that is out of use.' },
  ],
  [
    'recovery-codes',
    (facts) =>
      facts.devices.length > 0 && facts.devices.length === usableDevices(facts).length
        ? { result: 'challenge', explanation: 'The user has nothing but recovery codes.' }
        : { explanation: 'The user has no recovery codes, or other devices besides.' },
  ],
  ['enrollment', () => ({ result: 'enroll', explanation: 'The user has to enroll a device.' })],
];

/** Asks the rules in order. Pure: the same facts give the same decision and the same trace. */
export function decide(facts: DecisionFacts): Decision {
  const trace: TraceStep[] = [];
  for (const [rule, ask] of rules) {
    const { result, explanation } = ask(facts);
    trace.push({ rule, outcome: result === undefined ? 'passes' : 'decides', explanation });
    if (result !== undefined) return { result, devices: result === 'challenge' ? usableDevices(facts) : [], trace };
  }
  // Unreachable: the last rule always answers. Fail closed all the same (design law 6).
  return { result: 'deny', devices: [], trace };
}
