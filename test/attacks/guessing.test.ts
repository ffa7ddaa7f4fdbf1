// Guesses at the second factor: how many are looked at, whatever way they come (at the same moment: src/doors/races.test.ts).
import { describe, expect, test } from 'vitest';
import { policySchema } from '../../src/core/policy/policy.ts';
import { kindContext, noon, stored } from '../../src/devices/kind-context.fixture.ts';
import { totp } from '../../src/devices/totp/totp.ts';
import {
  type AppUser,
  type Bring,
  type Doors,
  giveApp,
  giveMail,
  judgedAnswers,
  openWays,
} from '../../src/doors/ways.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import { readMarkdown } from '../fixtures/markdown.ts';

const hour = 3_600_000;

/** The ways that begin with a challenge. */
const challenges = ({ ways }: Doors) => ways.filter(({ name }) => name.endsWith('challenge'));

/** Uses up the guesses of a user. */
async function lock({ ways }: Doors, user: AppUser): Promise<void> {
  for (let number = 0; number < 10; number++) await ways[0]!.submit(user.name, user.wrong(number));
}

describe('one challenge', () => {
  test('is dead after its wrong answers, and says to the right one what it says to a wrong one (BF-01)', async () => {
    const t = await openWays({ policy: { guesses: { perUser: 1000 } } });
    for (const way of challenges(t)) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const bring = await way.open(alice.name);
      for (let number = 0; number < 5; number++) expect((await bring(alice.wrong(number))).accepted).toBe(false);
      const wrong = await bring(alice.wrong(5));
      const right = await bring(alice.code());
      expect([way.name, right]).toEqual([way.name, wrong]);
      expect(right.accepted).toBe(false);
      // OSS2FA has one answer to a challenge, the others five.
      const judged = { accepted: 0, refused: way.door === 'oss2fa' ? 1 : 5 };
      expect([way.name, await judgedAnswers(t, alice.userId)]).toEqual([way.name, judged]);
    }
  });
});

describe('the guesses of a user', () => {
  test('are ten, however many challenges are opened at however many doors (BF-02, BF-07)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'alice');
    for (let session = 0; session < 200; session++) {
      const bring = await challenges(t)[session % 3]!.open('alice');
      for (let guess = 0; guess < 3; guess++) await bring(alice.wrong(3 * session + guess));
    }
    expect(await judgedAnswers(t, alice.userId)).toEqual({ accepted: 0, refused: 10 });
    for (const way of t.ways) expect((await way.submit('alice', alice.code())).accepted).toBe(false);
  });

  test('do not come back with a new code by mail (BF-03)', async () => {
    const t = await openWays();
    await giveMail(t, 'alice');
    const { accepted: before } = await judgedAnswers(t);
    for (let round = 0; round < 40; round++) {
      const { body } = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
      const path = `/v1/challenges/${String(body['id'])}`;
      for (let turn = 0; turn < 4; turn++) {
        for (let guess = 0; guess < 3; guess++)
          await t.send('rest', 'POST', `${path}/answer`, { body: { code: `${round}${turn}${guess}x` } });
        await t.send('rest', 'POST', `${path}/resend`);
      }
    }
    expect(await judgedAnswers(t)).toEqual({ accepted: before, refused: 10 });
    expect(t.messages.length).toBeLessThanOrEqual(20);
  });

  test('do not come back with the first factor, which is proven whenever a decision is asked for (BF-04)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'alice');
    for (let round = 0; round < 50; round++) {
      await t.send('rest', 'POST', '/v1/decisions', { body: { user: 'alice' } });
      await t.send('oss2fa', 'POST', '/integrations/clients/auth', { body: { username: 'alice' } });
      const bring = await challenges(t)[round % 3]!.open('alice');
      for (let guess = 0; guess < 4; guess++) await bring(alice.wrong(guess));
    }
    expect(await judgedAnswers(t, alice.userId)).toEqual({ accepted: 0, refused: 10 });
  });

  test('do not come back with an enrollment that is begun, completed or cancelled meanwhile (BF-04)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'alice');
    for (let round = 0; round < 9; round++) await t.ways[0]!.submit('alice', alice.wrong(round));
    await giveMail(t, 'alice');
    const begun = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await t.engine.enrollments.cancel(t.caller, begun.id);
    for (let round = 0; round < 9; round++) await t.ways[0]!.submit('alice', alice.wrong(round));
    expect((await judgedAnswers(t, alice.userId)).refused).toBe(10);
  });

  test('are kept in the database and nowhere else: whoever restarts the server gets none back (BF-08)', async () => {
    const t = await openFileEngines();
    const alice = await giveApp(t, 'alice');
    let judged = 0;
    for (let guess = 0; guess < 15; guess++) {
      const restarted = await t.open();
      const answer = { code: alice.wrong(guess) };
      const outcome = await restarted.engine.verify(t.caller, { user: 'alice', answer }).catch(() => undefined);
      if (outcome !== undefined) judged++;
      await restarted.close();
    }
    expect(judged).toBe(10);
  });

  test('are looked at a hundred times however slow they are, at whatever door; then he has to be unlocked (BF-13)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'alice');
    for (let guess = 0; guess < 120; guess++) {
      await t.ways[guess % t.ways.length]!.submit('alice', alice.wrong(guess));
      t.clock.advance(hour);
    }
    expect(await judgedAnswers(t, alice.userId)).toEqual({ accepted: 0, refused: 100 });
    for (const way of t.ways) expect((await way.submit('alice', alice.code())).accepted).toBe(false);
    await t.send('rest', 'POST', `/v1/users/${alice.userId}/unlock`);
    expect((await t.ways[0]!.submit('alice', alice.code())).accepted).toBe(true);
  });
});

