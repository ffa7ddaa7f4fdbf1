// Recovery codes at every door that takes them (at the same moment: src/doors/races.test.ts).
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Random } from '../../src/core/random.ts';
import { kindContext } from '../../src/devices/kind-context.fixture.ts';
import { recoveryCodes } from '../../src/devices/recovery-codes/recovery-codes.ts';
import { giveApp, openDoors, openWays } from '../../src/doors/ways.fixture.ts';
import { giveRecoveryCodes } from '../../src/engine/enrolled.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';

const plenty = { policy: { guesses: { perUser: 1000 } } };

describe('a recovery code', () => {
  test('is good once, whichever door it is brought to and whichever door it is brought to then (REC-01)', async () => {
    const t = await openWays(plenty);
    const codes = await giveRecoveryCodes(t, 'alice');
    for (const [index, first] of t.recoveryWays.entries()) {
      const code = codes[index]!;
      expect([first.name, (await first.submit('alice', code)).accepted]).toEqual([first.name, true]);
      for (const second of [...t.recoveryWays, ...t.ways])
        expect([first.name, second.name, (await second.submit('alice', code)).accepted]).toEqual([
          first.name,
          second.name,
          false,
        ]);
    }
  });

  test('is used up for a server that starts anew, too (REC-01)', async () => {
    const t = await openFileEngines();
    const [used = '', unused = ''] = await giveRecoveryCodes(t, 'alice');
    expect(await t.engine.verify(t.caller, { user: 'alice', answer: { code: used } })).toMatchObject({
      accepted: true,
    });
    const restarted = await t.open();
    const verify = async (code: string) =>
      (await restarted.engine.verify(t.caller, { user: 'alice', answer: { code } })).accepted;
    expect(await verify(used)).toBe(false);
    expect(await verify(unused)).toBe(true);
    expect(await verify(unused)).toBe(false);
  });

  test('of somebody else is refused, and stays good for him (REC-03)', async () => {
    const t = await openWays(plenty);
    await giveRecoveryCodes(t, 'alice');
    await giveApp(t, 'alice');
    const codes = await giveRecoveryCodes(t, 'mallory');
    for (const [index, way] of t.recoveryWays.entries()) {
      for (const at of [...t.recoveryWays, ...t.ways])
        expect([at.name, (await at.submit('alice', codes[index]!)).accepted]).toEqual([at.name, false]);
      expect([way.name, (await way.submit('mallory', codes[index]!)).accepted]).toEqual([way.name, true]);
    }
  });

  test('is of no use to a challenge that asks for another device, and is not used up by it (REC-03)', async () => {
    const t = await openWays(plenty);
    const [code = ''] = await giveRecoveryCodes(t, 'alice');
    await giveApp(t, 'alice');
    for (const way of t.ways.filter(({ name }) => name.endsWith('challenge')))
      expect([way.name, (await way.submit('alice', code)).accepted]).toEqual([way.name, false]);
    expect((await t.recoveryWays[0]!.submit('alice', code)).accepted).toBe(true);
  });

  test('is told as what it is, in the answer and in the trail, so that it passes for no other factor (REC-07)', async () => {
    const t = await openWays(plenty);
    const [code = '', other = ''] = await giveRecoveryCodes(t, 'alice');
    await giveApp(t, 'alice');
    const { body } = await t.send('rest', 'POST', '/v1/verify', { body: { user: 'alice', code } });
    expect(body).toMatchObject({ accepted: true, method: 'recovery-code', device: { kind: 'recovery-codes' } });
    const { items } = await t.engine.audit.query(t.caller, { event: 'verify.answered', limit: 1 });
    expect(items[0]).toMatchObject({ outcome: 'accepted', detail: { method: 'recovery-code' } });
    // A caller who wants another kind is not given this one.
    const wanted = { user: 'alice', code: other, kinds: ['totp', 'hotp', 'email'] };
    expect((await t.send('rest', 'POST', '/v1/verify', { body: wanted })).body).toEqual({ accepted: false });
    expect((await t.way('Adjure authenticate').submit('alice', other)).accepted).toBe(false);
  });

  test('is of no use where the policy does not allow recovery codes (REC-07)', async () => {
    const t = await openWays(plenty);
    const [code = ''] = await giveRecoveryCodes(t, 'alice');
    await giveApp(t, 'alice');
    const policy = { allowedKinds: ['totp'], guesses: { perUser: 1000 } };
    const { id } = t.integration;
    await t.engine.integrations.update(t.caller, id, { policy });
    t.clock.advance(2000);
    for (const door of ['rest', 'adjure'] as const) {
      const path = door === 'rest' ? '/v1/verify' : '/user/recovery/authenticate';
      const body = door === 'rest' ? { user: 'alice', code } : { user_id: 'alice', recovery_code: code };
      const told = await t.send(door, 'POST', path, { body });
      expect([door, told.status === 200 && told.body['accepted'] !== false]).toEqual([door, false]);
    }
  });

  test('has spellings that people type, all of which are the one code, at every door (REC-09)', async () => {
    const t = await openWays(plenty);
    for (const [index, way] of t.recoveryWays.entries()) {
      const codes = await giveRecoveryCodes(t, `alice ${index}`);
      const code = codes.find((text) => /[01]/.test(text)) ?? '';
      const spellings = [
        code.toLowerCase(),
        code.replaceAll('-', ''),
        code.replaceAll('-', ' '),
        ` ${code} `,
        code.replaceAll('0', 'O').replaceAll('1', 'l'),
        code,
      ];
      const others = [
        code.replace(/[A-Z]/, (letter) => `${letter}\u0301`),
        code.replace(/\d/, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
        `${code}\u200b`,
        `${code}\0`,
        code.slice(0, -1),
        `${code}0`,
      ];
      for (const other of others)
        expect([way.name, other, (await way.submit(`alice ${index}`, other)).accepted]).toEqual([
          way.name,
          other,
          false,
        ]);
      const [first = '', ...rest] = spellings;
      expect((await way.submit(`alice ${index}`, first)).accepted).toBe(true);
      for (const spelling of rest)
        expect([way.name, spelling, (await way.submit(`alice ${index}`, spelling)).accepted]).toEqual([
          way.name,
          spelling,
          false,
        ]);
    }
  });
});

describe('the database', () => {
  test('is asked the same and is told to write the same for a wrong code, wherever the sets differ (REC-08)', async () => {
    const asked: string[] = [];
    const t = await openFileEngines({
      policy: { guesses: { perUser: 1000 } },
      plugins: [
        {
          transformQuery: ({ node }) => {
            asked.push(node.kind);
            return node;
          },
          transformResult: async ({ result }) => result,
        },
      ],
    });
    const listed = { doors: { rest: {}, adjure: {} } };
    await t.engine.integrations.update(t.caller, t.caller.integration.id, listed);
    const { recoveryWays } = openDoors(t);
    const codes = await giveRecoveryCodes(t, 'alice');
    await giveRecoveryCodes(t, 'bob');
    const workOf = async (user: string, code: string) => {
      // The first guess of a window has to open its account.
      await recoveryWays[0]!.submit(user, 'AAAA-AAAA-AAAA-AAAA');
      asked.length = 0;
      const { accepted } = await recoveryWays[0]!.submit(user, code);
      return { accepted, work: asked.join(' ') };
    };
    const wrong = await workOf('alice', 'BBBB-BBBB-BBBB-BBBB');
    expect(wrong.accepted).toBe(false);
    // The first of hers, the last of hers, a used one and one of nobody: none is found faster than another.
    for (const place of [0, 4, 9]) expect(await workOf('bob', codes[place]!)).toEqual(wrong);
    const first = await workOf('alice', codes[0]!);
    expect(first.accepted).toBe(true);
    for (const place of [9, 4]) expect(await workOf('alice', codes[place]!)).toEqual(first);
    expect(await workOf('alice', codes[0]!)).toEqual(wrong);
  });
});

describe('ten thousand sets', () => {
  /** Bytes that are the same in every run and have no pattern: SHA-256 in counter mode, a mebibyte at a time. */
  function evenBytes(seed: string): Random {
    let block = 0;
    let stock = Buffer.alloc(0);
    let at = 0;
    return {
      bytes(length) {
        if (at + length > stock.length) {
          const blocks = Array.from({ length: 32_768 }, () =>
            createHash('sha256').update(`${seed} ${block++}`).digest(),
          );
          stock = Buffer.concat([stock.subarray(at), ...blocks]);
          at = 0;
        }
        at += length;
        return new Uint8Array(stock.subarray(at - length, at));
      },
    };
  }

  test('have no code twice and every character as often at every place (REC-04, RND-01)', () => {
    const kind = recoveryCodes();
    // Kept codes are hashed, which is not what this is about.
    const ctx = { ...kindContext(kind), random: evenBytes('ten thousand sets'), hash: (text: string) => text };
    const seen = new Set<string>();
    const places = Array.from({ length: 16 }, () => new Map<string, number>());
    for (let set = 0; set < 10_000; set++) {
      const { shown } = kind.prepare(kind.options.parse({}), ctx);
      for (const code of (shown ?? {})['codes'] as string[]) {
        const bare = code.replaceAll('-', '');
        seen.add(bare);
        for (const [place, counts] of places.entries())
          counts.set(bare.charAt(place), (counts.get(bare.charAt(place)) ?? 0) + 1);
      }
    }
    expect(seen.size).toBe(100_000);
    for (const counts of places) {
      expect(counts.size).toBe(32);
      const expected = 100_000 / 32;
      const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 31 degrees of freedom, α = 10⁻⁵: there are sixteen places.
      expect(chiSquare).toBeLessThan(75.6);
    }
  });
});
