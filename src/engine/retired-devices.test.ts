import { describe, expect, test } from 'vitest';
import { encodeYubikeyOtp } from '../otp/index.ts';
import { openTestEngine } from './enrolled.fixture.ts';

const options = { publicId: 'cccccccccccb', privateId: '8792ebfe26cc', aesKey: 'ecde18dbe76fbd0c33330f1c354871db' };

function touch(usageCounter: number, sessionUse: number): string {
  const { publicId, aesKey } = options;
  const privateId = Buffer.from(options.privateId, 'hex');
  const said = { usageCounter, sessionUse, timestamp: 0, random: 7, capsLock: false };
  return encodeYubikeyOtp({ publicId, privateId, ...said }, Buffer.from(aesKey, 'hex'));
}

async function openYubikeys() {
  const t = await openTestEngine();
  const give = async (user: string) => {
    const made = await t.engine.devices.provision(t.caller, { user, devices: [{ kind: 'yubikey', options }] });
    return { userId: made.user.id, deviceId: made.devices[0]?.device.id ?? '' };
  };
  const accepts = async (user: string, code: string) =>
    (await t.engine.verify(t.caller, { user, answer: { code } })).accepted;
  return { ...t, give, accepts };
}

describe('a key that was removed and comes back', () => {
  test('goes on where it had stopped, with its old owner and with a new one (YUB-11)', async () => {
    const t = await openYubikeys();
    const first = await t.give('alice');
    expect(await t.accepts('alice', touch(5, 3))).toBe(true);
    await t.engine.devices.remove(t.caller, first.deviceId);
    const second = await t.give('alice');
    for (const old of [touch(5, 3), touch(5, 2), touch(1, 0)]) expect(await t.accepts('alice', old)).toBe(false);
    expect(await t.accepts('alice', touch(5, 4))).toBe(true);
    await t.engine.devices.remove(t.caller, second.deviceId);
    await t.give('bob');
    expect(await t.accepts('bob', touch(5, 4))).toBe(false);
    expect(await t.accepts('bob', touch(6, 0))).toBe(true);
  });

  test('does so when its owner himself was removed, and when it was never used in between (YUB-11)', async () => {
    const t = await openYubikeys();
    const { userId } = await t.give('alice');
    expect(await t.accepts('alice', touch(5, 3))).toBe(true);
    await t.engine.users.remove(t.caller, userId);
    const unused = await t.give('alice');
    await t.engine.devices.remove(t.caller, unused.deviceId);
    const { deviceId } = await t.give('bob');
    expect(await t.accepts('bob', touch(5, 3))).toBe(false);
    expect((await t.engine.devices.get(t.caller, deviceId)).public).toMatchObject({ usageCounter: 5, sessionUse: 3 });
  });

  test('begins anew in another tenant, which knows nothing of it', async () => {
    const t = await openYubikeys();
    const { deviceId } = await t.give('alice');
    expect(await t.accepts('alice', touch(5, 3))).toBe(true);
    await t.engine.devices.remove(t.caller, deviceId);
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Elsewhere' });
    const { integration } = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name: 'Other' });
    const other = { ...t.caller, tenant: tenant.id, integration };
    await t.engine.devices.provision(other, { user: 'alice', devices: [{ kind: 'yubikey', options }] });
    expect((await t.engine.verify(other, { user: 'alice', answer: { code: touch(1, 0) } })).accepted).toBe(true);
  });

  test('is not set back by an answer that is accepted while it is being removed', async () => {
    const t = await openYubikeys();
    for (let round = 1; round <= 10; round++) {
      const { deviceId } = await t.give('alice');
      const [accepted] = await Promise.all([
        t.accepts('alice', touch(round, 0)),
        t.engine.devices.remove(t.caller, deviceId),
      ]);
      const { deviceId: again } = await t.give('alice');
      const known = (await t.engine.devices.get(t.caller, again)).public['usageCounter'] ?? 0;
      expect(known === round).toBe(accepted);
      expect(await t.accepts('alice', touch(round, 0))).toBe(!accepted);
      await t.engine.devices.remove(t.caller, again);
    }
  });
});
