// What must not be guessed: codes, ids, tokens. Statistics are over bytes that are the same in every run.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type IdKind, idPrefixes, newId } from '../../src/core/ids.ts';
import { type Random, randomDigits, systemRandom } from '../../src/core/random.ts';
import { newToken } from '../../src/crypto/index.ts';
import { giveApp, giveMail, mailedCode, openWays } from '../../src/doors/ways.fixture.ts';
import { administratorOf } from '../../src/doors/rest/rest.fixture.ts';
import { repository } from '../house/source-files.ts';

/** Bytes without a pattern that are the same every time: SHA-256 in counter mode. */
function evenBytes(seed: string): Random {
  let block = 0;
  let stock = Buffer.alloc(0);
  let at = 0;
  return {
    bytes(length) {
      if (at + length > stock.length) {
        const count = Math.ceil(Math.max(length, 1 << 20) / 32);
        const blocks = Array.from({ length: count }, () => createHash('sha256').update(`${seed} ${block++}`).digest());
        stock = Buffer.concat([stock.subarray(at), ...blocks]);
        at = 0;
      }
      at += length;
      return new Uint8Array(stock.subarray(at - length, at));
    },
  };
}

const chiSquare = (counts: Float64Array | Uint32Array | number[], expected: number): number => {
  let sum = 0;
  for (const count of counts) sum += (count - expected) ** 2 / expected;
  return sum;
};

describe('three hundred thousand codes', () => {
  test('have every digit as often at every place, every code as often, and a zero in front in a tenth (RND-01)', () => {
    const total = 300_000;
    const digits = randomDigits(evenBytes('codes'), 6 * total);
    const places = Array.from({ length: 6 }, () => new Uint32Array(10));
    // The whole range, in three thousand parts.
    const range = new Uint32Array(3000);
    for (let code = 0; code < total; code++) {
      let value = 0;
      for (let place = 0; place < 6; place++) {
        const digit = digits.charCodeAt(6 * code + place) - 48;
        places[place]![digit]! += 1;
        value = 10 * value + digit;
      }
      range[Math.floor((value * 3) / 1000)]! += 1;
    }
    // Quantiles of chi-square at 1 - 10^-4: 33.7 with 9 degrees of freedom, 3296 with 2999.
    for (const counts of places) expect(chiSquare(counts, total / 10)).toBeLessThan(33.7);
    expect(chiSquare(range, total / 3000)).toBeLessThan(3296);
    expect(Math.abs(places[0]![0]! / total - 0.1)).toBeLessThan(0.0025);
  });
});

describe('a code that begins with zeros', () => {
  test('has six characters at every door; without them it is another, and a number is none (RND-02)', async () => {
    const t = await openWays({ policy: { guesses: { perUser: 1000 } } });
    for (const way of t.ways) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      while (!/^0[1-9]/.test(alice.code())) t.clock.advance(30_000);
      const code = alice.code();
      for (const short of [code.slice(1), ` ${code.slice(1)}`, `0${code}`, `${code.slice(1)}0`])
        expect([way.name, short, (await way.submit(alice.name, short)).accepted]).toEqual([way.name, short, false]);
      // Not a string: whatever it would be turned into.
      for (const body of [Number(code), [code], { 0: code }]) {
        const told = [
          await t.send('rest', 'POST', '/v1/verify', { body: { user: alice.name, code: body } }),
          await t.send('adjure', 'POST', '/user/authenticate', { body: { user_id: alice.name, auth_code: body } }),
        ];
        expect(told.map(({ status }) => status)).toEqual([400, 400]);
      }
      expect([way.name, (await way.submit(alice.name, code)).accepted]).toEqual([way.name, true]);
    }
  });

  test('is mailed whole, and as text (RND-02)', async () => {
    const t = await openWays({ policy: { messages: { perTarget: 1000 } } });
    await giveMail(t, 'alice');
    let id: unknown;
    do {
      id = (await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } })).body['id'];
    } while (!mailedCode(t).startsWith('0'));
    const code = mailedCode(t);
    expect(code).toMatch(/^\d{6}$/);
    const path = `/v1/challenges/${String(id)}/answer`;
    const answer = async (typed: unknown) =>
      (await t.send('rest', 'POST', path, { body: { code: typed } })).body['accepted'];
    expect(await answer(String(Number(code)))).toBe(false);
    expect(await answer(Number(code))).not.toBe(true);
    expect(await answer(code)).toBe(true);
  });
});