describe('a user who is locked', () => {
  test('is told the same of right and wrong codes at each door; the right one is good after an unlock (BF-17)', async () => {
    const t = await openWays();
    for (const way of t.ways) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const opened = await way.open(alice.name);
      await lock(t, alice);
      for (const bring of [opened, (code: string) => way.submit(alice.name, code)] satisfies Bring[]) {
        const wrong = await bring(alice.wrong(11));
        for (let time = 0; time < 10; time++) expect([way.name, await bring(alice.code())]).toEqual([way.name, wrong]);
        expect(wrong.accepted).toBe(false);
      }
      await t.send('rest', 'POST', `/v1/users/${alice.userId}/unlock`);
      expect([way.name, (await way.submit(alice.name, alice.code())).accepted]).toEqual([way.name, true]);
    }
  });

  test('is not let in afterwards by a challenge from before (BF-14)', async () => {
    const t = await openWays();
    for (const way of challenges(t)) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const bring = await way.open(alice.name);
      await lock(t, alice);
      expect((await bring(alice.code())).accepted).toBe(false);
      t.clock.advance(15 * 60_000);
      expect([way.name, (await bring(alice.code())).accepted]).toEqual([way.name, false]);
      // The lock is over, and he can begin anew.
      expect([way.name, (await way.submit(alice.name, alice.code())).accepted]).toEqual([way.name, true]);
    }
  });
});

describe('one code at hundreds of users', () => {
  test('from one address is looked at two hundred times, and locks none of them (BF-11, BF-12)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'user 0');
    const statuses: number[] = [];
    const code = alice.wrong();
    for (let user = 0; user < 600; user++) {
      const body = { user: `user ${user % 300}`, code, context: { ip: '192.0.2.1' } };
      const { status } = await t.send('rest', 'POST', '/v1/verify', { body });
      statuses.push(status);
    }
    expect(statuses).toEqual(Array.from({ length: 600 }, (_, index) => (index < 200 ? 200 : 429)));
    const body = { user: 'user 0', code: alice.code(), context: { ip: '192.0.2.2' } };
    expect((await t.send('rest', 'POST', '/v1/verify', { body })).body['accepted']).toBe(true);
  });
});

describe('somebody who is let in at no door', () => {
  test('locks nobody: what he sends is no guess (BF-12)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'alice');
    const other = await t.engine.tenants.create(t.system, { name: 'Other' });
    const foreign = await t.engine.integrations.create(
      { ...t.system, tenant: other.tenant.id },
      { name: 'Other', doors: { rest: {}, oss2fa: {}, adjure: {} } },
    );
    const credentials = ['', `${t.token}x`, t.token.slice(0, -1), 'csi_nothing', foreign.token];
    const attempts: [door: 'rest' | 'oss2fa' | 'adjure', path: string, body: object][] = [
      ['rest', '/v1/verify', { user: 'alice', code: alice.wrong() }],
      ['rest', '/v1/challenges', { user: 'alice' }],
      ['oss2fa', '/integrations/challenges', { username: 'alice' }],
      ['adjure', '/user/authenticate', { user_id: 'alice', auth_code: alice.wrong() }],
      ['adjure', '/user/recovery/authenticate', { user_id: 'alice', recovery_code: 'x' }],
    ];
    for (const token of credentials)
      for (let time = 0; time < 4; time++)
        for (const [door, path, body] of attempts) {
          const headers = { Authorization: `Bearer ${token}`, 'X-Integration-Token': token };
          const { status, body: told } = await t.send(door, 'POST', path, { body, headers, source: '192.0.2.1' });
          // The integration of somebody else is let in, and knows no alice.
          const wanted = token === foreign.token && told['accepted'] !== true ? status : 401;
          expect([door, path, status]).toEqual([door, path, wanted]);
        }
    expect(await judgedAnswers(t, alice.userId)).toEqual({ accepted: 0, refused: 0 });
    for (const way of t.ways) {
      expect([way.name, (await way.submit('alice', alice.code())).accepted]).toEqual([way.name, true]);
      t.clock.advance(30_000);
    }
  });
});

