import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { systemRandom } from '../core/random.ts';
import { keyRing, retireSealingKey } from '../crypto/index.ts';
import type { Store } from '../store/index.ts';
import { integrationCaller } from '../testing/index.ts';
import { accepts, enrollMany, enrollTotp, expectRefusal, giveRecoveryCodes, race, step } from './enrolled.fixture.ts';
import { openFileEngines, testKeys } from './file-engines.fixture.ts';
import { createEngine, findKeysInUse, resealAll } from './index.ts';

describe('the keys of a database', () => {
  test('are those it was written with: others are refused at the start, and nothing is changed', async () => {
    const t = await openFileEngines();
    const { code } = await enrollTotp(t, 'alice');
    await expectRefusal(t.open({ keys: testKeys() }), 'misconfigured');
    expect(await accepts(t, 'alice', code())).toBe(true);
    await t.open();
  });

  test('are claimed by the first of two engines with different keys that start together', async () => {
    const t = await openFileEngines();
    await sql`delete from settings`.execute(t.store.db);
    const delivery = { deliver: async () => undefined, close: async () => undefined };
    const started = await Promise.allSettled(
      Array.from({ length: 5 }, () => createEngine({ store: t.store, keys: testKeys(), delivery })),
    );
    expect(started.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('can be rotated while people verify: none is refused, and the old key is not needed any more (SEC-04)', async () => {
    const t = await openFileEngines();
    const users = await enrollMany(t, 40);
    await giveRecoveryCodes(t, 'user 0');
    const prepared = await t.engine.enrollments.begin(t.caller, { user: 'later' });
    await t.engine.enrollments.prepare(t.caller, prepared.id, { kind: 'totp' });
    await t.engine.integrations.create(t.caller, { name: 'Readable', readableSecretKey: true });
    await t.engine.idempotency.claim(t.caller, 'key', 'print');
    await t.engine.idempotency.settle(t.caller, 'key', { status: 200, body: 'kept' });
    t.clock.advance(step);
    const old = t.keys.ring().activeKeyId;
    t.keys.rotate();
    expect(await findKeysInUse(t)).toEqual([old]);

    const told: number[] = [];
    const [done, verified] = await Promise.all([
      resealAll({ store: t.store, keys: t.keys, random: systemRandom }, (count) => told.push(count)),
      race(users.map((user) => () => t.engine.verify(t.caller, { user: user.name, answer: { code: user.code() } }))),
    ]);
    expect(verified).toEqual({ accepted: 40, refused: 0, errors: [] });
    // 41 devices, an enrollment's two values, a secret key and an answer.
    expect(done).toBe(45);
    expect(told.at(-1)).toBe(45);
    expect(await findKeysInUse(t)).toEqual([]);
    expect(await resealAll({ store: t.store, keys: t.keys, random: systemRandom })).toBe(0);

    t.keys.replace(retireSealingKey(t.keys.file, old));
    t.clock.advance(step);
    for (const user of users) expect(await accepts(t, user.name, user.code())).toBe(true);
    expect(await t.engine.idempotency.claim(t.caller, 'key', 'print')).toMatchObject({ body: 'kept' });
    expect((await t.engine.enrollments.get(t.caller, prepared.id)).shown).toBeDefined();
    expect(
      (await t.engine.integrations.readSecretKeys(t.caller)).filter((key) => key.secretKey !== undefined),
    ).toHaveLength(1);
  });

  test('that another process has rotated are looked up when they are needed', async () => {
    const t = await openFileEngines();
    let ring = keyRing(t.keys.file);
    let refreshed = 0;
    const keys = {
      ring: () => ring,
      refresh: () => {
        refreshed++;
        ring = keyRing(t.keys.file);
      },
    };
    const { engine } = await t.open({ keys });
    t.keys.rotate();
    const { code } = await enrollTotp(t, 'alice');
    expect(await accepts({ ...t, engine }, 'alice', code())).toBe(true);
    expect(refreshed).toBe(1);
  });
});

describe('a sealed value that was moved in the database', () => {
  /** Gives each of two devices the secret of the other. */
  async function exchangeSecrets(store: Store, one: string, other: string): Promise<void> {
    const { rows } = await sql<{ id: string; secret: string }>`
      select id, secret from devices where id in (${one}, ${other})`.execute(store.db);
    for (const { id, secret } of rows) {
      await sql`update devices set secret = ${secret} where id = ${id === one ? other : one}`.execute(store.db);
    }
  }

  test('between two users is refused, is never accepted, and stands in nobody else’s way (SEC-02)', async () => {
    const t = await openFileEngines();
    const alice = await enrollTotp(t, 'alice');
    const mallory = await enrollTotp(t, 'mallory');
    const others = await enrollMany(t, 10);
    t.clock.advance(step);
    await exchangeSecrets(t.store, alice.deviceId, mallory.deviceId);
    const attempts = [alice, mallory, ...others].flatMap((user) => [
      () => t.engine.verify(t.caller, { user: user.name, answer: { code: user.code() } }),
    ]);
    // Mallory's code for alice is what such an exchange is made for.
    const { accepted, refused, errors } = await race([
      () => t.engine.verify(t.caller, { user: 'alice', answer: { code: mallory.code() } }),
      ...attempts,
    ]);
    expect({ accepted, refused, errors }).toEqual({
      accepted: 10,
      refused: 0,
      errors: ['sealed_value_invalid', 'sealed_value_invalid', 'sealed_value_invalid'],
    });
    const refusal = await expectRefusal(accepts(t, 'alice', mallory.code()), 'sealed_value_invalid');
    expect(refusal).toMatchObject({ status: 500 });
    expect(`${refusal.message} ${JSON.stringify(refusal)}`).not.toContain(Buffer.from(alice.secret).toString('base64'));
    await exchangeSecrets(t.store, alice.deviceId, mallory.deviceId);
    t.clock.advance(step);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
  });

  test('between two tenants, or from an enrollment to a device, is refused (SEC-02)', async () => {
    const t = await openFileEngines();
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
    const { integration } = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name: 'Other' });
    const other = integrationCaller(integration);
    const [here, there] = [await enrollTotp(t, 'alice'), await enrollTotp(t, 'alice', { caller: other })];
    const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await t.engine.enrollments.prepare(t.caller, begun.id, { kind: 'totp' });
    await exchangeSecrets(t.store, here.deviceId, there.deviceId);
    await expectRefusal(accepts(t, 'alice', here.code()), 'sealed_value_invalid');
    await expectRefusal(accepts(t, 'alice', there.code()), 'sealed_value_invalid');
    await sql`update devices set secret = (select prepared from enrollments where prepared is not null)`.execute(
      t.store.db,
    );
    await expectRefusal(accepts(t, 'alice', here.code()), 'sealed_value_invalid');
    await sql`update enrollments set prepared = shown where shown is not null`.execute(t.store.db);
    await expectRefusal(t.engine.enrollments.complete(t.caller, begun.id, { code: '000000' }), 'sealed_value_invalid');
  });

  test('or that was altered is refused', async () => {
    const t = await openFileEngines();
    const { code } = await enrollTotp(t, 'alice');
    for (const secret of ['', 'v1', 'v1.kxxxxxxxx.AAAA', '{"secret":"JBSWY3DPEHPK3PXP"}']) {
      await sql`update devices set secret = ${secret}`.execute(t.store.db);
      await expectRefusal(accepts(t, 'alice', code()), 'sealed_value_invalid');
    }
  });

  test('stops a rotation of the keys, which names where it stands and loses nothing', async () => {
    const t = await openFileEngines();
    const [alice, bob] = [await enrollTotp(t, 'alice'), await enrollTotp(t, 'bob')];
    await exchangeSecrets(t.store, alice.deviceId, bob.deviceId);
    const old = t.keys.ring().activeKeyId;
    t.keys.rotate();
    const reseal = () => resealAll({ store: t.store, keys: t.keys, random: systemRandom });
    const refusal = await expectRefusal(reseal(), 'sealed_value_invalid');
    expect(refusal).toMatchObject({ detail: expect.stringMatching(/devices\.secret of dev_/) as string });
    expect(await findKeysInUse(t)).toEqual([old]);
    await exchangeSecrets(t.store, alice.deviceId, bob.deviceId);
    expect(await reseal()).toBe(2);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
  });
});
