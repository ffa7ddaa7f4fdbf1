import type { KyselyPlugin } from 'kysely';
import { describe, expect, test } from 'vitest';
import { decodeBase32, hotp } from '../otp/index.ts';
import { integrationCaller } from '../testing/index.ts';
import {
  accepts,
  auditOf,
  enrollEmail,
  enrollTotp,
  expectRefusal,
  giveRecoveryCodes,
  openTestEngine,
  race,
  step,
} from './enrolled.fixture.ts';
import { openFileEngines } from './file-engines.fixture.ts';
import type { Outcome } from './index.ts';

describe('a code', () => {
  test('is accepted once and never again: at once, in the same step, in the next (OTP-01)', async () => {
    const t = await openTestEngine();
    const { code, userId, deviceId } = await enrollTotp(t, 'alice');
    const used = code();
    const outcome = await t.engine.verify(t.caller, { user: 'alice', answer: { code: used } });
    expect(outcome).toMatchObject({
      accepted: true,
      user: { id: userId, name: 'alice' },
      device: { id: deviceId, lastUsedAt: t.clock.now() },
      method: { name: 'totp', kind: 'possession', at: t.clock.now(), deviceId },
    });
    const wrong = await t.engine.verify(t.caller, { user: 'alice', answer: { code: '000000' } });
    for (const later of [0, 29_000, 1000]) {
      t.clock.advance(later);
      const replayed = await t.engine.verify(t.caller, { user: 'alice', answer: { code: used } });
      expect(replayed).toEqual(wrong);
    }
    const reasons = (await auditOf(t, 'verify.answered')).map((row) => row.reason);
    expect(reasons).toEqual([undefined, 'wrong', 'replayed', 'replayed', 'replayed']);
  });

  test.each([
    ['123 456', (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    [' 123456', (code: string) => ` ${code}`],
    ['123456\\t', (code: string) => `${code}\t`],
    ['123-456', (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ['full width', (code: string) => code.replace(/\d/g, (d) => String.fromCodePoint(0xff10 + Number(d)))],
    ['0123456', (code: string) => `0${code}`],
    ['a zero width space behind it', (code: string) => `${code}\u200b`],
  ])('is not accepted again in the spelling %s (OTP-04)', async (_, spell) => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    expect(await accepts(t, 'alice', code())).toBe(true);
    expect(await accepts(t, 'alice', spell(code()))).toBe(false);
  });

  test('authorises one action: what passed a challenge does not verify, and the reverse (OTP-06)', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    expect(await accepts(t, 'alice', code())).toBe(true);
    const { outcome } = await t.engine.challenges.answer(t.caller, id, { code: code() });
    expect(outcome.accepted).toBe(false);
    t.clock.advance(step);
    const answered = await t.engine.challenges.answer(t.caller, id, { code: code() });
    expect(answered.outcome.accepted).toBe(true);
    expect(await accepts(t, 'alice', code())).toBe(false);
  });

  test('of an earlier step is dead when a later one was accepted (OTP-07)', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    t.clock.advance(2 * step);
    const [before, now, next] = [code(-1), code(), code(1)];
    expect(await accepts(t, 'alice', now)).toBe(true);
    expect(await accepts(t, 'alice', before)).toBe(false);
    expect(await accepts(t, 'alice', next)).toBe(true);
    expect(await accepts(t, 'alice', now)).toBe(false);
  });

  test('of a counter kills every counter before it (OTP-08)', async () => {
    const t = await openTestEngine();
    const { devices } = await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'hotp' }] });
    const secret = decodeBase32(devices[0]?.shown?.['secret'] as string);
    const code = (counter: number) => hotp({ secret, counter });
    expect(await accepts(t, 'alice', code(5))).toBe(true);
    for (const counter of [5, 4, 3, 0]) expect(await accepts(t, 'alice', code(counter))).toBe(false);
    expect(await accepts(t, 'alice', code(6))).toBe(true);
    // Both at once: both, or only the later one; never the later one and then the earlier.
    for (let counter = 7; counter < 27; counter += 2) {
      const outcomes = await Promise.all([accepts(t, 'alice', code(counter)), accepts(t, 'alice', code(counter + 1))]);
      expect(outcomes[1]).toBe(true);
      expect(await accepts(t, 'alice', code(counter))).toBe(false);
    }
  });

  test.each([2, 10, 50, 200])('that is given %i times at once is accepted once (OTP-02)', async (times) => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 1000, consecutive: 1000 } } });
    const { code } = await enrollTotp(t, 'alice');
    for (let round = 0; round < 3; round++) {
      const verify = () => t.engine.verify(t.caller, { user: 'alice', answer: { code: code() } });
      const { accepted, errors } = await race(Array.from({ length: times }, () => verify));
      expect({ accepted, errors }).toEqual({ accepted: 1, errors: [] });
      t.clock.advance(step);
    }
  });

  test('that is given at every door of two processes at once is accepted once (OTP-03, BF-07)', async () => {
    const t = await openFileEngines({ policy: { guesses: { perUser: 1000 } } });
    const { engine: second } = await t.open();
    const { code } = await enrollTotp(t, 'alice');
    for (let round = 0; round < 5; round++) {
      const answer = { code: code() };
      const challenges = await Promise.all(
        [t.engine, second].flatMap((engine) =>
          Array.from({ length: 5 }, () => engine.challenges.issue(t.caller, { user: 'alice' })),
        ),
      );
      const attempts = [t.engine, second].flatMap((engine): (() => Promise<Outcome>)[] => [
        ...Array.from({ length: 10 }, () => () => engine.verify(t.caller, { user: 'alice', answer })),
        ...challenges.map(
          ({ id }) =>
            async () =>
              (await engine.challenges.answer(t.caller, id, answer)).outcome,
        ),
      ]);
      const { accepted, errors } = await race(attempts);
      expect(accepted).toBe(1);
      expect(errors.filter((error) => error !== 'wrong_state')).toEqual([]);
      t.clock.advance(step);
    }
  });

  test('is that of the user who gives it, and of nobody else (FLW-17, REC-03)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    const bob = await enrollTotp(t, 'bob');
    const [bobsCode = ''] = await giveRecoveryCodes(t, 'bob');
    expect(await accepts(t, 'alice', bob.code())).toBe(false);
    expect(await accepts(t, 'alice', bobsCode)).toBe(false);
    expect(await accepts(t, 'bob', bobsCode)).toBe(true);
    t.clock.advance(step);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
    expect(await accepts(t, 'bob', bob.code())).toBe(true);
  });

  test('of a suspended device is refused, of a resumed one good again, of a removed one dead (FLW-17, FLW-26)', async () => {
    const t = await openTestEngine();
    const { code, deviceId } = await enrollTotp(t, 'alice');
    await t.engine.devices.setStatus(t.caller, deviceId, 'suspended');
    expect(await accepts(t, 'alice', code())).toBe(false);
    await t.engine.devices.setStatus(t.caller, deviceId, 'active');
    expect(await accepts(t, 'alice', code())).toBe(true);
    t.clock.advance(step);
    await t.engine.devices.remove(t.caller, deviceId);
    expect(await accepts(t, 'alice', code())).toBe(false);
  });

  test('of an inactive user is refused and not used up', async () => {
    const t = await openTestEngine();
    const { code, userId } = await enrollTotp(t, 'alice');
    await t.engine.users.setStatus(t.caller, userId, 'inactive');
    expect(await accepts(t, 'alice', code())).toBe(false);
    expect(await auditOf(t, 'verify.answered')).toMatchObject([{ reason: 'user_inactive', userId }]);
    await t.engine.users.setStatus(t.caller, userId, 'active');
    expect(await accepts(t, 'alice', code())).toBe(true);
  });

  test('is judged by the devices of the kinds that were asked for, and that the policy accepts', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'alice');
    const [recovery = ''] = await giveRecoveryCodes(t, 'alice');
    const verify = async (kinds: string[], code: string, caller = t.caller) =>
      (await t.engine.verify(caller, { user: 'alice', answer: { code }, kinds })).accepted;
    expect(await verify(['recovery-codes', 'hotp'], code())).toBe(false);
    expect(await verify(['totp'], recovery)).toBe(false);
    expect(await verify([], code())).toBe(false);
    const policy = { requiredKinds: ['email'], allowedKinds: ['email', 'recovery-codes'] };
    const strict = integrationCaller(await t.engine.integrations.update(t.caller, t.integration.id, { policy }));
    expect(await verify(['totp'], code(), strict)).toBe(false);
    expect(await verify(['recovery-codes'], recovery, strict)).toBe(true);
    expect(await verify(['totp'], code())).toBe(true);
  });

  test('that several devices could have made is judged by each, and uses up the one that made it', async () => {
    const t = await openTestEngine();
    const [first, second] = [await enrollTotp(t, 'alice'), await enrollTotp(t, 'alice')];
    await enrollEmail(t, 'alice');
    t.clock.advance(step);
    const verify = (code: string) => t.engine.verify(t.caller, { user: 'alice', answer: { code } });
    expect(await verify(second.code())).toMatchObject({ accepted: true, device: { id: second.deviceId } });
    expect(await verify(second.code())).toEqual({ accepted: false });
    expect(await verify(first.code())).toMatchObject({ accepted: true, device: { id: first.deviceId } });
  });
});

