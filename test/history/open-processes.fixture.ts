import { onTestFinished } from 'vitest';
import { platformTenant } from '../../src/core/ids.ts';
import type { Integration } from '../../src/core/model.ts';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, keyRing } from '../../src/crypto/index.ts';
import { type Caller, createEngine, type IntegrationCaller } from '../../src/engine/index.ts';
import { totpStep } from '../../src/otp/index.ts';
import { createScratchDatabase, openStore, type Store } from '../../src/store/index.ts';
import { type EnrolledTotp, type Enrolling, step } from '../../src/engine/enrolled.fixture.ts';
import { integrationCaller, virtualClock } from '../../src/testing/index.ts';
import { type Attempt, type EngineProcess, forkEngine, type Made } from '../databases/engine-process.fixture.ts';
import type { DatabaseServer } from '../databases/servers.fixture.ts';
import { checkHistory } from './check-history.ts';
import type { Evidence, Violation } from './history.ts';
import { readTrail } from './read-trail.ts';
import { createRecorder, type Recorder } from './record.ts';

export interface ProcessesOptions {
  policy: PolicyOptions;
  count: number;
  /** The folder of the build that the processes run. Default: `dist`. */
  build?: string;
}

/** Several processes on one database, and an engine of the sources here that prepares and looks. */
export interface Processes extends Enrolling {
  caller: IntegrationCaller;
  integration: Integration;
  processes: readonly EngineProcess[];
  recorder: Recorder;
  store: Store;
  /** One more, as when another has died. */
  start(): Promise<EngineProcess>;
  /** Another tenant on the same database. */
  addTenant(name: string): Promise<IntegrationCaller>;
  /** The same at all processes at the same time, at the time of the clock. */
  all(work: (process: EngineProcess, index: number) => Promise<string[]>): Promise<string[]>;
  /** Everything that the processes were asked, and the trail. */
  evidence(): Promise<Evidence>;
  /** What of it must not have happened. */
  violations(): Promise<Violation[]>;
}

export async function openProcesses(server: DatabaseServer, options: ProcessesOptions): Promise<Processes> {
  const database = await createScratchDatabase(server.url);
  onTestFinished(() => database.drop());
  const { url } = database;
  const clock = virtualClock();
  const keys = createKeyFile(systemRandom, clock.now());
  const ring = keyRing(keys);
  const store = await openStore({ url });
  onTestFinished(() => store.close());
  await store.migrate();
  const delivery = { deliver: async () => undefined, close: async () => undefined };
  const engine = await createEngine({ store, clock, keys: { ring: () => ring, refresh: () => undefined }, delivery });
  const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
  const addTenant = async (name: string) => {
    const { tenant } = await engine.tenants.create(system, { name });
    const caller = { ...system, tenant: tenant.id };
    return integrationCaller(
      (await engine.integrations.create(caller, { name, policy: options.policy })).integration,
      'test',
    );
  };
  const caller = await addTenant('Example');

  const recorder = createRecorder();
  let started = 0;
  const start = async () => {
    const { build } = options;
    const name = `process ${++started}`;
    const process = forkEngine({ recorder, name, ...(build === undefined ? {} : { build }) });
    // Whoever is closed in good order lets go of the database, which can then be removed.
    onTestFinished(() => process.close());
    await process.open({ url, keys, now: clock.now() });
    return process;
  };
  const processes = await Promise.all(Array.from({ length: options.count }, start));
  const { perUser } = options.policy.guesses ?? {};
  const evidence = async (): Promise<Evidence> => ({
    history: recorder.events,
    ...(await readTrail(engine, system)),
    ...(perUser === undefined ? {} : { guessesPerUser: perUser }),
  });
  return {
    engine,
    clock,
    caller,
    messages: [],
    integration: caller.integration,
    processes,
    recorder,
    store,
    start,
    addTenant,
    all: async (work) => {
      await Promise.all(processes.map((process) => process.setTime(clock.now())));
      return (await Promise.all(processes.map(work))).flat();
    },
    evidence,
    violations: async () => checkHistory(await evidence()),
  };
}

/** Somebody's right code of the time of the clock, or of so many steps away. */
export function rightCode(
  { clock }: Pick<Enrolling, 'clock'>,
  user: EnrolledTotp,
  stepsAway = 0,
): Required<Pick<Attempt, 'user' | 'code' | 'made'>> {
  const made: Made = { credential: user.deviceId, value: totpStep(clock.now() + stepsAway * step, step / 1000) };
  return { user: user.name, code: user.code(stepsAway), made };
}

export function wrongCode(user: EnrolledTotp): Attempt {
  return { user: user.name, code: user.wrong() };
}
