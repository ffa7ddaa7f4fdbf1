import { describe, expect, test } from 'vitest';
import { integrationCaller, type TestEngine } from '../testing/index.ts';
import {
  accepts,
  auditOf,
  codeOf,
  enrollEmail,
  enrollMany,
  enrollTotp,
  type EnrolledTotp,
  expectRefusal,
  openTestEngine,
  race,
  step,
  wrongCode,
} from './enrolled.fixture.ts';
import { openFileEngines } from './file-engines.fixture.ts';

const hour = 3_600_000;

/** Guesses wrong until it is refused; how many were judged. */
async function guessWrong(t: TestEngine, user: EnrolledTotp, times: number, context?: { ip: string }): Promise<number> {
  let judged = 0;
  for (let guess = 0; guess < times; guess++) {
    const options = { user: user.name, answer: { code: user.wrong() }, ...(context === undefined ? {} : { context }) };
    const outcome = await t.engine.verify(t.caller, options).catch(codeOf);
    if (outcome !== 'too_many_attempts') judged++;
  }
  return judged;
}

describe('the guesses of a user', () => {
  test('of a hundred at once are judged as often as the budget says (OTP-14)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 5 } } });
    const rounds = 40;
    let rightOnes = 0;
    for (let round = 0; round < rounds; round++) {
      const alice = await enrollTotp(t, `alice ${round}`);
      const codes = Array.from({ length: 99 }, (_, index) =>
        wrongCode([alice.code(-1), alice.code(), alice.code(1), `${index}`]),
      );
      codes.splice((round * 7) % 100, 0, alice.code());
      const { accepted, refused } = await race(
        codes.map((code) => () => t.engine.verify(t.caller, { user: alice.name, answer: { code } })),
      );
      // An accepted answer forgives what came before it, so at most four wrong ones, the right one and five more are judged.
      expect(accepted * 5 + 5).toBeGreaterThanOrEqual(refused);
      expect(accepted === 1 || refused === 5).toBe(true);
      rightOnes += accepted;
    }
    expect(rightOnes).toBe(
      Array.from({ length: rounds }, (_, round) => (round * 7) % 100).filter((at) => at < 5).length,
    );
  });

  test.each(['verify', 'answer', 'issue', 'resynchronize'] as const)(
    'counted by a clock that was ahead lock out for one window after it is right, whoever asks by %s (CLK-01, CLK-02)',
    async (by) => {
      const t = await openTestEngine({ policy: { guesses: { perUser: 3, windowSeconds: 60 } } });
      const alice = await enrollTotp(t, 'alice');
      const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
      const right = t.clock.now();
      t.clock.advance(24 * hour);
      expect(await guessWrong(t, alice, 10)).toBe(3);
      t.clock.set(right);
      const ask = {
        verify: () => t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } }),
        answer: () => t.engine.challenges.answer(t.caller, challenge.id, { code: alice.code() }),
        issue: () => t.engine.challenges.issue(t.caller, { user: 'alice' }),
        resynchronize: () => {
          const codes = [{ code: alice.code() }, { code: alice.code(1) }] as const;
          return t.engine.devices.resynchronize(t.caller, alice.deviceId, codes);
        },
      };
      expect(await expectRefusal(ask[by](), 'too_many_attempts')).toMatchObject({ retryAfter: 60 });
      t.clock.set(right + 59_999);
      expect(await expectRefusal(ask[by](), 'too_many_attempts')).toMatchObject({ retryAfter: 1 });
      t.clock.set(right + 60_000);
      expect(await accepts(t, 'alice', alice.code())).toBe(true);
    },
  );

  test('are those of two processes together (BF-07)', async () => {
    const t = await openFileEngines({ policy: { guesses: { perUser: 10 } } });
    const { engine: second } = await t.open();
    const alice = await enrollTotp(t, 'alice');
    const { refused, errors } = await race(
      Array.from({ length: 60 }, (_, index) => {
        const engine = index % 2 === 0 ? t.engine : second;
        return () => engine.verify(t.caller, { user: 'alice', answer: { code: alice.wrong() } });
      }),
    );
    expect(refused).toBe(10);
    expect(errors).toEqual(Array.from({ length: 50 }, () => 'too_many_attempts'));
  });

  test('are one budget over verify, challenges, resynchronization and integrations of the realm (BF-02, BF-07, WIN-04)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 8 } } });
    const alice = await enrollTotp(t, 'alice');
    const created = await t.engine.integrations.create(t.caller, { name: 'VPN', policy: { guesses: { perUser: 8 } } });
    const vpn = integrationCaller(created.integration, 'radius');
    for (let round = 0; round < 2; round++) {
      expect(await accepts(t, 'alice', alice.wrong())).toBe(false);
      expect(await accepts(t, 'alice', alice.wrong(), vpn)).toBe(false);
      const { id } = await t.engine.challenges.issue(t.caller, { user: 'alice' });
      await t.engine.challenges.answer(t.caller, id, { code: alice.wrong() });
      const wrong = { code: alice.wrong() };
      await t.engine.devices.resynchronize(t.caller, alice.deviceId, [wrong, wrong]);
    }
    for (const caller of [t.caller, vpn]) {
      await expectRefusal(
        t.engine.verify(caller, { user: 'alice', answer: { code: alice.code() } }),
        'too_many_attempts',
      );
      await expectRefusal(t.engine.challenges.issue(caller, { user: 'alice' }), 'too_many_attempts');
    }
  });

  test('are not refilled by opening challenges (BF-02)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    let judged = 0;
    for (let session = 0; session < 50; session++) {
      const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' }).catch(() => undefined);
      if (challenge === undefined) continue;
      for (let guess = 0; guess < 3; guess++) {
        const answered = await t.engine.challenges
          .answer(t.caller, challenge.id, { code: alice.wrong() })
          .catch(codeOf);
        if (typeof answered !== 'string') judged++;
      }
    }
    expect(judged).toBe(10);
  });

  test('are his in every spelling of his name (BF-06)', async () => {
    const t = await openTestEngine();
    const zoe = await enrollTotp(t, 'Zoë');
    for (let guess = 0; guess < 10; guess++) await accepts(t, guess % 2 === 0 ? 'Zoë' : 'Zoe\u0308', zoe.wrong());
    for (const user of ['Zoë', 'Zoe\u0308']) {
      await expectRefusal(t.engine.verify(t.caller, { user, answer: { code: zoe.code() } }), 'too_many_attempts');
    }
  });

  test('while he is locked tell nothing and use nothing up (BF-17)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    await guessWrong(t, alice, 10);
    const right = alice.code();
    const refusals = [];
    for (const code of [alice.wrong(), right, 'x', right]) {
      const refusal = await expectRefusal(
        t.engine.verify(t.caller, { user: 'alice', answer: { code } }),
        'too_many_attempts',
      );
      refusals.push(JSON.stringify(refusal));
    }
    expect(new Set(refusals).size).toBe(1);
    await t.engine.users.unlock(t.caller, alice.userId);
    expect(await accepts(t, 'alice', right)).toBe(true);
  });

  test('come back with the next window, and all at once with an accepted answer', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    expect(await guessWrong(t, alice, 9)).toBe(9);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
    expect(await guessWrong(t, alice, 20)).toBe(10);
    t.clock.advance(899_999);
    expect(await guessWrong(t, alice, 1)).toBe(0);
    t.clock.advance(1);
    expect(await guessWrong(t, alice, 20)).toBe(10);
  });

  test('end for good after a hundred in a row, however slow they are, until he is unlocked (BF-13)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    let judged = 0;
    for (let guess = 0; guess < 200; guess++) {
      judged += await guessWrong(t, alice, 1);
      t.clock.advance(hour);
    }
    expect(judged).toBe(100);
    await t.engine.sweep();
    t.clock.advance(30 * 24 * hour);
    await t.engine.sweep();
    await expectRefusal(
      t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } }),
      'too_many_attempts',
    );
    await t.engine.users.unlock(t.caller, alice.userId);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
    expect(await auditOf(t, 'user.unlocked')).toHaveLength(1);
  });

  test('are paid for names that nobody has, so that they tell nothing', async () => {
    const t = await openTestEngine();
    for (let guess = 0; guess < 10; guess++) expect(await accepts(t, 'nobody', '000000')).toBe(false);
    await expectRefusal(t.engine.verify(t.caller, { user: 'nobody', answer: { code: '000000' } }), 'too_many_attempts');
  });

  test('are his alone: what others do leaves him alone (TEN-03)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    const own = await t.engine.integrations.create(t.caller, { name: 'Other', realm: 'own' });
    const caller = integrationCaller(own.integration);
    const namesake = await enrollTotp(t, 'alice', { caller });
    t.clock.advance(step);
    for (let guess = 0; guess < 12; guess++) await accepts(t, 'alice', '000000', caller).catch(codeOf);
    expect(await accepts(t, 'alice', alice.code())).toBe(true);
    await expectRefusal(
      t.engine.verify(caller, { user: 'alice', answer: { code: namesake.code() } }),
      'too_many_attempts',
    );
  });
});

