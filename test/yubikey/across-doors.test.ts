// One key, several nodes on one database, and every door at which an OTP can be given.
import { expect, onTestFinished, test } from 'vitest';
import { restDoor } from '../../src/doors/rest/index.ts';
import { wsapiDoor } from '../../src/doors/wsapi/index.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import type { Caller, Engine } from '../../src/engine/index.ts';
import { parseYubicoResponse, signYubico } from '../../src/otp/index.ts';
import { integrationCaller } from '../../src/testing/index.ts';
import { generatedKey } from './served-wsapi.fixture.ts';

const origin = { source: '127.0.0.1', secure: true };

async function openNodes(count: number) {
  const t = await openFileEngines({ policy: { guesses: { perUser: 1000, consecutive: 1000, perSource: 1000 } } });
  const admin: Caller = { ...t.caller, actor: { type: 'administrator', id: 'adm_1' } };
  const integration = await t.engine.integrations.update(admin, t.caller.integration.id, {
    doors: { rest: {}, wsapi: {} },
  });
  const { number, key } = await t.engine.sharedKeys.read(admin, integration.id, 'wsapi', 1);
  const engines: Engine[] = [t.engine];
  while (engines.length < count) engines.push((await t.open()).engine);
  onTestFinished(() => t.engine.close());
  let nonces = 0;

  const nodes = engines.map((engine) => {
    const rest = restDoor({ engine, version: '0.0.0', report: () => undefined }).app;
    const wsapi = wsapiDoor({ engine, clock: t.clock }).app;
    const headers = { Authorization: `Bearer ${t.token}`, 'Content-Type': 'application/json' };
    const post = async (path: string, body: object) => {
      const response = await rest.request(path, { method: 'POST', headers, body: JSON.stringify(body) }, origin);
      return (await response.json()) as { id?: string; accepted?: boolean };
    };
    return {
      byVerify: async (code: string) => (await post('/v1/verify', { user: 'alice', code })).accepted === true,
      byChallenge: async (code: string) => {
        const { id = '' } = await post('/v1/challenges', { user: 'alice' });
        return (await post(`/v1/challenges/${id}/answer`, { code })).accepted === true;
      },
      byProtocol: async (otp: string) => {
        const parameters = { id: String(number), nonce: `nonce${String(nonces++).padStart(15, '0')}`, otp };
        const query = new URLSearchParams({ ...parameters, h: signYubico(parameters, key) }).toString();
        const response = await wsapi.request(`/wsapi/2.0/verify?${query}`, {}, origin);
        return parseYubicoResponse(await response.text())?.status === 'OK';
      },
    };
  });
  return { ...t, caller: integrationCaller(integration), nodes };
}

test('an OTP that is given to three nodes at every door at once is accepted once, and later by none (YUB-02)', async () => {
  const t = await openNodes(3);
  const key = generatedKey();
  await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'yubikey', options: key.options }] });
  for (let use = 0; use < 3; use++) {
    const otp = await key.touch(1, use);
    const ways = t.nodes.flatMap(({ byVerify, byChallenge, byProtocol }) => [byVerify, byProtocol, byChallenge]);
    const told = await Promise.all([...ways, ...ways].map((way) => way(otp)));
    expect(told.filter((accepted) => accepted)).toHaveLength(1);
    for (const way of ways) expect(await way(otp)).toBe(false);
  }
});

test('an OTP that was kept back is dead at every door when a later one was accepted at another (YUB-03)', async () => {
  const t = await openNodes(2);
  const key = generatedKey();
  await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'yubikey', options: key.options }] });
  const kept = await key.touch(1, 0);
  const [first, second] = t.nodes;
  expect(await first?.byProtocol(await key.touch(1, 1))).toBe(true);
  for (const way of [second?.byVerify, second?.byProtocol, first?.byChallenge]) expect(await way?.(kept)).toBe(false);
  expect(await second?.byVerify(await key.touch(1, 2))).toBe(true);
});

test('the same public id in two tenants is two devices, in one tenant it is one (YUB-11)', async () => {
  const t = await openNodes(1);
  const key = generatedKey();
  const devices = [{ kind: 'yubikey', options: key.options }];
  await t.engine.devices.provision(t.caller, { user: 'alice', devices });
  for (const user of ['alice', 'bob'])
    await expect(t.engine.devices.provision(t.caller, { user, devices })).rejects.toMatchObject({
      code: 'already_exists',
    });
  const { tenant } = await t.engine.tenants.create(t.system, { name: 'Elsewhere' });
  const { integration } = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name: 'Other' });
  const other = integrationCaller(integration);
  await t.engine.devices.provision(other, { user: 'alice', devices });
  const otp = await key.touch(1, 0);
  const verify = (caller: typeof other) => t.engine.verify(caller, { user: 'alice', answer: { code: otp } });
  expect((await verify(t.caller)).accepted).toBe(true);
  expect((await verify(t.caller)).accepted).toBe(false);
  // Who has the key registered at two organisations has two counters, as with any two servers that know its AES key.
  expect((await verify(other)).accepted).toBe(true);
  expect((await verify(other)).accepted).toBe(false);
});