describe('a recovery code', () => {
  test('is good once: again, and 30 times at once (REC-01, REC-02)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 1000 } } });
    const codes = await giveRecoveryCodes(t, 'alice');
    for (const code of codes.slice(0, 3)) {
      const verify = () => t.engine.verify(t.caller, { user: 'alice', answer: { code } });
      const { accepted, errors } = await race(Array.from({ length: 30 }, () => verify));
      expect({ accepted, errors }).toEqual({ accepted: 1, errors: [] });
      expect(await accepts(t, 'alice', code)).toBe(false);
    }
    // All others at once: each counts once and none is lost.
    const rest = codes.slice(3);
    const { accepted } = await race(
      rest.map((code) => () => t.engine.verify(t.caller, { user: 'alice', answer: { code } })),
    );
    expect(accepted).toBe(rest.length);
    const { id } = (await t.engine.users.findByName(t.caller, 'alice'))!;
    expect((await t.engine.devices.list(t.caller, id))[0]?.public).toEqual({ remaining: 0 });
  });

  test('is marked as what it was (REC-07)', async () => {
    const t = await openTestEngine();
    const [code = ''] = await giveRecoveryCodes(t, 'alice');
    const outcome = await t.engine.verify(t.caller, { user: 'alice', answer: { code } });
    expect(outcome).toMatchObject({ accepted: true, method: { name: 'recovery-code' } });
  });
});

