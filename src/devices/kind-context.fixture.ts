import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { type Policy, type PolicyOptions, policySchema } from '../core/policy/policy.ts';
import type { Random } from '../core/random.ts';
import { createKeyFile, keyRing } from '../crypto/index.ts';
import type { DeviceKind, KindContext } from './device-kind.ts';

/** Random bytes that are the same in every run: the SHA-256 of a seed and a counter. */
export function seededRandom(seed = 'countersign'): Random {
  let block = 0;
  let rest = Buffer.alloc(0);
  return {
    bytes(length) {
      while (rest.length < length) {
        rest = Buffer.concat([rest, createHash('sha256').update(`${seed} ${block++}`).digest()]);
      }
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      return new Uint8Array(bytes);
    },
  };
}

/** 2024-07-27T12:00:00Z: the first millisecond of a step for every period that divides an hour. */
export const noon = 1_722_081_600_000;

export interface FixtureContext<Config> extends KindContext<Config> {
  /** The same at another time. */
  at(now: number): FixtureContext<Config>;
  /** The same with another policy. */
  under(policy: PolicyOptions): FixtureContext<Config>;
  /** The same with another configuration of the kind. */
  configured(config: object): FixtureContext<Config>;
}

/** What the engine would give a kind, with the real keyed hash, for `alice` at a fixed time. */
export function kindContext<Config>(
  kind: DeviceKind<never, never, Config, never> | { name: string; configuration: z.ZodType<Config> },
  seed?: string,
): FixtureContext<Config> {
  const ring = keyRing(createKeyFile(seededRandom('keys'), 0));
  const random = seededRandom(seed);
  const purpose = `tenant ${kind.name}`;
  const make = (now: number, policy: Policy, config: Config): FixtureContext<Config> => ({
    now,
    random,
    config,
    policy,
    user: 'alice',
    userHandle: ring.hash('user-handle', 'alice'),
    asked: { integration: 'Portal' },
    hash: (text) => ring.hash(purpose, text),
    hashMatches: (text, digest) => ring.hashMatches(purpose, text, digest),
    at: (time) => make(time, policy, config),
    under: (options) => make(now, policySchema.parse(options), config),
    configured: (options) => make(now, policy, kind.configuration.parse(options)),
  });
  return make(noon, policySchema.parse({}), kind.configuration.parse({}));
}

/** A value as it comes back from the database. */
export function stored<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