/** Numbers of 32 bits that are spread evenly, the same in every run (mulberry32). */
function evenNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** A row of the table of docs/policy.md, read. */
interface Row {
  policy: string;
  digits: number;
  codes: number;
  daily: number;
  total: number;
  chances: [daily: string, total: string];
}

function readTable(): Row[] {
  const page = readMarkdown('docs/policy.md').split('## How likely a guess is')[1]?.split('\n## ')[0] ?? '';
  return [...page.matchAll(/^\| `(\{[^`]*\})`[^|]*\|(.*)\|$/gm)].map(([, policy = '', cells = '']) => {
    const [digits, codes, daily, first, total, second] = cells.split('|').map((cell) => cell.trim());
    return {
      policy,
      digits: Number(digits),
      codes: Number(codes),
      daily: Number(daily),
      total: Number(total),
      chances: [String(first), String(second)],
    };
  });
}

describe('the chance of a guess, as docs/policy.md tells it (BF-16)', () => {
  const rows = readTable();

  test('is n · m / 10^d, with what each policy permits (BF-16)', () => {
    expect(rows.length).toBeGreaterThan(5);
    for (const { policy, digits, codes, daily, total, chances } of rows) {
      const { guesses } = policySchema.parse(JSON.parse(policy));
      expect([policy, daily, total]).toEqual([
        policy,
        (86_400 / guesses.windowSeconds) * guesses.perUser,
        guesses.consecutive,
      ]);
      expect([policy, digits, ...chances]).toEqual([
        policy,
        digits,
        ...[daily, total].map((count) => ((count * codes) / 10 ** digits).toExponential(1)),
      ]);
    }
  });

  test.each(rows.filter(({ digits, codes }) => digits === 6 && codes === 3))(
    'counts as many guesses as are really looked at under $policy (BF-16, BF-13)',
    async ({ policy, daily, total }) => {
      const { guesses } = policySchema.parse(JSON.parse(policy));
      const t = await openWays({ policy: { guesses } });
      const alice = await giveApp(t, 'alice');
      const bob = await giveApp(t, 'bob');
      const verify = t.way('library verify');
      const window = guesses.windowSeconds * 1000;
      for (let passed = 0; passed < 24 * hour; passed += window) {
        for (let guess = 0; guess <= guesses.perUser; guess++) await verify.submit('bob', bob.wrong(guess));
        for (let guess = 0; guess <= guesses.perUser; guess++) await verify.submit('alice', alice.wrong(guess));
        t.clock.advance(window);
        // Alice signs in herself, before anything is guessed in the new window; that begins no other one.
        expect((await verify.submit('alice', alice.code())).accepted).toBe(true);
      }
      expect((await judgedAnswers(t, alice.userId)).refused).toBe(daily);
      expect((await judgedAnswers(t, bob.userId)).refused).toBe(total);
    },
  );

  test('is that of the codes that the kind accepts: three, of all that were tried (BF-16, WIN-01)', () => {
    const kind = totp();
    const ctx = kindContext(kind);
    const { state } = kind.prepare(kind.options.parse({}), ctx);
    const device = { id: 'device', ...stored(state) };
    const codeAt = (steps: number) => kind.currentCode?.(state, ctx.at(noon + steps * 30_000)) ?? '';
    const window = new Set([-1, 0, 1].map(codeAt));
    const outside = [-5, -4, -3, -2, 2, 3, 4, 5].map(codeAt);
    const guesses = Array.from({ length: 20_000 }, (_, index) => String((index * 49_999) % 1_000_000).padStart(6, '0'));
    const accepted = [...new Set([...window, ...outside, ...guesses])].filter(
      (code) => kind.check(device, undefined, { code }, ctx).accepted,
    );
    expect(new Set(accepted)).toEqual(window);
  });

  test('is what a million accounts lose when each is guessed at until it is locked (BF-16)', () => {
    const [{ total, codes, digits } = { total: 0, codes: 0, digits: 0 }] = rows;
    const { perUser } = policySchema.parse({}).guesses;
    const accounts = 1_000_000;
    const bound = (perUser / 10 ** digits) * 2 ** 32;
    const draw = evenNumbers(20_260_101);
    let lost = 0;
    for (let account = 0; account < accounts; account++) {
      let isLost = false;
      // Window after window the attacker guesses the lowest numbers, and the app has other codes.
      for (let guessed = 0; guessed < total; guessed += perUser)
        for (let code = 0; code < codes; code++) if (draw() < bound) isLost = true;
      if (isLost) lost++;
    }
    const expected = (accounts * total * codes) / 10 ** digits;
    // Five standard deviations of a Poisson count.
    expect(Math.abs(lost - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });
});