describe('somebody who asks for a user', () => {
  test('hears the same whether there is one, whether he has a device and whatever his state (ENM-01, I4)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    const bob = await enrollTotp(t, 'bob');
    await t.engine.users.setStatus(t.caller, bob.userId, 'inactive');
    await enrollEmail(t, 'carol');
    await t.engine.users.create(t.caller, { name: 'dave' });
    const suspended = await enrollTotp(t, 'erin');
    await t.engine.devices.setStatus(t.caller, suspended.deviceId, 'suspended');
    const refusals: unknown[] = [];
    for (const user of ['nobody', 'alice', 'bob', 'carol', 'dave', 'erin']) {
      const answers: unknown[] = [];
      for (let guess = 0; guess < 10; guess++) {
        answers.push(await t.engine.verify(t.caller, { user, answer: { code: alice.wrong() } }));
      }
      expect(answers).toEqual(Array.from({ length: 10 }, () => ({ accepted: false })));
      refusals.push(
        await expectRefusal(t.engine.verify(t.caller, { user, answer: { code: alice.wrong() } }), 'too_many_attempts'),
      );
    }
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ retryAfter: 900 });
  });

  test('leaves the same amount of work behind whether there is one or not (ENM-02)', async () => {
    let queries = 0;
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        queries++;
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const t = await openFileEngines({ plugins: [counting] });
    const alice = await enrollTotp(t, 'alice');
    await accepts(t, 'nobody', '000000');
    await accepts(t, 'alice', alice.wrong());
    const counted: number[] = [];
    for (const user of ['alice', 'nobody', 'alice', 'nobody']) {
      queries = 0;
      await accepts(t, user, alice.wrong());
      counted.push(queries);
    }
    expect(new Set(counted).size).toBe(1);
  });

  test('gets no further with a name that is none', async () => {
    const t = await openTestEngine();
    for (const user of ['', 'a\0b', 'x'.repeat(129), '\ud800', 'a\nb']) {
      await expectRefusal(t.engine.verify(t.caller, { user, answer: { code: '000000' } }), 'invalid_parameters');
    }
  });

  test('is asked for one name in every normal form, and for no other name (BF-06)', async () => {
    const t = await openTestEngine();
    const { code } = await enrollTotp(t, 'Zoë');
    expect(await accepts(t, 'zoë', code())).toBe(false);
    expect(await accepts(t, 'Zoë ', code())).toBe(false);
    expect(await accepts(t, 'Zoe\u0308', code())).toBe(true);
  });
});
