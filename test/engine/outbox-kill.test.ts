// A message whose sender is killed is sent by whoever is left: once more at most, with the same code under the same id (DLV-03, REL-01).
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { platformTenant } from '../../src/core/ids.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, keyRing, saveKeyFile } from '../../src/crypto/index.ts';
import { type Caller, createEngine, type Engine, type IntegrationCaller } from '../../src/engine/index.ts';
import { openStore, type Store } from '../../src/store/index.ts';
import { integrationCaller, virtualClock } from '../../src/testing/index.ts';
import { repository } from '../house/source-files.ts';

interface Sent {
  id: string;
  to: string;
  values: Record<string, string>;
}

const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
const folders: string[] = [];

beforeAll(() => {
  execFileSync(process.execPath, [join(repository, 'scripts', 'build.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
});
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** An installation with a user who has a mail address, and what its processes have sent. */
async function installation() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-outbox-'));
  folders.push(folder);
  const clock = virtualClock();
  const keyFile = createKeyFile(systemRandom, clock.now());
  const ring = keyRing(keyFile);
  saveKeyFile(join(folder, 'keys.json'), keyFile);
  const database = join(folder, 'countersign.db');
  const sent: Sent[] = [];
  const delivery = {
    deliver: async ({ to, values }: OutgoingMessage, { id }: { id: string }) => void sent.push({ id, to, values }),
    close: async () => undefined,
  };

  async function withEngine<T>(work: (engine: Engine, store: Store) => Promise<T>): Promise<T> {
    const store = await openStore({ url: `sqlite:${database}` });
    try {
      await store.migrate();
      const engine = await createEngine({
        store,
        clock,
        keys: { ring: () => ring, refresh: () => undefined },
        delivery,
      });
      const result = await work(engine, store);
      await engine.close();
      return result;
    } finally {
      await store.close();
    }
  }

  const caller = await withEngine(async (engine): Promise<IntegrationCaller> => {
    const { tenant } = await engine.tenants.create(system, { name: 'Example' });
    const { integration } = await engine.integrations.create({ ...system, tenant: tenant.id }, { name: 'Example' });
    const caller = integrationCaller(integration);
    const devices = [{ kind: 'email', options: { address: 'alice@example.org' } }];
    await engine.devices.provision(caller, { user: 'alice', devices });
    return caller;
  });

  /** Issues a challenge by a process that is killed while it sends the code; answers what the next hop had got by then. */
  async function issueAndKill(moment: 'before' | 'after'): Promise<Sent[]> {
    const file = join(folder, 'sent.jsonl');
    const script = join(repository, 'test', 'engine', 'send-until-killed.mjs');
    const user = JSON.stringify({ tenant: caller.tenant });
    const args = [script, repository, database, join(folder, 'keys.json'), caller.integration.id, user];
    const child = spawn(process.execPath, [...args, String(clock.now()), file, moment], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Sent);
  }

  return { clock, caller, sent, withEngine, issueAndKill };
}

test('a code that was committed and not sent is sent by the next process, once, and is good (DLV-03, REL-01)', async () => {
  const { clock, caller, sent, withEngine, issueAndKill } = await installation();
  expect(await issueAndKill('before')).toEqual([]);
  await withEngine(async (engine) => {
    const { items } = await engine.challenges.list(caller);
    expect(items).toMatchObject([{ state: 'pending' }]);
    // It may still be under way: nobody else touches it before its time is over.
    expect(await engine.outbox.work()).toMatchObject({ sent: 0 });
    clock.advance(60_000);
    expect(await engine.outbox.work()).toMatchObject({ sent: 1 });
    expect(await engine.outbox.work()).toMatchObject({ sent: 0 });
    expect(sent).toMatchObject([{ to: 'alice@example.org' }]);
    const code = sent[0]?.values['code'] ?? '';
    const { outcome } = await engine.challenges.answer(caller, items[0]?.id ?? '', { code });
    expect(outcome.accepted).toBe(true);
  });
});

test('a code that was sent and not marked so comes again as it was: the same id, the same code (DLV-03)', async () => {
  const { clock, caller, sent, withEngine, issueAndKill } = await installation();
  const [first] = await issueAndKill('after');
  expect(first).toMatchObject({ to: 'alice@example.org' });
  await withEngine(async (engine, store) => {
    clock.advance(60_000);
    await engine.outbox.work();
    expect(sent).toEqual([first]);
    clock.advance(3_600_000);
    await engine.outbox.work();
    expect(sent).toHaveLength(1);
    const { items } = await engine.challenges.list(caller);
    expect(items).toHaveLength(1);
    const rows = await store.read((db) => db.selectFrom('outbox').selectAll().execute());
    expect(rows).toMatchObject([{ state: 'sent', message: null, attempts: 2 }]);
  });
});

test('a code that has been used before its time to be sent again came is not sent again', async () => {
  const { clock, caller, sent, withEngine, issueAndKill } = await installation();
  const [first] = await issueAndKill('after');
  await withEngine(async (engine) => {
    const { items } = await engine.challenges.list(caller);
    const code = first?.values['code'] ?? '';
    const { outcome } = await engine.challenges.answer(caller, items[0]?.id ?? '', { code });
    expect(outcome.accepted).toBe(true);
    clock.advance(60_000);
    expect(await engine.outbox.work()).toEqual({ sent: 0, postponed: 0, failed: 0, void: 1 });
    expect(sent).toEqual([]);
  });
});