describe('ids and tokens', () => {
  /** Where characters of this alphabet stand after the prefix, none of them is more likely than another. */
  function expectEven(values: readonly string[], prefix: RegExp, alphabet: number, length: number): void {
    const bare = values.map((value) => value.replace(prefix, ''));
    expect(new Set(bare).size).toBe(values.length);
    for (let place = 0; place < length; place++) {
      const counts = new Map<string, number>();
      for (const value of bare) counts.set(value.charAt(place), (counts.get(value.charAt(place)) ?? 0) + 1);
      expect(counts.size).toBe(alphabet);
      // Eight standard deviations: whoever is biased is far beyond it, whoever is not never gets there.
      const bound = alphabet - 1 + 8 * Math.sqrt(2 * (alphabet - 1));
      expect(chiSquare([...counts.values()], values.length / alphabet)).toBeLessThan(bound);
    }
  }

  test('hold at least 128 random bits from their first character on, and nothing of the time (RND-03)', () => {
    const ids = Array.from({ length: 10_000 }, () => newId(systemRandom, 'challenge'));
    expectEven(ids, /^chl_/, 32, 26);
    expect(26 * Math.log2(32)).toBeGreaterThanOrEqual(128);
    const tokens = Array.from({ length: 10_000 }, () => newToken(systemRandom, 'cst'));
    expectEven(tokens, /^cst_/, 62, 43);
    expect(43 * Math.log2(62)).toBeGreaterThanOrEqual(256);
    // One after the other is as often greater as smaller: nobody can order them by age.
    for (const values of [ids, tokens]) {
      const rising = values.filter((value, index) => index > 0 && value > values[index - 1]!).length;
      expect(Math.abs(rising - values.length / 2)).toBeLessThan(6 * Math.sqrt(values.length / 12));
    }
    for (const kind of Object.keys(idPrefixes) as IdKind[])
      expect(newId(systemRandom, kind)).toMatch(new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`));
  });

  test('that callers are given are all of these, and no counter or time (RND-03)', async () => {
    const t = await openWays();
    await giveApp(t, 'alice');
    const admin = await administratorOf(t, t.tenant, 'bob');
    const made = await t.engine.integrations.create(t.caller, { name: 'Other' });
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const enrollment = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    for (const id of [challenge.id, challenge.userId, challenge.deviceId, enrollment.id, made.integration.id, t.tenant])
      expect(id).toMatch(/^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/);
    for (const token of [made.token, admin.token]) expect(token).toMatch(/^cs[a-z]_[A-Za-z0-9]{43}$/);
    for (const text of [made.accessKey, made.secretKey]) expect(text).toMatch(/^[\w-]{22,}$/);
    expect(new Set([made.token, admin.token, made.accessKey, made.secretKey, t.token, t.secretKey]).size).toBe(6);
  });

  test('of eight processes that begin at the same moment are never the same (RND-04)', async () => {
    const url = (file: string) => JSON.stringify(new URL(`file://${join(repository, 'dist', file)}`).href);
    const program = `
      const { newId } = await import(${url('core/ids.js')});
      const { systemRandom } = await import(${url('core/random.js')});
      let text = '';
      for (let n = 0; n < 10000; n++) text += newId(systemRandom, 'challenge').slice(4) + '\\n';
      process.stdout.write(text);`;
    const run = promisify(execFile);
    const outputs = await Promise.all(
      Array.from({ length: 8 }, () =>
        run(process.execPath, ['--input-type=module', '-e', program], { maxBuffer: 1 << 24 }),
      ),
    );
    const ids = outputs.flatMap(({ stdout }) => stdout.trim().split('\n'));
    expect(ids).toHaveLength(80_000);
    expect(new Set(ids).size).toBe(80_000);
  });
});

describe('a token that is not whole', () => {
  test('opens no door: cut, prolonged, in another case, or with one character changed (RND-06)', async () => {
    const t = await openWays();
    const admin = await administratorOf(t, t.tenant, 'bob');
    const spoil = (token: string) => [
      ...Array.from({ length: token.length }, (_, cut) => token.slice(0, cut)),
      ...Array.from({ length: 12 }, (_, index) => {
        const at = token.length - 1 - 3 * index;
        return `${token.slice(0, at)}${token.charAt(at) === 'x' ? 'y' : 'x'}${token.slice(at + 1)}`;
      }),
      `${token}x`,
      `${token}=`,
      `${token}==`,
      `${token}\u0020x`,
      token.toLowerCase(),
      token.toUpperCase(),
      token.slice(4),
    ];
    for (const token of spoil(t.token)) {
      for (const [door, path] of [
        ['rest', '/v1/integration'],
        ['oss2fa', '/integrations/clients/auth'],
        ['adjure', '/user/auth_code?user_id=alice'],
      ] as const) {
        const headers = door === 'oss2fa' ? { 'X-Integration-Token': token } : { Authorization: `Bearer ${token}` };
        const { status } = await t.send(door, door === 'oss2fa' ? 'POST' : 'GET', path, { headers });
        expect([door, token, status]).toEqual([door, token, 401]);
      }
    }
    for (const token of spoil(admin.token)) {
      const headers = { Authorization: `Bearer ${token}` };
      const { status } = await t.send('rest', 'GET', '/v1/administrators', { headers });
      expect([token, status]).toEqual([token, 401]);
    }
    const withKey = async (key: string) => {
      const headers = { Authorization: `Basic ${Buffer.from(`${t.accessKey}:${key}`).toString('base64')}` };
      const body = { username: 'alice' };
      return (await t.send('oss2fa', 'POST', '/integration/clients/auth', { headers, body })).status;
    };
    for (const key of spoil(t.secretKey)) expect([key, await withKey(key)]).toEqual([key, 401]);
    // The whole ones are good.
    expect(await withKey(t.secretKey)).toBe(200);
    const whole = { Authorization: `Bearer ${admin.token}` };
    expect((await t.send('rest', 'GET', '/v1/administrators', { headers: whole })).status).toBe(200);
    expect((await t.send('rest', 'GET', '/v1/integration')).status).toBe(200);
  });
});
