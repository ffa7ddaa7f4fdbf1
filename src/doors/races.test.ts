// One code at every door at once. What is raced for here lies in the database, so it runs on every database.
import { describe, expect, test } from 'vitest';
import { openFileEngines } from '../engine/file-engines.fixture.ts';
import { integrationCaller } from '../testing/index.ts';
import {
  type Bring,
  giveApp,
  giveMail,
  giveToken,
  judgedAnswers,
  mailedCode,
  openDoors,
  openWays,
  type Way,
} from './ways.fixture.ts';

/** Two processes on one database, each with every door, for one integration. */
async function openTwoNodes(): Promise<{ t: Awaited<ReturnType<typeof openFileEngines>>; ways: Way[] }> {
  const t = await openFileEngines();
  const changed = await t.engine.integrations.update(t.caller, t.caller.integration.id, {
    doors: { rest: {}, oss2fa: {}, adjure: {} },
  });
  t.caller = integrationCaller(changed);
  const second = await t.open();
  return { t, ways: [t.engine, second.engine].flatMap((engine) => openDoors({ ...t, engine }).ways.slice()) };
}

/** Opens every way so many times, then brings the codes all at once; whom it let in. */
async function bringAtOnce(
  ways: readonly Way[],
  user: string,
  times: number,
  codeOf: (index: number) => string,
): Promise<{ accepted: number[]; statuses: number[] }> {
  const opened: Bring[] = [];
  for (let index = 0; index < times; index++) opened.push(await ways[index % ways.length]!.open(user));
  const answers = await Promise.all(opened.map((bring, index) => bring(codeOf(index))));
  return {
    accepted: answers.flatMap(({ accepted }, index) => (accepted ? [index] : [])),
    statuses: answers.map(({ status }) => status),
  };
}

describe('one code of an authenticator app', () => {
  test.each([2, 10, 50, 500])(
    'that is brought %i times at once, at every door, is accepted once (OTP-02, OTP-03)',
    async (times) => {
      const t = await openWays();
      for (let round = 0; round < (times > 50 ? 1 : 5); round++) {
        const alice = await giveApp(t, `alice ${round}`);
        const { accepted, statuses } = await bringAtOnce(t.ways, alice.name, times, () => alice.code());
        expect(accepted).toHaveLength(1);
        expect(statuses.filter((status) => status >= 500)).toEqual([]);
        expect(await judgedAnswers(t, alice.userId)).toMatchObject({ accepted: 1 });
      }
      expect(t.faults).toEqual([]);
    },
  );

  test('that is brought to every door of two processes at once is accepted once (OTP-03, BF-07, I1)', async () => {
    const { t, ways } = await openTwoNodes();
    for (let round = 0; round < 5; round++) {
      const alice = await giveApp(t, `alice ${round}`);
      const { accepted } = await bringAtOnce(ways, alice.name, 24, () => alice.code());
      expect(accepted).toHaveLength(1);
      // What is left of it is nothing, at no door of either.
      const again = await bringAtOnce(ways, alice.name, 6, () => alice.code());
      expect(again.accepted).toEqual([]);
    }
  });
});

describe('two codes of a counter that are brought at once', () => {
  test('are accepted in their order or the later one alone, never backwards (OTP-08, OTP-09)', async () => {
    const { t, ways } = await openTwoNodes();
    // Adjure asks authenticator apps only.
    const forTokens = ways.filter(({ door }) => door !== 'adjure');
    for (let round = 0; round < 40; round++) {
      const name = `carol ${round}`;
      const code = await giveToken(t, name);
      const counters = round % 2 === 0 ? [6, 7] : [7, 6];
      const offset = round % forTokens.length;
      const at = [...forTokens.slice(offset), ...forTokens.slice(0, offset)];
      const { accepted } = await bringAtOnce([at[0]!, at[3]!], name, 2, (index) => code(counters[index]!));
      const won = accepted.map((index) => counters[index]!).sort((a, b) => a - b);
      expect(won.at(-1)).toBe(7);
      // Had 7 been accepted and then 6, the counter would stand at 7 again, and this would be let in.
      for (const counter of [6, 7]) {
        const { accepted: again } = await forTokens[0]!.submit(name, code(counter));
        expect([won, counter, again]).toEqual([won, counter, false]);
      }
      expect((await forTokens[1]!.submit(name, code(8))).accepted).toBe(true);
    }
  });
});

