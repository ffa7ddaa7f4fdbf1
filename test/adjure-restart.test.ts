import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KyselyPlugin } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { platformTenant } from '../src/core/ids.ts';
import { systemRandom } from '../src/core/random.ts';
import { createKeyFile, keyRing } from '../src/crypto/index.ts';
import { adjureDoor } from '../src/doors/adjure/index.ts';
import { type Caller, createEngine } from '../src/engine/index.ts';
import { openStore } from '../src/store/index.ts';

let folder: string;
let url: string;
let token: string;
let running: { stop(): Promise<void> }[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-restart-'));
  url = `sqlite:${join(folder, 'countersign.db')}`;
  token = '';
  running = [];
});
afterEach(async () => {
  for (const installation of running) await installation.stop();
  rmSync(folder, { recursive: true });
});

const keys = keyRing(createKeyFile(systemRandom, Date.now()));
const noDelivery = { deliver: async () => undefined, close: async () => undefined };

/** Starts the door on the database file as a process would; the first one makes the integration. */
async function start(plugins: KyselyPlugin[] = []) {
  const store = await openStore({ url, plugins });
  await store.migrate();
  const engine = await createEngine({
    store,
    delivery: noDelivery,
    keys: { ring: () => keys, refresh: () => undefined },
  });
  if (token === '') {
    const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
    const { tenant } = await engine.tenants.create(system, { name: 'Default' });
    const options = { name: 'Adjure', doors: { adjure: {} } };
    ({ token } = await engine.integrations.create({ ...system, tenant: tenant.id }, options));
  }
  const { app } = adjureDoor({ engine });
  const ask = (path: string, init: RequestInit = {}) =>
    app.request(path, { headers: { 'x-integration-token': token }, ...init }, { source: '192.0.2.1', secure: true });
  const post = async (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) });
  running.push({
    stop: async () => {
      await engine.close();
      await store.close();
    },
  });
  return {
    ask,
    post,
    provision: async () => {
      const answer = await post('/user/provision', { user_id: '123' });
      return ((await answer.json()) as { recovery_codes: string[] }).recovery_codes;
    },
    recover: async (code: string) =>
      (await post('/user/recovery/authenticate', { user_id: '123', recovery_code: code })).status,
  };
}

test('ADJ-32, ADJ-33: after a crash a used recovery code stays used and the others still work', async () => {
  const before = await start();
  const [first = '', second = '', third = ''] = await before.provision();
  expect(await before.recover(first)).toBe(200);

  // Nothing is closed: what counts is what was committed when the answer was given.
  const after = await start();
  expect(await after.recover(first)).toBe(400);
  expect(await after.recover(second)).toBe(200);
  expect(await before.recover(second)).toBe(400);
  expect(await before.recover(third)).toBe(200);
});

test('ADJ-28: after a crash an accepted code of the authenticator app stays spent', async () => {
  const before = await start();
  await before.provision();
  const { code } = (await (await before.ask('/user/auth_code?user_id=123')).json()) as { code: string };
  const body = { user_id: '123', auth_code: code };
  expect((await before.post('/user/authenticate', body)).status).toBe(200);
  const after = await start();
  expect((await after.post('/user/authenticate', body)).status).toBe(400);
});

test('ADJ-36: after a crash regenerated codes are the ones that count', async () => {
  const before = await start();
  const [old = ''] = await before.provision();
  const answer = await before.post('/user/recovery/regenerate', { user_id: '123' });
  const [fresh = ''] = ((await answer.json()) as { recovery_codes: string[] }).recovery_codes;
  const after = await start();
  expect(await after.recover(old)).toBe(400);
  expect(await after.recover(fresh)).toBe(200);
});

test('ADJ-38: of 20 uses of one recovery code over two nodes exactly one succeeds', async () => {
  const [one, other] = [await start(), await start()];
  const [code = ''] = await one.provision();
  const uses = Array.from({ length: 10 }, () => [one.recover(code), other.recover(code)]);
  const statuses = await Promise.all(uses.flat());
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
});

test('ADJ-49: while the database fails, every answer is 503 in the envelope; after that all is well', async () => {
  let failing = false;
  const node = await start([
    {
      transformQuery({ node }) {
        if (failing) throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
        return node;
      },
      transformResult: async ({ result }) => result,
    },
  ]);
  const [code = ''] = await node.provision();
  failing = true;
  for (const answer of [
    await node.ask('/healthcheck'),
    await node.ask('/user/auth_code?user_id=123'),
    await node.ask('/user/qrcode?issuer=a&username=b&user_id=123'),
    await node.post('/user/provision', { user_id: '124' }),
    await node.post('/user/authenticate', { user_id: '123', auth_code: '123456' }),
    await node.post('/user/recovery/authenticate', { user_id: '123', recovery_code: code }),
    await node.post('/user/recovery/regenerate', { user_id: '123' }),
  ]) {
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ error_code: 'UNAVAILABLE', error_message: expect.any(String) });
  }
  failing = false;
  expect((await node.ask('/healthcheck')).status).toBe(200);
  expect(await node.recover(code)).toBe(200);
});
