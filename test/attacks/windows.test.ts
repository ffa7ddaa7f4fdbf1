// Windows of time and of counters, as they are at every door.
import { describe, expect, test } from 'vitest';
import { contract } from '../../src/doors/rest/contract/index.ts';
import { giveApp, giveToken, judgedAnswers, openWays } from '../../src/doors/ways.fixture.ts';
import { endpointsOf } from '../../src/http/endpoint.ts';
import { z } from 'zod';

const plenty = { policy: { guesses: { perUser: 1000 } } };

describe('the window of an authenticator app', () => {
  test('is the step of now and one to each side, at every door (WIN-01)', async () => {
    const t = await openWays(plenty);
    for (const way of t.ways) {
      const accepted: number[] = [];
      // Each step is asked of a user of its own, because an accepted one kills those before it.
      for (let steps = -5; steps <= 5; steps++) {
        const user = await giveApp(t, `${steps} ${way.name}`);
        if ((await way.submit(user.name, user.code(steps))).accepted) accepted.push(steps);
      }
      expect([way.name, accepted]).toEqual([way.name, [-1, 0, 1]]);
    }
  });

  test('is shut behind a code of the future: it kills those of now and of before, at every door (WIN-02)', async () => {
    const t = await openWays(plenty);
    for (const way of t.ways) {
      const user = await giveApp(t, `alice of ${way.name}`);
      expect((await way.submit(user.name, user.code(2))).accepted).toBe(false);
      expect((await way.submit(user.name, user.code(1))).accepted).toBe(true);
      for (const steps of [1, 0, -1])
        for (const other of t.ways)
          expect([way.name, other.name, (await other.submit(user.name, user.code(steps))).accepted]).toEqual([
            way.name,
            other.name,
            false,
          ]);
    }
  });

  test('follows a clock by one step for a code and ten in all, and is three steps wide wherever it stands (WIN-06, WIN-07)', async () => {
    const t = await openWays(plenty);
    // The window of Adjure stands still.
    for (const way of [t.way('REST verify'), t.way('OSS2FA challenge')]) {
      const user = await giveApp(t, `alice of ${way.name}`);
      // The app is ahead by as much as is let in, and a little more each time.
      let furthest = 1;
      for (let login = 0; login < 26; login++) {
        t.clock.advance(15 * 60_000);
        const edge = [furthest + 1, furthest].map((steps) => user.code(steps));
        if ((await way.submit(user.name, edge[0]!)).accepted) furthest++;
        else await way.submit(user.name, edge[1]!);
      }
      t.clock.advance(15 * 60_000);
      const accepted: number[] = [];
      // From the earliest, so that none is dead for the sake of a later one.
      for (let steps = -14; steps <= 14; steps++) {
        if ((await way.submit(user.name, user.code(steps))).accepted) accepted.push(steps);
      }
      expect([way.name, accepted]).toEqual([way.name, [9, 10, 11]]);
      t.clock.advance(15 * 60_000);
    }
  });
});

describe('the look-ahead of a counter', () => {
  test('is ten codes from the next one, at every door that takes it (WIN-03)', async () => {
    const t = await openWays(plenty);
    for (const way of t.ways.filter(({ door }) => door !== 'adjure')) {
      const accepted: number[] = [];
      for (const counter of [0, 1, 9, 10, 11, 12, 50]) {
        const name = `${counter} ${way.name}`;
        const code = await giveToken(t, name);
        if ((await way.submit(name, code(counter))).accepted) accepted.push(counter);
      }
      expect([way.name, accepted]).toEqual([way.name, [0, 1, 9, 10]]);
    }
  });
});

describe('a counter that is to be set anew', () => {
  test('takes two neighbours in their order and nothing else, from nobody but the integration (WIN-04)', async () => {
    const t = await openWays(plenty);
    const code = await giveToken(t, 'carol');
    const found = await t.send('rest', 'GET', '/v1/users?name=carol');
    const [carol] = found.body['items'] as { id: string }[];
    const [device] = await t.engine.devices.list(t.caller, carol?.id ?? '');
    const path = `/v1/devices/${device?.id}/resynchronize`;
    const set = async (codes: string[], headers = {}) => {
      const { status, body } = await t.send('rest', 'POST', path, { body: { codes }, headers });
      return status === 200 ? body['accepted'] : status;
    };
    expect(await set([code(40), code(41)], { Authorization: 'Bearer nobody' })).toBe(401);
    for (const pair of [
      [40, 40],
      [41, 40],
      [40, 42],
      [40, 60],
    ])
      expect([pair, await set(pair.map(code))]).toEqual([pair, false]);
    for (const codes of [[code(40)], [code(40), code(41), code(42)], []]) expect(await set(codes)).toBe(400);
    expect(await set([code(40), code(41)])).toBe(true);
    expect(await set([code(40), code(41)])).toBe(false);
  });

  test('multiplies no guesses: hundreds of pairs are ten guesses, of the same budget (WIN-04)', async () => {
    const t = await openWays();
    const code = await giveToken(t, 'carol');
    const found = await t.send('rest', 'GET', '/v1/users?name=carol');
    const [carol] = found.body['items'] as { id: string }[];
    const [device] = await t.engine.devices.list(t.caller, carol?.id ?? '');
    const path = `/v1/devices/${device?.id}/resynchronize`;
    const right = new Set(Array.from({ length: 200 }, (_, counter) => code(counter)));
    const guesses = Array.from({ length: 500 }, (_, index) => String(index * 666).padStart(6, '0'));
    const wrong = guesses.filter((guess) => !right.has(guess)).slice(0, 301);
    for (const guess of wrong.slice(0, -1))
      await t.send('rest', 'POST', path, { body: { codes: [guess, wrong.at(-1)] } });
    expect(await judgedAnswers(t, carol?.id ?? '')).toEqual({ accepted: 0, refused: 10 });
    for (const way of t.ways) expect((await way.submit('carol', code(0))).accepted).toBe(false);
    const { body } = await t.send('rest', 'POST', path, { body: { codes: [code(40), code(41)] } });
    expect(body['accepted']).not.toBe(true);
  });
});

