import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestEngine, integrationCaller, type TestEngine } from '../testing/index.ts';
import type { Caller } from './index.ts';

let t: TestEngine;
let admin: Caller;
beforeAll(async () => {
  t = await createTestEngine();
  admin = { ...t.system, tenant: t.tenant, actor: { type: 'administrator', id: 'adm_1' } };
});
afterAll(() => t.close());

async function otherIntegration(caller: Caller, name: string) {
  return (await t.engine.integrations.create(caller, { name })).integration;
}

describe('the key that an integration and the server share', () => {
  test('is the same at every time, and another one for each integration, purpose and generation', async () => {
    const { sharedKeys } = t.engine;
    const other = await otherIntegration(admin, 'Other');
    const keys = [
      sharedKeys.derive(t.integration, 'wsapi', 1),
      sharedKeys.derive(t.integration, 'wsapi', 2),
      sharedKeys.derive(t.integration, 'else', 1),
      sharedKeys.derive(other, 'wsapi', 1),
    ].map((key) => Buffer.from(key).toString('hex'));
    expect(new Set(keys).size).toBe(4);
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(Buffer.from(sharedKeys.derive(t.integration, 'wsapi', 1)).toString('hex')).toBe(keys[0]);
  });

  test('is shown to an administrator of its tenant, who leaves a trace without it', async () => {
    const { number, key } = await t.engine.sharedKeys.read(admin, t.integration.id, 'wsapi', 1);
    expect(key).toEqual(t.engine.sharedKeys.derive(t.integration, 'wsapi', 1));
    expect((await t.engine.sharedKeys.read(admin, t.integration.id, 'wsapi', 1)).number).toBe(number);
    const { items } = await t.engine.audit.query(admin, { event: 'integration.shared-key-read', limit: 1 });
    expect(items).toMatchObject([{ objectId: t.integration.id, detail: { purpose: 'wsapi', generation: 1 } }]);
    expect(JSON.stringify(items)).not.toContain(Buffer.from(key).toString('base64').slice(0, 20));
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Elsewhere' });
    await expect(
      t.engine.sharedKeys.read({ ...admin, tenant: tenant.id }, t.integration.id, 'wsapi', 1),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('the number of an integration', () => {
  test('leads to it while it and its tenant are active', async () => {
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Numbered' });
    const caller: Caller = { ...admin, tenant: tenant.id };
    const made = await otherIntegration(caller, 'Numbered');
    const { number } = await t.engine.sharedKeys.read(caller, made.id, 'wsapi', 1);
    const find = async () => (await t.engine.sharedKeys.findIntegration(number))?.id;
    expect(await find()).toBe(made.id);
    await t.engine.integrations.update(caller, made.id, { active: false });
    expect(await find()).toBeUndefined();
    await t.engine.integrations.update(caller, made.id, { active: true });
    expect(await find()).toBe(made.id);
    await t.engine.tenants.setActive(t.system, tenant.id, false);
    expect(await find()).toBeUndefined();
    const [user = 0] = await t.engine.numbers.assign(admin, 'user', ['usr_1']);
    for (const none of [user, 0, -1, 1.5, 2 ** 60, Number.NaN])
      expect(await t.engine.sharedKeys.findIntegration(none)).toBeUndefined();
  });
});

test('a nonce is spent once of fifty at the same time, and is another one at another integration or door', async () => {
  const { sharedKeys } = t.engine;
  const until = t.clock.now() + 60_000;
  const spend = () => sharedKeys.spendNonce(t.caller, 'nonce', until);
  const told = await Promise.all(Array.from({ length: 50 }, spend));
  expect(told.filter((first) => first)).toHaveLength(1);
  expect(await spend()).toBe(false);
  const other = await otherIntegration(admin, 'Nonces');
  expect(await sharedKeys.spendNonce(integrationCaller(other), 'nonce', until)).toBe(true);
  expect(await sharedKeys.spendNonce({ ...t.caller, door: 'else' }, 'nonce', until)).toBe(true);
  t.clock.advance(60_001);
  await t.engine.sweep();
  expect(await spend()).toBe(true);
});

test('a replay is told to those who ask, and to nobody else', async () => {
  const options = { publicId: 'cccccccccccb', privateId: '8792ebfe26cc', aesKey: 'ecde18dbe76fbd0c33330f1c354871db' };
  await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'yubikey', options }] });
  const ask = (code: string, tellReplayed?: boolean) =>
    t.engine.verify(t.caller, {
      user: 'alice',
      answer: { code },
      ...(tellReplayed === undefined ? {} : { tellReplayed }),
    });
  const otp = 'cccccccccccbctbfivcitdtjiglhdfdfnvcdrneukbhg';
  expect((await ask(otp)).accepted).toBe(true);
  expect(await ask(otp)).toEqual({ accepted: false });
  expect(await ask(otp, true)).toEqual({ accepted: false, replayed: true });
  expect(await ask(`${otp.slice(0, -1)}c`, true)).toEqual({ accepted: false });
  expect(await ask('123456', true)).toEqual({ accepted: false });
});
