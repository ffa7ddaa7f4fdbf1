// What a process has acknowledged before `kill -9` holds: it is never accepted again, and it is in the trail (I1, I2, REL-01).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platformTenant } from '../../src/core/ids.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, type KeyRing, keyRing, saveKeyFile } from '../../src/crypto/index.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller } from '../../src/engine/index.ts';
import { decodeBase32, totp, totpStep } from '../../src/otp/index.ts';
import { openStore } from '../../src/store/index.ts';
import { integrationCaller, virtualClock } from '../../src/testing/index.ts';
import { checkHistory } from '../history/check-history.ts';
import { hearOutcome } from '../history/heard.ts';
import type { Call } from '../history/history.ts';
import { readTrail } from '../history/read-trail.ts';
import { createRecorder, readJsonLines, type Recorder } from '../history/record.ts';
import { repository } from '../house/source-files.ts';

interface Person {
  user: string;
  secret: string;
}

const rounds = 5;
const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
const clock = virtualClock();

let folder: string;
let ring: KeyRing;
let integrationId: string;
let users: Person[];
let usersJson: string;
/** Of everything that happens to the database of this file. */
let recorder: Recorder;

/** Opens the database in this process for as long as `work` takes. */
async function withEngine<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
  const store = await openStore({ url: `sqlite:${join(folder, 'countersign.db')}` });
  try {
    await store.migrate();
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check`.execute(store.db);
    expect(rows).toEqual([{ integrity_check: 'ok' }]);
    const delivery = { deliver: async () => undefined, close: async () => undefined };
    const engine = await createEngine({ store, clock, keys: { ring: () => ring, refresh: () => undefined }, delivery });
    const result = await work(engine);
    await engine.close();
    return result;
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  recorder = createRecorder();
  folder = mkdtempSync(join(tmpdir(), 'countersign-kill-'));
  execFileSync(process.execPath, [join(repository, 'scripts', 'build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const keyFile = createKeyFile(systemRandom, clock.now());
  ring = keyRing(keyFile);
  saveKeyFile(join(folder, 'keys.json'), keyFile);
  await withEngine(async (engine) => {
    const { tenant } = await engine.tenants.create(system, { name: 'Example' });
    const policy = { guesses: { perUser: 1000, consecutive: 1000, windowSeconds: 1 } };
    const { integration } = await engine.integrations.create(
      { ...system, tenant: tenant.id },
      { name: 'Example', policy },
    );
    users = [];
    for (let index = 0; index < 40; index++) {
      const options = { user: `user ${index}`, devices: [{ kind: 'totp' }] };
      const { devices } = await engine.devices.provision(integrationCaller(integration), options);
      users.push({ user: options.user, secret: devices[0]?.shown?.['secret'] as string });
    }
    integrationId = integration.id;
    usersJson = JSON.stringify({ tenant: tenant.id, users });
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a process that verifies until it is killed; resolves when it has acknowledged something. */
async function startVerifying(): Promise<{ kill(): Promise<Call[]> }> {
  const script = join(repository, 'test', 'engine', 'verify-until-killed.mjs');
  const files = [join(folder, 'countersign.db'), join(folder, 'keys.json')];
  const history = join(mkdtempSync(join(folder, 'child-')), 'history.jsonl');
  const args = [script, repository, ...files, integrationId, usersJson, String(clock.now()), history];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  return {
    kill: async () => {
      await recorder.fault('kill -9', async () => {
        child.kill('SIGKILL');
        expect(await ended).toEqual([null, 'SIGKILL']);
      });
      const calls = readJsonLines(readFileSync(history, 'utf8')).filter((event) => event.event === 'call');
      for (const call of calls) recorder.record(call);
      return calls;
    },
  };
}

async function findCaller(engine: Engine): Promise<IntegrationCaller> {
  const { tenant } = JSON.parse(usersJson) as { tenant: Caller['tenant'] };
  return integrationCaller(await engine.integrations.get({ ...system, tenant }, integrationId));
}

/** The code of a time step, at a time when it is good: only that it was used can be against it. */
async function submit(engine: Engine, { user, secret }: Person, step: number): Promise<Call> {
  const caller = await findCaller(engine);
  const time = step * 30_000;
  clock.set(time);
  const made = { credential: `app of ${user}`, value: step };
  return recorder.call(
    { node: 'here', door: 'test', action: 'verify', tenant: caller.tenant, user, ...made },
    () => engine.verify(caller, { user, answer: { code: totp({ secret: decodeBase32(secret), time }) } }),
    hearOutcome,
  );
}

const personOf = (call: Call): Person => users.find(({ user }) => user === call.user) ?? expect.fail(`no ${call.user}`);
const acceptedOf = (calls: readonly Call[]) => calls.filter(({ told }) => told === 'accepted');

test('what was acknowledged before kill -9 is refused afterwards, and the trail holds it (I1, I2, I8, REL-01)', async () => {
  let acknowledged = 0;
  for (let round = 0; round < rounds; round++) {
    const verifying = await startVerifying();
    await sleep(5 + Math.random() * 150);
    const calls = await verifying.kill();
    expect(acceptedOf(calls).length).toBeGreaterThan(0);
    acknowledged += acceptedOf(calls).length;
    await withEngine(async (engine) => {
      for (const call of acceptedOf(calls)) {
        expect(await submit(engine, personOf(call), call.value ?? 0)).toMatchObject({ told: 'refused' });
      }
      // What it was asked last has either been done, with a row, or can still be used.
      for (const call of calls.filter(({ told }) => told === 'lost')) {
        await submit(engine, personOf(call), call.value ?? 0);
      }
      clock.set(Math.max(...calls.map(({ value }) => value ?? 0)) * 30_000 + 120_000);
    });
  }

  await withEngine(async (engine) => {
    const trail = await readTrail(engine, system);
    expect(checkHistory({ history: recorder.events, ...trail })).toEqual([]);
    const replayed = trail.trail.filter((row) => row.event === 'verify.answered' && row.reason === 'replayed');
    expect(replayed.length).toBeGreaterThanOrEqual(acknowledged);
  });
});

test('of two processes that verify the same codes at the same time one is told yes (I1, OTP-03)', async () => {
  await withEngine(async (engine) => {
    const start = clock.now();
    const verifying = await startVerifying();
    // The other has a start of one step; soon both are at the same.
    for (let turn = 0; turn < 20; turn++) {
      const step = totpStep(start) + turn;
      await Promise.all(users.map((person) => submit(engine, person, step)));
    }
    const there = await verifying.kill();
    expect(acceptedOf(there).length).toBeGreaterThan(0);
    clock.advance(3_600_000);
    expect(checkHistory({ history: recorder.events, ...(await readTrail(engine, system)) })).toEqual([]);
  });
});
