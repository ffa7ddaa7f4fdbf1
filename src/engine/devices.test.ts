import { describe, expect, test } from 'vitest';
import { decodeBase32, hotp, parseOtpauthUri } from '../otp/index.ts';
import { integrationCaller } from '../testing/index.ts';
import {
  accepts,
  auditOf,
  enrollEmail,
  enrollTotp,
  expectRefusal,
  giveRecoveryCodes,
  openTestEngine,
  step,
  wrongCode,
} from './enrolled.fixture.ts';

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'; // RFC 4226, appendix D

describe('a provisioned device', () => {
  test('with an existing secret works at once', async () => {
    const t = await openTestEngine();
    const { user, devices } = await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'hotp', name: 'Token', options: { secret, counter: 3 } }],
    });
    expect(devices[0]?.device).toMatchObject({ userId: user.id, kind: 'hotp', name: 'Token', status: 'active' });
    expect(await accepts(t, 'alice', '359152')).toBe(false); // counter 2
    expect(await accepts(t, 'alice', '969429')).toBe(true);
    expect(await accepts(t, 'alice', '338314')).toBe(true);
  });

  test('comes with its user, or not at all', async () => {
    const t = await openTestEngine();
    const bad = t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'hotp' }, { kind: 'totp', options: { digits: 99 } }],
    });
    await expectRefusal(bad, 'invalid_parameters');
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
    expect(await auditOf(t, 'user.created')).toEqual([]);
    expect(await auditOf(t, 'device.provisioned')).toEqual([]);
  });

  test('is refused for a user who has one when a new user was wanted, 20 times at once too (OSS-09)', async () => {
    const t = await openTestEngine();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () =>
        t.engine.devices.provision(t.caller, { user: 'alice', ifUserExists: 'refuse', devices: [{ kind: 'totp' }] }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    expect(await t.engine.devices.list(t.caller, id)).toHaveLength(1);
  });

  test('is of a kind that there is and that the policy allows', async () => {
    const t = await openTestEngine({ policy: { allowedKinds: ['totp'] } });
    const provision = (kind: string) => t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind }] });
    await expectRefusal(provision('pigeon'), 'kind_unknown');
    await expectRefusal(provision('hotp'), 'kind_not_allowed');
    await provision('totp');
  });

  test('may be one of fifty, and of recovery codes one', async () => {
    const t = await openTestEngine();
    const provision = (kind: string, times: number) =>
      t.engine.devices.provision(t.caller, { user: 'alice', devices: Array.from({ length: times }, () => ({ kind })) });
    await provision('recovery-codes', 1);
    await expectRefusal(provision('recovery-codes', 1), 'already_exists');
    await provision('totp', 49);
    await expectRefusal(provision('totp', 1), 'already_exists');
  });
});

describe('importing many', () => {
  test('takes what is good, names the rows that are not, and tells how far it is', async () => {
    const t = await openTestEngine();
    const rows = Array.from({ length: 1200 }, (_, index) => ({
      row: index + 2,
      user: index % 500 === 7 ? 'bad\0name' : `user ${index}`,
      devices: [{ kind: 'totp' }],
    }));
    const told: number[] = [];
    const { done, failed } = await t.engine.devices.provisionMany(t.caller, rows, (count) => told.push(count));
    expect(done).toBe(1197);
    expect(failed.map(({ row }) => row)).toEqual([9, 509, 1009]);
    expect(failed[0]?.message).toContain('user');
    expect(told.at(-1)).toBe(1197);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    const { items } = await t.engine.users.list(t.caller, { limit: 500 });
    expect(items).toHaveLength(500);
  });

  test('goes on while people verify', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    const rows = Array.from({ length: 800 }, (_, row) => ({ row, user: `user ${row}`, devices: [{ kind: 'hotp' }] }));
    const [imported, verified] = await Promise.all([
      t.engine.devices.provisionMany(t.caller, rows),
      accepts(t, 'alice', code()),
    ]);
    expect(imported).toEqual({ done: 800, failed: [] });
    expect(verified).toBe(true);
  });
});

