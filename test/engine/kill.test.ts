// What a process has acknowledged before `kill -9` holds: it is never accepted again, and it is in the trail (I1, I2, REL-01).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditRow, verifyAudit } from '../../src/audit/index.ts';
import { platformTenant } from '../../src/core/ids.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, type KeyRing, keyRing, saveKeyFile } from '../../src/crypto/index.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller } from '../../src/engine/index.ts';
import { decodeBase32, totp } from '../../src/otp/index.ts';
import { openStore } from '../../src/store/index.ts';
import { integrationCaller, virtualClock } from '../../src/testing/index.ts';
import { repository } from '../house/source-files.ts';

interface Acknowledged {
  user: string;
  code: string;
  time: number;
  auditId: string;
}

const rounds = 5;
const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
const clock = virtualClock();

let folder: string;
let ring: KeyRing;
let integrationId: string;
let usersJson: string;

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
    const users = [];
    for (let index = 0; index < 40; index++) {
      const options = { user: `user ${index}`, devices: [{ kind: 'totp' }] };
      const { devices } = await engine.devices.provision(integrationCaller(integration), options);
      users.push({ user: options.user, secret: devices[0]?.shown?.['secret'] });
    }
    integrationId = integration.id;
    usersJson = JSON.stringify({ tenant: tenant.id, users });
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a process that verifies until it is killed; resolves when it has acknowledged something. */
async function startVerifying(): Promise<{ kill(): Promise<Acknowledged[]> }> {
  const script = join(repository, 'test', 'engine', 'verify-until-killed.mjs');
  const files = [join(folder, 'countersign.db'), join(folder, 'keys.json')];
  const args = [script, repository, ...files, integrationId, usersJson, String(clock.now())];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
      const lines = output.split('\n');
      lines.pop(); // what stands behind the last line end was never said whole
      return lines.map((line) => JSON.parse(line) as Acknowledged);
    },
  };
}

async function findCaller(engine: Engine): Promise<IntegrationCaller> {
  const { tenant } = JSON.parse(usersJson) as { tenant: Caller['tenant'] };
  return integrationCaller(await engine.integrations.get({ ...system, tenant }, integrationId));
}

test('what was acknowledged before kill -9 is refused afterwards, and the trail holds it (I1, I2, REL-01)', async () => {
  const everything: Acknowledged[] = [];
  for (let round = 0; round < rounds; round++) {
    const verifying = await startVerifying();
    await sleep(5 + Math.random() * 150);
    const acknowledged = await verifying.kill();
    expect(acknowledged.length).toBeGreaterThan(0);
    everything.push(...acknowledged);
    await withEngine(async (engine) => {
      const caller = await findCaller(engine);
      // Each code at the time when it was good: only that it was used can be against it.
      for (const { user, code, time } of acknowledged) {
        clock.set(time);
        expect(await engine.verify(caller, { user, answer: { code } })).toEqual({ accepted: false });
      }
      clock.set(Math.max(...acknowledged.map(({ time }) => time)) + 120_000);
    });
  }
  expect(new Set(everything.map(({ user, code, time }) => `${user} ${code} ${time}`)).size).toBe(everything.length);

  await withEngine(async (engine) => {
    await engine.audit.signHeads();
    const heads = await engine.audit.heads(system);
    const rows: AuditRow[] = [];
    for await (const row of engine.audit.export(system)) rows.push(row);
    expect(await verifyAudit(rows, heads, engine.audit.publicKey())).toMatchObject({ intact: true, rows: rows.length });
    const accepted = new Set(rows.filter((row) => row.outcome === 'accepted').map((row) => row.id));
    expect(everything.filter(({ auditId }) => !accepted.has(auditId))).toEqual([]);
    const replayed = rows.filter((row) => row.event === 'verify.answered' && row.reason === 'replayed');
    expect(replayed).toHaveLength(everything.length);
  });
});

test('of two processes that verify the same codes at the same time one is told yes (I1, OTP-03)', async () => {
  const users = (JSON.parse(usersJson) as { users: { user: string; secret: string }[] }).users;
  await withEngine(async (engine) => {
    const caller = await findCaller(engine);
    const start = clock.now();
    const verifying = await startVerifying();
    const here = new Set<string>();
    // The other has a start of one step; soon both are at the same.
    for (let turn = 0; turn < 20; turn++) {
      const time = start + turn * 30_000;
      clock.set(time);
      await Promise.all(
        users.map(async ({ user, secret }) => {
          const code = totp({ secret: decodeBase32(secret), time });
          const outcome = await engine.verify(caller, { user, answer: { code } });
          if (outcome.accepted) here.add(`${user} ${time}`);
        }),
      );
    }
    const there = (await verifying.kill()).map(({ user, time }) => `${user} ${time}`);
    expect(there.length).toBeGreaterThan(0);
    expect(there.filter((accepted) => here.has(accepted))).toEqual([]);
    clock.advance(3_600_000);
  });
});
