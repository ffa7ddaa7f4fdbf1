import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { TestEngine } from '../testing/index.ts';
import { accepts, codeOf, enrollTotp, expectRefusal, openTestEngine } from './enrolled.fixture.ts';

/** What stands in the database for the secret of a device does not open any more. */
async function damage(t: TestEngine, deviceId: string): Promise<void> {
  await sql`update devices set secret = 'v1.gone.AAAA' where id = ${deviceId}`.execute(t.store.db);
}

const key = { publicId: 'cccccccccccb', privateId: '010203040506', aesKey: '000102030405060708090a0b0c0d0e0f' };

async function addToken(t: TestEngine, user: string): Promise<string> {
  const { devices } = await t.engine.devices.provision(t.caller, { user, devices: [{ kind: 'hotp' }] });
  return devices[0]?.device.id ?? '';
}

describe('a device that cannot be asked', () => {
  test.each(['before', 'behind'])('and stands %s a good one does not stop it from answering', async (place) => {
    const t = await openTestEngine();
    const first = place === 'before' ? await addToken(t, 'alice') : undefined;
    t.clock.advance(1);
    const alice = await enrollTotp(t, 'alice');
    await damage(t, first ?? (await addToken(t, 'alice')));
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
  });

  test('does not make guesses at the others free (BF-01, I3)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    await damage(t, await addToken(t, 'alice'));
    const told = [];
    for (let guess = 0; guess < 12; guess++) told.push(await accepts(t, 'alice', alice.wrong()).catch(codeOf));
    expect(told.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'sealed_value_invalid'));
    expect(told.slice(10)).toEqual(['too_many_attempts', 'too_many_attempts']);
    await expectRefusal(accepts(t, 'alice', alice.code()), 'too_many_attempts');
  });

  test('costs nothing where it alone was asked: nothing was judged (I8, OTP-16)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    const { rows } = await sql<{ secret: string }>`select secret from devices`.execute(t.store.db);
    const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    await damage(t, alice.deviceId);
    await expectRefusal(t.engine.challenges.issue(t.caller, { user: 'alice' }), 'sealed_value_invalid');
    for (let guess = 0; guess < 12; guess++) {
      await expectRefusal(accepts(t, 'alice', alice.code()), 'sealed_value_invalid');
      await expectRefusal(t.engine.challenges.answer(t.caller, id, { code: alice.code() }), 'sealed_value_invalid');
      const pair = [{ code: alice.code() }, { code: alice.code(1) }] as const;
      await t.engine.devices.resynchronize(t.caller, alice.deviceId, pair).catch(codeOf);
    }
    await sql`update devices set secret = ${rows[0]?.secret}`.execute(t.store.db);
    expect((await t.engine.challenges.get(t.caller, id)).attemptsLeft).toBe(5);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
  });

  test.each(['yubikey', 'temporary-access-pass'])(
    'and might be used up, a %s, does not keep its owner out',
    async (kind) => {
      const t = await openTestEngine();
      const alice = await enrollTotp(t, 'alice');
      const made =
        kind === 'yubikey'
          ? (await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind, options: key }] }))
              .devices[0]
          : await t.engine.users.issueAccessPass(t.caller, alice.userId, { reason: 'Lost telephone' });
      await damage(t, made?.device.id ?? '');
      expect((await t.engine.decide(t.caller, { user: 'alice' })).result).toBe('challenge');
      const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice', deviceId: alice.deviceId });
      expect((await t.engine.challenges.answer(t.caller, id, { code: alice.code() })).outcome.accepted).toBe(true);
    },
  );

  test('does not keep a challenge open whose code could not be sent (design law 6)', async () => {
    const t = await openTestEngine({ policy: { failMode: 'open' } });
    const alice = await enrollTotp(t, 'alice');
    const { devices } = await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'email', options: { address: 'alice@example.org' } }],
    });
    await damage(t, alice.deviceId);
    t.failDelivery(true);
    const mail = devices[0]?.device.id ?? '';
    expect(await t.engine.challenges.issue(t.caller, { user: 'alice', deviceId: mail })).toMatchObject({
      state: 'failed',
      failMode: 'closed',
    });
  });
});