describe('a device', () => {
  test('can be renamed, but not to the name of another of the user', async () => {
    const t = await openTestEngine();
    const first = await enrollTotp(t, 'alice');
    const second = await enrollTotp(t, 'alice');
    expect(await t.engine.devices.rename(t.caller, first.deviceId, 'Phone')).toMatchObject({ name: 'Phone' });
    await expectRefusal(t.engine.devices.rename(t.caller, second.deviceId, 'Phone'), 'already_exists');
    expect((await t.engine.devices.get(t.caller, second.deviceId)).name).toBe('Authenticator app 2');
    await expectRefusal(t.engine.devices.rename(t.caller, first.deviceId, ''), 'invalid_parameters');
    const bob = await enrollTotp(t, 'bob');
    await t.engine.devices.rename(t.caller, bob.deviceId, 'Phone');
    expect(await auditOf(t, 'device.renamed')).toHaveLength(2);
  });

  test('keeps its counters when it is renamed, suspended and resumed (OTP-11)', async () => {
    const t = await openTestEngine();
    const { code, deviceId } = await enrollTotp(t, 'alice');
    expect(await accepts(t, 'alice', code())).toBe(true);
    await t.engine.devices.rename(t.caller, deviceId, 'Phone');
    await t.engine.devices.setStatus(t.caller, deviceId, 'suspended');
    await t.engine.devices.setStatus(t.caller, deviceId, 'active');
    expect(await accepts(t, 'alice', code())).toBe(false);
    t.clock.advance(step);
    expect(await accepts(t, 'alice', code())).toBe(true);
  });

  test('can be suspended while it is used: every answer is before or after, and none is accepted after', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 1000 } } });
    const { code, deviceId } = await enrollTotp(t, 'alice');
    await Promise.all([
      accepts(t, 'alice', code()),
      t.engine.devices.setStatus(t.caller, deviceId, 'suspended'),
      accepts(t, 'alice', code(1)),
    ]);
    expect(await accepts(t, 'alice', code(1))).toBe(false);
    expect((await t.engine.devices.get(t.caller, deviceId)).status).toBe('suspended');
  });

  test('that is removed is gone, with the recovery codes when it was the last', async () => {
    const t = await openTestEngine();
    const { deviceId, userId } = await enrollTotp(t, 'alice');
    const second = await enrollTotp(t, 'alice');
    await giveRecoveryCodes(t, 'alice');
    await t.engine.devices.remove(t.caller, deviceId);
    await expectRefusal(t.engine.devices.remove(t.caller, deviceId), 'not_found');
    await expectRefusal(t.engine.devices.get(t.caller, deviceId), 'not_found');
    expect(await t.engine.devices.list(t.caller, userId)).toHaveLength(2);
    await t.engine.devices.remove(t.caller, second.deviceId);
    expect(await t.engine.devices.list(t.caller, userId)).toEqual([]);
  });

  test('is never shown with its secret (SEC-01)', async () => {
    const t = await openTestEngine();
    const { devices, user } = await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [
        { kind: 'totp', options: { secret } },
        { kind: 'hotp', options: { secret } },
      ],
    });
    const mail = await enrollEmail(t, 'alice', 'alice.long.address@example.org');
    const shown = JSON.stringify([
      devices.map(({ device }) => device),
      await t.engine.devices.list(t.caller, user.id),
      await t.engine.devices.get(t.caller, mail.deviceId),
    ]);
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain('alice.long.address');
  });
});

describe('recovery codes', () => {
  test('are replaced whole: the old ones are dead, the new ones good', async () => {
    const t = await openTestEngine();
    const old = await giveRecoveryCodes(t, 'alice');
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    const { shown } = await t.engine.devices.regenerateRecoveryCodes(t.caller, id);
    const codes = shown?.['codes'] as string[];
    expect(await accepts(t, 'alice', old[0]!)).toBe(false);
    expect(await accepts(t, 'alice', codes[0]!)).toBe(true);
    expect(await auditOf(t, 'device.recovery-codes-replaced')).toHaveLength(1);
  });

  test('are made for somebody who has none', async () => {
    const t = await openTestEngine();
    const { userId } = await enrollTotp(t, 'alice');
    const made = await t.engine.devices.regenerateRecoveryCodes(t.caller, userId);
    const codes = made.shown?.['codes'] as string[];
    expect(await accepts(t, 'alice', codes[0]!)).toBe(true);
  });

  test('that are replaced 20 times at once: one set is good, and its caller is the one who is not told of a conflict (REC-06)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 1000, consecutive: 1000 } } });
    await giveRecoveryCodes(t, 'alice');
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    // With every connection to the database open, all have begun before one has ended.
    await Promise.all(Array.from({ length: 20 }, () => t.engine.users.get(t.caller, id)));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => t.engine.devices.regenerateRecoveryCodes(t.caller, id)),
    );
    const sets = outcomes
      .filter((outcome) => outcome.status === 'fulfilled')
      .map(({ value }) => value.shown?.['codes'] as string[]);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error);
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ code: 'conflict' }) as Error));
    // One that begins when another has ended replaces its set in good order; what counts is that one whole set is good in the end.
    const good: number[] = [];
    for (const codes of sets) {
      const accepted = [];
      for (const code of codes) accepted.push(await accepts(t, 'alice', code));
      expect(new Set(accepted).size).toBe(1);
      if (accepted[0] === true) good.push(codes.length);
    }
    expect(good).toEqual([10]);
  });
});

