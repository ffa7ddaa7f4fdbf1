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
  /** What is known of the browser's token: `trusted`, or `unknown` for any that is not good here. Left out: none was told. */
  browser?: 'trusted' | 'unknown';
  /** The ids of the devices that will never accept anything again. Left out: there are none. */
  spentDevices?: ReadonlySet<string>;
  /** The ids of the devices that can prove two factors by themselves. Left out: none can. */
  twoFactorDevices?: ReadonlySet<string>;
}

type Rule = (facts: DecisionFacts) => { result?: DecisionResult; explanation: string };

/** Kinds that help out when the devices of a user are not at hand: they stand in for the kinds that a policy requires. */
const standIns: readonly string[] = ['recovery-codes', 'temporary-access-pass'];

/** Whether devices of this kind only help out. */
export function isStandIn(kind: string): boolean {
  return standIns.includes(kind);
}

/** Whether the policy lets devices of this kind answer a challenge. */
export function isKindUsable(policy: Policy, kind: string): boolean {
  const allowed = policy.allowedKinds === undefined || policy.allowedKinds.includes(kind);
  const required = policy.requiredKinds === undefined || policy.requiredKinds.includes(kind) || isStandIn(kind);
  return allowed && required;
}

function usableDevices({ policy, devices, spentDevices, twoFactorDevices }: DecisionFacts): Device[] {
  return devices.filter(
    (device) =>
      device.status === 'active' &&
      spentDevices?.has(device.id) !== true &&
      isKindUsable(policy, device.kind) &&
      (policy.factors === 1 || twoFactorDevices?.has(device.id) === true),
  );
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
    'trusted-browser',
    ({ policy, browser }) => {
      if (policy.trustedBrowsers.lifeSeconds === 0) return { explanation: 'The policy trusts no browser.' };
      if (browser === undefined) return { explanation: 'The request names no trusted browser.' };
      return browser === 'trusted'
        ? {
            result: 'allow',
            explanation: 'The user has asked to be remembered in this browser after a full challenge.',
          }
        : { explanation: 'The token of the browser is not good for this user here.' };
    },
  ],
  [
    'usable-device',
    (facts) => {
      const usable = usableDevices(facts).filter((device) => !isStandIn(device.kind));
      const enough = facts.policy.factors === 2 ? ' and that can prove two factors' : '';
      return usable.length > 0
        ? {
            result: 'challenge',
            explanation: `The user has ${usable.length} device(s) that the policy accepts${enough}.`,
          }
        : { explanation: `The user has no device that the policy accepts${enough}.` };
    },
  ],
  // Whoever holds the password must not be able to put a device of his own beside a second factor that is merely out of use here:
  // suspended, or of a kind that this policy does not accept. What stands in for devices that are gone is asked for, too.
  [
    'devices-out-of-use',
    ({ devices }) =>
      devices.some((device) => !isStandIn(device.kind) || device.status === 'suspended')
        ? { result: 'deny', explanation: 'The user has devices, but none in use that the policy accepts.' }
        : { explanation: 'The user has no device that is out of use.' },
  ],
  [
    'stand-ins',
    (facts) => {
      if (facts.devices.length === 0) return { explanation: 'The user has nothing that stands in for a device.' };
      return usableDevices(facts).length > 0
        ? { result: 'challenge', explanation: 'The user has nothing but what stands in for a device.' }
        : { result: 'deny', explanation: 'What stands in for a device of the user is not accepted, or not any more.' };
    },
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
