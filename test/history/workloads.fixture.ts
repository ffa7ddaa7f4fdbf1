import { sql } from 'kysely';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { enrollMany, enrollTotp, step } from '../../src/engine/enrolled.fixture.ts';
import { type Processes, rightCode, wrongCode } from './open-processes.fixture.ts';

/** Something that processes on one database are asked to do, for a second or two; what comes of it is in the history. */
export interface Workload {
  policy: PolicyOptions;
  processes: number;
  run: (t: Processes) => Promise<void>;
}

export type WorkloadName = 'one code at once' | 'wrong guesses' | 'strangers' | 'another tenant' | 'killed';

const generous: PolicyOptions = { guesses: { perUser: 1000, perSource: 10_000, consecutive: 1000 } };
const few: PolicyOptions = { guesses: { perUser: 5, perSource: 10_000 } };

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

/** Each code several times at each process at the same time, step after step. */
async function sendOneCodeAtOnce(t: Processes): Promise<void> {
  const users = await enrollMany(t, 5);
  for (let round = 0; round < 3; round++) {
    t.clock.advance(step);
    const attempts = users.flatMap((user) => times(3, rightCode(t, user)));
    await meetAtDevices(t, () => t.all((process) => process.verify(t.integration, attempts)));
  }
}

/** Lets nobody write a device until all processes are about to: by then each has read and judged what the others have. For PostgreSQL. */
async function meetAtDevices(t: Processes, work: () => Promise<unknown>): Promise<void> {
  const ended = new AbortController();
  const working = await t.store.db.transaction().execute(async (tx) => {
    await sql`lock table devices in exclusive mode`.execute(tx);
    const working = work().finally(() => ended.abort());
    const isEverybodyHere = async () => {
      const query = sql<{
        waiting: number;
      }>`select count(distinct pid)::integer as waiting from pg_locks where not granted and relation = 'devices'::regclass`;
      const { rows } = await query.execute(tx);
      return (rows[0]?.waiting ?? 0) >= t.processes.length;
    };
    // They wait for two seconds, then they try again: whoever is late meets the others another time.
    const patience = AbortSignal.timeout(1500);
    while (!ended.signal.aborted && !patience.aborted && !(await isEverybodyHere()));
    return { working };
  });
  await working.working;
}

/** More wrong guesses than there are, together and one by one, and the right code behind them. */
async function sendWrongGuesses(t: Processes): Promise<void> {
  const [alice, bob] = [await enrollTotp(t, 'alice'), await enrollTotp(t, 'bob')];
  await t.all((process) => process.verify(t.integration, times(8, wrongCode(alice))));
  await t.all((process) => process.verify(t.integration, [rightCode(t, alice)]));
  for (let guess = 0; guess < 8; guess++) await t.all((process) => process.verify(t.integration, [wrongCode(bob)]));
}

/** Guesses for somebody and for nobody, until there are none left. */
async function sendStrangers(t: Processes): Promise<void> {
  const alice = await enrollTotp(t, 'alice');
  for (let guess = 0; guess < 7; guess++) {
    await t.all((process) =>
      process.verify(t.integration, [
        { ...wrongCode(alice), made: { stranger: 'wrong code' } },
        { ...wrongCode(alice), user: 'nobody', made: { stranger: 'unknown user' } },
      ]),
    );
  }
}

/** The right codes of another tenant's users, beside those of nobody and of one's own. */
async function sendAnotherTenant(t: Processes): Promise<void> {
  const caller = await t.addTenant('Other');
  const [alice, carol] = [await enrollTotp(t, 'alice'), await enrollTotp(t, 'carol', { caller })];
  const right = rightCode(t, carol);
  const stolenFrom = { tenant: caller.tenant, user: 'carol' };
  await t.all((process) =>
    process.verify(t.integration, [
      rightCode(t, alice),
      { ...right, made: { ...right.made, stolenFrom, stranger: 'foreign user' } },
      { ...right, user: 'nobody', made: { stranger: 'missing user' } },
    ]),
  );
  const [process] = t.processes;
  await process?.verify(caller.integration, [right]);
}

/**
 * A process is killed as soon as a code shows as used, by its answer or in the database; another is asked the same again. What is
 * undone must be as if it had never been, what was told must be as it was told.
 */
async function killWhileVerifying(t: Processes): Promise<void> {
  const users = await enrollMany(t, 5);
  let process = t.processes[0] ?? (await t.start());
  for (let round = 0; round < 2; round++) {
    t.clock.advance(step);
    await process.setTime(t.clock.now());
    const attempts = users.map((user) => rightCode(t, user));
    const answers = process.verify(t.integration, attempts);
    const answered = new AbortController();
    void answers.finally(() => answered.abort());
    const isUsed = async () => {
      const devices = await Promise.all(users.map(({ deviceId }) => t.engine.devices.get(t.caller, deviceId)));
      return devices.some(({ lastUsedAt }) => lastUsedAt === t.clock.now());
    };
    while (!answered.signal.aborted && !(await isUsed()));
    await t.recorder.fault('kill -9', () => process.kill());
    await answers;
    process = await t.start();
    await process.verify(t.integration, attempts);
  }
}

export const workloads: Readonly<Record<WorkloadName, Workload>> = {
  'one code at once': { policy: generous, processes: 2, run: sendOneCodeAtOnce },
  'wrong guesses': { policy: few, processes: 2, run: sendWrongGuesses },
  strangers: { policy: few, processes: 1, run: sendStrangers },
  'another tenant': { policy: generous, processes: 1, run: sendAnotherTenant },
  killed: { policy: generous, processes: 1, run: killWhileVerifying },
};