describe('a mailed code', () => {
  test('that is brought to one challenge at two doors at once passes it once, and no sibling (OTP-13)', async () => {
    const t = await openWays({ policy: { codeDigits: 6 } });
    await giveMail(t, 'alice');
    for (let round = 0; round < 5; round++) {
      // OSS2FA has one answer to a challenge; one that REST has issued has five, and a number at that door too.
      const sibling = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
      const stale = mailedCode(t);
      const { body } = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
      const id = String(body['id']);
      const [number] = await t.engine.numbers.assign(t.caller, 'challenge', [id]);
      const code = mailedCode(t);
      const rest = async (challenge: string, typed: string) => {
        const path = `/v1/challenges/${challenge}/answer`;
        return (await t.send('rest', 'POST', path, { body: { code: typed } })).body['accepted'] === true;
      };
      const oss2fa = async () => {
        const path = `/integrations/challenges/${number}/complete`;
        const { status, body } = await t.send('oss2fa', 'POST', path, { body: { token: code } });
        return status === 200 && body['status'] === 3;
      };
      const told = await Promise.all(
        Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? rest(id, code) : oss2fa())),
      );
      expect(told.filter(Boolean)).toHaveLength(1);
      for (const typed of [stale, code]) expect(await rest(String(sibling.body['id']), typed)).toBe(false);
      t.clock.advance(900_000);
    }
  });
});

describe('guesses that come at once', () => {
  test('are judged ten times, at every door of two processes together, and then not even the right one is (OTP-14, BF-07, I3)', async () => {
    const { t, ways } = await openTwoNodes();
    for (let round = 0; round < 3; round++) {
      const alice = await giveApp(t, `alice ${round}`);
      const { accepted, statuses } = await bringAtOnce(ways, alice.name, 60, (index) => alice.wrong(index));
      expect(accepted).toEqual([]);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      expect(await judgedAnswers(t, alice.userId)).toEqual({ accepted: 0, refused: 10 });
      const right = await bringAtOnce(ways, alice.name, 12, () => alice.code());
      expect(right.accepted).toEqual([]);
      expect(await judgedAnswers(t, alice.userId)).toEqual({ accepted: 0, refused: 10 });
    }
  });

  test('with the right one among them are judged as far as the budget goes (OTP-14)', async () => {
    const t = await openWays({ policy: { guesses: { perUser: 5 } } });
    for (let round = 0; round < 10; round++) {
      const alice = await giveApp(t, `alice ${round}`);
      const place = (round * 3) % 20;
      await bringAtOnce(t.ways, alice.name, 20, (index) => (index === place ? alice.code() : alice.wrong(index)));
      const { accepted, refused } = await judgedAnswers(t, alice.userId);
      // An accepted answer forgives what came before it: four wrong ones at most, and five after it.
      expect(accepted === 1 ? refused <= 9 : refused === 5).toBe(true);
    }
  });
});

