import type { TenantId } from '../../src/core/ids.ts';
import { platformTenant } from '../../src/core/ids.ts';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import type { KeyRing } from '../../src/crypto/index.ts';
import { type Caller, createEngine, type Engine } from '../../src/engine/index.ts';
import { decodeBase32 } from '../../src/otp/index.ts';
import { openStore } from '../../src/store/index.ts';
import { integrationCaller } from '../../src/testing/index.ts';
import type { Lots } from './lots.ts';
import { hotpDevice, period, type SoftDevice, totpDevice, window } from './soft-device.ts';

/** A tenant as those who ask see it. */
export interface CastTenant {
  id: TenantId;
  token: string;
}

/** A user, and what he carries about. */
export interface Person {
  id: string;
  name: string;
  tenant: CastTenant;
  device: SoftDevice;
  lots: Lots;
  /** What was accepted since the last fault, to be shown once more behind the next. */
  accepted: number[];
  /** What was shown and not answered. */
  pending: number | undefined;
  /** The last fault behind which he has shown his values once more. */
  epoch: number;
}

export interface Cast {
  /** Two tenants with the same user names, who are let guess, and may be replayed at, without end. */
  people: Person[];
  /** Users of a third tenant, who have ten guesses. */
  guessers: Person[];
  tenants: CastTenant[];
}

export const guessesPerUser = 10;

const patient: PolicyOptions = {
  guesses: { perUser: 1000, windowSeconds: 1, consecutive: 1000, perSource: 100_000 },
  challenge: { attempts: 20 },
};
const strict: PolicyOptions = {
  guesses: { perUser: guessesPerUser, windowSeconds: 86_400, consecutive: 1000, perSource: 100_000 },
  challenge: { attempts: 20 },
};

const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'torture' }, door: 'torture' };

/** Opens the database in this process, as long as `work` takes. */
export async function withEngine<T>(url: string, ring: KeyRing, work: (engine: Engine) => Promise<T>): Promise<T> {
  const store = await openStore({ url });
  try {
    await store.migrate();
    const delivery = { deliver: async () => undefined, close: async () => undefined };
    const engine = await createEngine({ store, keys: { ring: () => ring, refresh: () => undefined }, delivery });
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  } finally {
    await store.close();
  }
}

/** Makes tenants, integrations and users on an empty database. */
export async function makeCast(engine: Engine, lots: Lots, users: number): Promise<Cast> {
  const tenants: CastTenant[] = [];
  const people: Person[] = [];
  const guessers: Person[] = [];
  const guesserCount = Math.max(2, Math.round(users / 5));
  const inEach = Math.max(2, Math.ceil((users - guesserCount) / 2));
  for (const [name, policy, count, into] of [
    ['First', patient, inEach, people],
    ['Second', patient, inEach, people],
    ['Strict', strict, guesserCount, guessers],
  ] as const) {
    const { tenant } = await engine.tenants.create(system, { name });
    const { integration, token } = await engine.integrations.create(
      { ...system, tenant: tenant.id },
      { name, policy, doors: { rest: {}, oss2fa: {}, adjure: { slidingWindows: window.back } } },
    );
    const cast = { id: tenant.id, token };
    tenants.push(cast);
    for (let index = 0; index < count; index++) {
      // Both tenants have the same names, so that names alone tell nobody apart.
      const user = `user ${index}`;
      const kind = index % 3 === 2 ? 'totp' : 'hotp';
      const options = kind === 'totp' ? { digits: 8, period } : { digits: 8 };
      const caller = integrationCaller(integration);
      const made = await engine.devices.provision(caller, { user, devices: [{ kind, options }] });
      const [device] = made.devices;
      const secret = decodeBase32(device?.shown?.['secret'] as string);
      const id = device?.device.id ?? '';
      into.push({
        id: made.user.id,
        name: user,
        tenant: cast,
        device: kind === 'totp' ? totpDevice(id, secret) : hotpDevice(id, secret),
        lots: lots.of(`${name} ${user}`),
        accepted: [],
        pending: undefined,
        epoch: 0,
      });
    }
  }
  return { people, guessers, tenants };
}
