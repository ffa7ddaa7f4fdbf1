import type { Invariant } from './history.ts';
import type { WorkloadName } from './workloads.fixture.ts';

/** One way to get it wrong: one change to one file of the build, and what has to find it. */
export interface BrokenBuild {
  name: string;
  /** In the build; when the sources have moved, the place to mend is here. */
  file: string;
  find: string;
  replace: string;
  workload: WorkloadName;
  caughtBy: Invariant;
}

/** So long that whoever is killed meanwhile has not done what it waits with. */
const aMoment = 300;

export const brokenBuilds: readonly BrokenBuild[] = [
  {
    name: 'reads, then writes: an answer is accepted whatever has become of the device since it was read',
    file: 'store/tables/devices.js',
    find: `\n        .whereRef('devices.version', '=', 'next.expected_version')`,
    replace: '',
    workload: 'one code at once',
    caughtBy: 'I1',
  },
  {
    name: 'judges from devices in the memory of the process, not from those in the store',
    file: 'engine/batch-devices.js',
    find: `const current = (read) => changed.get(read.id)?.now ?? read;`,
    replace: `const memory = (globalThis.devicesInMemory ??= new Map());
    const remember = (read) => memory.get(read.id) ?? (memory.set(read.id, read), read);
    const current = (read) => changed.get(read.id)?.now ?? { ...remember(read), version: read.version };`,
    workload: 'one code at once',
    caughtBy: 'I1',
  },
  {
    name: 'gives a wrong guess back with the request that it came in',
    file: 'engine/verify.js',
    find: `devices.supersede(caller.tenant, found?.devices ?? []);`,
    replace: `accounts.refund(place); devices.supersede(caller.tenant, found?.devices ?? []);`,
    workload: 'wrong guesses',
    caughtBy: 'I3',
  },
  {
    name: 'tells who asks for a user that there is none',
    file: 'engine/verify.js',
    find: `const asked = answerableDevices(parts, caller, found, options);`,
    replace: `if (user === undefined) return { refused: Object.assign(new Error('no such user'), { name: 'CountersignError', code: 'not_found' }) };
    const asked = answerableDevices(parts, caller, found, options);`,
    workload: 'strangers',
    caughtBy: 'I4',
  },
  {
    name: 'looks users up by their names, in all tenants',
    file: 'store/tables/users-with-devices.js',
    find: `
            .onRef('users.tenant_id', '=', 'wanted.tenant_id')
            .onRef('users.realm_id', '=', 'wanted.realm_id')`,
    replace: '',
    workload: 'another tenant',
    caughtBy: 'I5',
  },
  {
    name: 'says yes before the commit',
    file: 'store/open-store.js',
    find: `return await db.transaction().execute((tx) => work(tx));`,
    replace: `return await new Promise((resolve, reject) => {
                    const early = async (tx) => {
                        const value = await work(tx);
                        resolve(value);
                        await sleep(${aMoment});
                    };
                    db.transaction().execute(early).catch(reject);
                });`,
    workload: 'killed',
    caughtBy: 'I2',
  },
  {
    name: 'writes the row of the trail behind the transaction, not in it',
    file: 'engine/ledger.js',
    find: `await insertAuditRows(db, rows);`,
    replace: `setTimeout(() => insertAuditRows(store.db, rows).catch(() => undefined), ${aMoment});`,
    workload: 'killed',
    caughtBy: 'I2',
  },
  {
    name: 'uses the code up before the transaction that accepts it',
    file: 'engine/verify.js',
    find: `devices.write(tx.db)`,
    replace: `devices.write(parts.store.db).then((written) => new Promise((resolve) => setTimeout(resolve, ${aMoment}, written)))`,
    workload: 'killed',
    caughtBy: 'I8',
  },
];