describe('parameters that would make codes weak', () => {
  test.each([
    [{ digits: 5 }],
    [{ digits: 9 }],
    [{ digits: 1 }],
    [{ period: 0 }],
    [{ period: -30 }],
    [{ period: 86_400 }],
    [{ period: 1.5 }],
    [{ algorithm: 'MD5' }],
    [{ algorithm: 'none' }],
    [{ secret: 'GE' }],
    [{ secret: '' }],
    [{ secretHex: '00'.repeat(9) }],
    [{ back: 99 }],
    [{ window: 99 }],
    [{ lookAhead: 1000 }],
  ])('are refused where a device is made: %j (WIN-08)', async (options) => {
    const t = await openWays();
    for (const [path, body] of [
      ['/v1/devices', { user: 'alice', kind: 'totp', options }],
      ['/v1/enrollments', { user: 'alice', kind: 'totp', options }],
    ] as const) {
      const { status } = await t.send('rest', 'POST', path, { body });
      expect([path, status]).toEqual([path, 400]);
    }
    expect((await t.engine.users.findByName(t.caller, 'alice'))?.status).toBeUndefined();
  });

  test.each([
    [{ key_length: 5 }],
    [{ key_length: 7 }],
    [{ key_valid_duration: 0 }],
    [{ key_valid_duration: 86_400 }],
    [{ hash_algorithm: 'MD5' }],
  ])('are refused at the Adjure door: %j (WIN-08)', async (options) => {
    const t = await openWays();
    const { status } = await t.send('adjure', 'POST', '/user/provision', { body: { user_id: 'alice', ...options } });
    expect(status).toBe(400);
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
  });
});

describe('the time that counts', () => {
  test('is that of the server, whatever the caller says in members, parameters or fields (WIN-09)', async () => {
    const t = await openWays(plenty);
    const alice = await giveApp(t, 'alice');
    const then = t.clock.now() + 20 * 30_000;
    const code = alice.code(20);
    const claims: Record<string, string | number>[] = [
      'timestamp',
      'now',
      't',
      'time',
      'counter',
      'drift',
      'window',
    ].flatMap((name) => [
      { [name]: then },
      { [name]: Math.floor(then / 1000) },
      { [name]: new Date(then).toISOString() },
    ]);
    const headers = { Date: new Date(then).toUTCString(), 'X-Timestamp': String(then), 'X-Request-Start': `t=${then}` };
    for (const claim of claims) {
      const query = Object.entries(claim)
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
        .join('&');
      const issued = await t.send('oss2fa', 'POST', '/integrations/challenges', { body: { username: 'alice' } });
      const complete = `/integrations/challenges/${String(issued.body['pk'])}/complete`;
      const told = [
        await t.send('rest', 'POST', '/v1/verify', { body: { user: 'alice', code, ...claim }, headers }),
        await t.send('rest', 'POST', `/v1/verify?${query}`, { body: { user: 'alice', code }, headers }),
        await t.send('rest', 'POST', '/v1/verify', { body: { user: 'alice', code }, headers }),
        await t.send('adjure', 'POST', '/user/authenticate', {
          body: { user_id: 'alice', auth_code: code, ...claim },
          headers,
        }),
        await t.send('adjure', 'POST', `/user/authenticate?${query}`, {
          body: { user_id: 'alice', auth_code: code },
          headers,
        }),
      ];
      const oss2fa = await t.send('oss2fa', 'POST', complete, { body: { token: code, ...claim }, headers });
      expect([claim, ...told.map(({ status, body }) => status === 200 && body['accepted'] !== false)]).toEqual([
        claim,
        ...told.map(() => false),
      ]);
      expect([claim, oss2fa.body['status']]).toEqual([claim, 4]);
    }
    expect((await t.way('REST verify').submit('alice', alice.code())).accepted).toBe(true);
  });

  test('is a member of no request that proves something (WIN-09)', () => {
    for (const name of ['verify', 'challenges.answer', 'enrollments.complete', 'devices.resynchronize']) {
      const [, endpoint] = [...endpointsOf(contract)].find(([trail]) => trail.join('.') === name) ?? [];
      const schema = JSON.stringify(
        z.toJSONSchema(endpoint?.body ?? z.never(), { unrepresentable: 'any', io: 'input' }),
      );
      expect([name, /"(?:timestamp|time|now|t|counter|step|drift|window)":/.test(schema)]).toEqual([name, false]);
    }
  });
});