describe('the guesses of one address', () => {
  test('at many users end, and cost those users nothing (BF-11, BF-12)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perSource: 30, perUser: 3 } } });
    const alice = await enrollTotp(t, 'alice');
    const from = (ip: string, user: string, code: string) =>
      t.engine.verify(t.caller, { user, answer: { code }, context: { ip } }).catch(codeOf);
    let judged = 0;
    for (let user = 0; user < 60; user++)
      if (typeof (await from('192.0.2.1', `user ${user}`, '000000')) !== 'string') judged++;
    expect(judged).toBe(30);
    for (let guess = 0; guess < 10; guess++) {
      expect(await from('192.0.2.1', 'alice', alice.code())).toBe('too_many_attempts');
    }
    expect(await from('192.0.2.2', 'alice', alice.code())).toMatchObject({ accepted: true });
  });

  test('are given back for what was right: one office behind one address can work all day', async () => {
    const t = await openTestEngine({ policy: { guesses: { perSource: 5 } } });
    const users = await enrollMany(t, 12);
    t.clock.advance(step);
    for (const { name, code } of users) {
      const verified = await t.engine.verify(t.caller, {
        user: name,
        answer: { code: code() },
        context: { ip: '192.0.2.1' },
      });
      expect(verified.accepted).toBe(true);
    }
  });
});