describe('a counter that has run away', () => {
  async function provisionHotp(counter: number) {
    const t = await openTestEngine();
    const options = { secret, counter };
    const { devices } = await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'hotp', options }],
    });
    const key = decodeBase32(secret);
    const resynchronize = async (...counters: [number, number]) => {
      const [first, second] = counters.map((at) => ({ code: hotp({ secret: key, counter: at }) }));
      return (await t.engine.devices.resynchronize(t.caller, devices[0]!.device.id, [first!, second!])).accepted;
    };
    return {
      t,
      deviceId: devices[0]!.device.id,
      resynchronize,
      code: (at: number) => hotp({ secret: key, counter: at }),
    };
  }

  test('is set by two consecutive codes, and by nothing else (WIN-04)', async () => {
    const { t, resynchronize, code } = await provisionHotp(0);
    expect(await accepts(t, 'alice', code(50))).toBe(false);
    expect(await resynchronize(50, 50)).toBe(false);
    expect(await resynchronize(51, 50)).toBe(false);
    expect(await resynchronize(50, 52)).toBe(false);
    expect(await resynchronize(500, 501)).toBe(false);
    expect(await resynchronize(50, 51)).toBe(true);
    expect(await accepts(t, 'alice', code(51))).toBe(false);
    expect(await accepts(t, 'alice', code(52))).toBe(true);
    expect(await resynchronize(50, 51)).toBe(false);
  });

  test('costs a guess each time it is tried, of the same budget as answers (WIN-04)', async () => {
    const { t, deviceId, resynchronize, code } = await provisionHotp(0);
    const wrong = { code: wrongCode([code(0), code(1)]) };
    let judged = 0;
    for (let guess = 0; guess < 100; guess++) {
      const outcome = await t.engine.devices.resynchronize(t.caller, deviceId, [wrong, wrong]).catch(() => undefined);
      if (outcome !== undefined) judged++;
    }
    expect(judged).toBe(10);
    await expectRefusal(resynchronize(50, 51), 'too_many_attempts');
    await expectRefusal(t.engine.verify(t.caller, { user: 'alice', answer: { code: code(0) } }), 'too_many_attempts');
  });

  test('is not set for a suspended device or an inactive user (FLW-17)', async () => {
    const { t, deviceId, resynchronize } = await provisionHotp(0);
    await t.engine.devices.setStatus(t.caller, deviceId, 'suspended');
    expect(await resynchronize(50, 51)).toBe(false);
    await t.engine.devices.setStatus(t.caller, deviceId, 'active');
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    await t.engine.users.setStatus(t.caller, id, 'inactive');
    expect(await resynchronize(50, 51)).toBe(false);
    await t.engine.users.setStatus(t.caller, id, 'active');
    expect(await resynchronize(50, 51)).toBe(true);
  });

  test('is not set for a device that the policy does not accept', async () => {
    const { t, deviceId, code } = await provisionHotp(0);
    const policy = { allowedKinds: ['totp'] };
    const caller = integrationCaller(await t.engine.integrations.update(t.caller, t.integration.id, { policy }));
    const answers = [{ code: code(50) }, { code: code(51) }] as const;
    expect(await t.engine.devices.resynchronize(caller, deviceId, answers)).toEqual({ accepted: false });
  });
});

describe('what a device was made readable for', () => {
  test('is its URI and its code, each reading audited; any other device is not found', async () => {
    const t = await openTestEngine();
    await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'totp', options: { secret }, readable: true }],
    });
    await t.engine.devices.provision(t.caller, { user: 'bob', devices: [{ kind: 'totp', options: { secret } }] });
    await enrollTotp(t, 'carol');
    const label = { issuer: 'Example', account: 'alice' };
    const uri = await t.engine.devices.provisioningUri(t.caller, 'alice', 'totp', label);
    expect(parseOtpauthUri(uri)).toMatchObject({ issuer: 'Example', account: 'alice' });
    expect(uri).toContain(secret);
    expect(await accepts(t, 'alice', await t.engine.devices.currentCode(t.caller, 'alice', 'totp'))).toBe(true);
    for (const user of ['bob', 'carol', 'nobody']) {
      await expectRefusal(t.engine.devices.provisioningUri(t.caller, user, 'totp', label), 'not_found');
      await expectRefusal(t.engine.devices.currentCode(t.caller, user, 'totp'), 'not_found');
    }
    expect(await auditOf(t, 'device.secret-read')).toHaveLength(1);
    expect(await auditOf(t, 'device.code-read')).toHaveLength(1);
  });

  test('is not found on a suspended device', async () => {
    const t = await openTestEngine();
    const { devices } = await t.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [{ kind: 'totp', readable: true }],
    });
    await t.engine.devices.setStatus(t.caller, devices[0]!.device.id, 'suspended');
    await expectRefusal(t.engine.devices.currentCode(t.caller, 'alice', 'totp'), 'not_found');
  });
});