describe('a name', () => {
  test('is one name: what is nearly the same is somebody else, with guesses of his own (BF-06, EML-09)', async () => {
    const t = await openWays();
    const mike = await giveApp(t, 'mike@example.org');
    const others = ['MIKE@example.org', 'm\u0131ke@example.org', 'mi\u0301ke@example.org', mike.userId];
    const padded = ['mike@example.org ', ' mike@example.org'];
    for (const way of t.ways)
      // OSS2FA has always cut blanks off a name, so there these are spellings of his.
      for (const name of way.door === 'oss2fa' ? others : [...others, ...padded]) {
        const { accepted } = await way.submit(name, mike.code());
        expect([way.name, name, accepted]).toEqual([way.name, name, false]);
      }
    // Nothing of that was a guess at him, and nothing of it has used his code up.
    expect(await judgedAnswers(t, mike.userId)).toEqual({ accepted: 0, refused: 0 });
    expect((await t.way('REST verify').submit('mike@example.org', mike.code())).accepted).toBe(true);
  });

  test('in whatever spelling a door takes for it pays for the guesses of one user, ten in all (BF-06)', async () => {
    const t = await openWays();
    const zoe = await giveApp(t, 'Zo\u00eb');
    const spellings = ['Zo\u00eb', 'Zoe\u0308', 'ZO\u00cb', ' Zo\u00eb', 'Zo\u00eb ', zoe.userId];
    let number = 0;
    for (let round = 0; round < 3; round++)
      for (const way of t.ways) for (const name of spellings) await way.submit(name, zoe.wrong(number++));
    expect(await judgedAnswers(t, zoe.userId)).toEqual({ accepted: 0, refused: 10 });
    for (const way of t.ways)
      for (const name of spellings) expect((await way.submit(name, zoe.code())).accepted).toBe(false);
  });
});

describe('a recovery code', () => {
  test('that is brought 30 times at once, at every door that takes it, is accepted once (REC-02)', async () => {
    const t = await openWays({ policy: { guesses: { perUser: 100 } } });
    const { body } = await t.send('adjure', 'POST', '/user/provision', { body: { user_id: 'alice' } });
    const codes = body['recovery_codes'] as string[];
    for (const code of codes.slice(0, 4)) {
      const { accepted, statuses } = await bringAtOnce(t.recoveryWays, 'alice', 30, () => code);
      expect(accepted).toHaveLength(1);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
    }
    // The others are what they were.
    expect((await t.recoveryWays[1]!.submit('alice', codes[4]!)).accepted).toBe(true);
  });

  test('is one of one set, when sets are asked for 20 times at once: each that was shown works whole, or fails whole (REC-06)', async () => {
    const t = await openWays({ policy: { guesses: { perUser: 1000 } } });
    await t.send('adjure', 'POST', '/user/provision', { body: { user_id: 'alice' } });
    const asked = await Promise.all(
      Array.from({ length: 20 }, () =>
        t.send('adjure', 'POST', '/user/recovery/regenerate', { body: { user_id: 'alice' } }),
      ),
    );
    expect(asked.filter(({ status }) => status >= 500)).toEqual([]);
    const shown = asked.flatMap(({ status, body }) => (status === 200 ? [body['recovery_codes'] as string[]] : []));
    expect(shown.length).toBeGreaterThan(0);
    const works: number[] = [];
    for (const codes of shown) {
      let right = 0;
      for (const code of codes) if ((await t.recoveryWays[0]!.submit('alice', code)).accepted) right++;
      works.push(right);
    }
    expect(works.filter((count) => count > 0)).toEqual([shown[0]!.length]);
  });
});

describe('hundreds of answers that are under way together', () => {
  test('are each told of the user who gave them (TEN-07)', async () => {
    const t = await openWays({ policy: { guesses: { perUser: 1000 } } });
    const users = [];
    for (let index = 0; index < 50; index++) users.push(await giveApp(t, `user ${index}`));
    let mismatches = 0;
    for (let round = 0; round < 12; round++) {
      const told = await Promise.all(
        users.map(async ({ name, code, wrong }, index) => {
          // Every seventh is wrong, another one each round.
          const isRight = (index + round) % 7 !== 0;
          const body = { user: name, code: isRight ? code() : wrong() };
          return { name, isRight, ...(await t.send('rest', 'POST', '/v1/verify', { body })) };
        }),
      );
      for (const { name, isRight, body } of told) {
        const echoed = (body['user'] as { name: string } | undefined)?.name;
        if (body['accepted'] !== isRight || echoed !== (isRight ? name : undefined)) mismatches++;
      }
      t.clock.advance(30_000);
    }
    expect(mismatches).toBe(0);
  });
});