describe('a wrong answer to the second factor', () => {
  test('does not use up the passwords of administrators, and the reverse (law 4)', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice@example.org');
    const password = 'velvet-anchor-93-tundra';
    const account = { email: 'alice@example.org', firstName: 'Alice', lastName: 'Example', password };
    await t.engine.administrators.create({ ...t.system, tenant: t.tenant }, account);
    await guessWrong(t, alice, 20);
    expect(await t.engine.administrators.authenticate('alice@example.org', password, undefined)).toBeDefined();
    t.clock.advance(900_000);
    for (let guess = 0; guess < 11; guess++) {
      await t.engine.administrators.authenticate('alice@example.org', 'wrong password', undefined);
    }
    expect(await accepts(t, 'alice@example.org', alice.code())).toBe(true);
  });
});

describe('messages', () => {
  test('to one address end, whichever user and device they are for', async () => {
    const t = await openTestEngine({ policy: { messages: { perTarget: 4 } } });
    await enrollEmail(t, 'alice', 'shared@example.org');
    await enrollEmail(t, 'bob', 'shared@example.org');
    await t.engine.challenges.issue(t.caller, { user: 'alice' });
    await t.engine.challenges.issue(t.caller, { user: 'bob' });
    for (const user of ['alice', 'bob']) {
      await expectRefusal(t.engine.challenges.issue(t.caller, { user }), 'too_many_messages');
    }
    expect(t.messages).toHaveLength(4);
    t.clock.advance(900_000);
    await t.engine.challenges.issue(t.caller, { user: 'bob' });
  });

  test('at once are as many as the budget says', async () => {
    const t = await openTestEngine({ policy: { messages: { perTarget: 4 } } });
    await enrollEmail(t, 'alice');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => t.engine.challenges.issue(t.caller, { user: 'alice' })),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(3);
    expect(t.messages).toHaveLength(4);
  });
});
