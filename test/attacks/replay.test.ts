// One-time codes that are brought a second time, in every way in which they can be (races: src/doors/races.test.ts).
import { describe, expect, test } from 'vitest';
import { createKeyFile } from '../../src/crypto/index.ts';
import { systemRandom } from '../../src/core/random.ts';
import { contract } from '../../src/doors/rest/contract/index.ts';
import { giveApp, giveToken, judgedAnswers, openDoors, openWays } from '../../src/doors/ways.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import { endpointsOf } from '../../src/http/endpoint.ts';
import { decodeBase32, totp } from '../../src/otp/index.ts';
import { integrationCaller } from '../../src/testing/index.ts';
import { z } from 'zod';

/** More guesses than a test makes, where it is not guesses that it is about. */
const plenty = { policy: { guesses: { perUser: 1000 } } };

describe('a code that was accepted at one door', () => {
  test('is refused at every door, at once and 29 seconds later, in the words for a wrong one (OTP-01, OTP-03, I4)', async () => {
    const t = await openWays(plenty);
    for (const first of t.ways) {
      const alice = await giveApp(t, `alice of ${first.name}`);
      const code = alice.code();
      expect([first.name, (await first.submit(alice.name, code)).accepted]).toEqual([first.name, true]);
      for (const wait of [0, 29_000]) {
        t.clock.advance(wait);
        for (const second of t.ways) {
          const replayed = await second.submit(alice.name, code);
          const wrong = await second.submit(alice.name, alice.wrong());
          expect([first.name, second.name, replayed]).toEqual([first.name, second.name, wrong]);
          expect(replayed.accepted).toBe(false);
        }
      }
      const { items } = await t.engine.audit.query(t.caller, { userId: alice.userId, limit: 1 });
      expect(items[0]).toMatchObject({ outcome: 'refused', reason: 'wrong' });
      const rows = (await t.engine.audit.query(t.caller, { userId: alice.userId, limit: 500 })).items;
      expect(rows.filter(({ reason }) => reason === 'replayed')).toHaveLength(2 * t.ways.length);
    }
  });

  test('is refused in every other spelling of it (OTP-04)', async () => {
    const t = await openWays(plenty);
    const spellings = [
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`,
      (code: string) => ` ${code}`,
      (code: string) => `${code}\t`,
      (code: string) => `${code}\n`,
      (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`,
      (code: string) => `0${code}`,
      (code: string) => `${code}\u200b`,
      (code: string) => code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
      (code: string) => code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0x660 + Number(digit))),
      (code: string) => String(Number(code)),
      (code: string) => `+${code}`,
      (code: string) => `${code}.0`,
    ];
    for (const way of t.ways) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const code = alice.code();
      expect((await way.submit(alice.name, code)).accepted).toBe(true);
      for (const spell of spellings) {
        const again = await way.submit(alice.name, spell(code));
        expect([way.name, spell(code), again.accepted]).toEqual([way.name, spell(code), false]);
        expect(again.status).toBeLessThan(500);
      }
    }
  });

  test('takes every earlier one with it, whichever door they are brought to (OTP-07, WIN-02)', async () => {
    const t = await openWays(plenty);
    for (const [index, way] of t.ways.entries()) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const [earlier, now, later] = [alice.code(-1), alice.code(), alice.code(1)];
      const other = t.ways[(index + 1) % t.ways.length]!;
      expect((await way.submit(alice.name, now)).accepted).toBe(true);
      for (const at of [way, other]) expect((await at.submit(alice.name, earlier)).accepted).toBe(false);
      expect((await other.submit(alice.name, later)).accepted).toBe(true);
      for (const at of [way, other])
        for (const code of [earlier, now, later]) expect((await at.submit(alice.name, code)).accepted).toBe(false);
    }
  });

  test('has authorised one action, whatever its purpose: it opens no second one (OTP-06)', async () => {
    const t = await openWays(plenty);
    const code = await giveToken(t, 'carol');
    const { body } = await t.send('rest', 'GET', '/v1/users?name=carol');
    const [carol] = body['items'] as { id: string }[];
    const [device] = await t.engine.devices.list(t.caller, carol?.id ?? '');
    const resynchronize = async (...counters: number[]) => {
      const path = `/v1/devices/${device?.id}/resynchronize`;
      return (await t.send('rest', 'POST', path, { body: { codes: counters.map(code) } })).body['accepted'];
    };
    expect((await t.way('REST verify').submit('carol', code(0))).accepted).toBe(true);
    expect(await resynchronize(0, 1)).toBe(false);
    expect(await resynchronize(1, 2)).toBe(true);
    for (const way of t.ways)
      for (const counter of [0, 1, 2])
        expect([way.name, (await way.submit('carol', code(counter))).accepted]).toEqual([way.name, false]);
    expect(await resynchronize(1, 2)).toBe(false);
    // What completes an enrollment is used up by that.
    const begun = await t.send('rest', 'POST', '/v1/enrollments', { body: { user: 'bob', kind: 'totp' } });
    const { secret } = begun.body['shown'] as { secret: string };
    const first = totp({ secret: decodeBase32(secret), time: t.clock.now() });
    const complete = () =>
      t.send('rest', 'POST', `/v1/enrollments/${String(begun.body['id'])}/complete`, { body: { code: first } });
    expect((await complete()).status).toBe(200);
    expect((await complete()).status).toBe(409);
    for (const way of t.ways) expect([way.name, (await way.submit('bob', first)).accepted]).toEqual([way.name, false]);
  });

  test('stays used when the device is renamed, suspended and resumed, and all that over the wire (OTP-11)', async () => {
    const t = await openWays(plenty);
    const alice = await giveApp(t, 'alice');
    const code = alice.code();
    expect((await t.way('REST verify').submit('alice', code)).accepted).toBe(true);
    for (const body of [{ name: 'Renamed' }, { status: 'suspended' }, { status: 'active' }])
      expect((await t.send('rest', 'PATCH', `/v1/devices/${alice.deviceId}`, { body })).status).toBe(200);
    for (const status of ['inactive', 'active'])
      expect((await t.send('rest', 'PATCH', `/v1/users/${alice.userId}`, { body: { status } })).status).toBe(200);
    for (const way of t.ways) expect([way.name, (await way.submit('alice', code)).accepted]).toEqual([way.name, false]);
    expect((await t.way('REST verify').submit('alice', alice.code(1))).accepted).toBe(true);
  });
});

describe('what was accepted is remembered nowhere but in the database', () => {
  test('so that a change counts with the next answer, at every door (OTP-12, TEN-09)', async () => {
    const t = await openWays(plenty);
    const patch = (path: string, body: object) => t.send('rest', 'PATCH', path, { body });
    for (const way of t.ways) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const submit = async (code: string) => (await way.submit(alice.name, code)).accepted;
      expect(await submit(alice.code())).toBe(true);
      await patch(`/v1/users/${alice.userId}`, { status: 'inactive' });
      expect([way.name, await submit(alice.code(1))]).toEqual([way.name, false]);
      await patch(`/v1/users/${alice.userId}`, { status: 'active' });
      await patch(`/v1/devices/${alice.deviceId}`, { status: 'suspended' });
      expect([way.name, await submit(alice.code(1))]).toEqual([way.name, false]);
      await patch(`/v1/devices/${alice.deviceId}`, { status: 'active' });
      expect(await submit(alice.code(1))).toBe(true);
      // Somebody else who gets the name has nothing of the one before: neither his codes nor their being right.
      t.clock.advance(60_000);
      await t.send('rest', 'DELETE', `/v1/users/${alice.userId}`);
      expect([way.name, await submit(alice.code())]).toEqual([way.name, false]);
      const namesake = await giveApp(t, alice.name, new Uint8Array(Buffer.from('another secret here!')));
      expect([way.name, await submit(alice.code())]).toEqual([way.name, false]);
      expect([way.name, await submit(namesake.code())]).toEqual([way.name, true]);
    }
  });
});

describe('a counter', () => {
  test('goes forward only, through every door that takes it (OTP-08)', async () => {
    const t = await openWays(plenty);
    for (const way of t.ways.filter(({ door }) => door !== 'adjure')) {
      const name = `carol of ${way.name}`;
      const code = await giveToken(t, name);
      const submit = async (counter: number) => (await way.submit(name, code(counter))).accepted;
      expect(await submit(5)).toBe(true);
      for (const counter of [5, 4, 3, 0])
        expect([way.name, counter, await submit(counter)]).toEqual([way.name, counter, false]);
      expect(await submit(6)).toBe(true);
    }
  });
});

describe('a server that cannot judge', () => {
  test('spends no guess and burns no code, at every door; once it can again the code is good, once (OTP-16, I8)', async () => {
    const files = await openFileEngines({ policy: { guesses: { perUser: 3 } } });
    const listed = { doors: { rest: {}, oss2fa: {}, adjure: {} } };
    const caller = integrationCaller(
      await files.engine.integrations.update(files.caller, files.caller.integration.id, listed),
    );
    const t = { ...files, caller, ...openDoors({ ...files, caller }) };
    for (const way of t.ways) {
      const alice = await giveApp(t, `alice of ${way.name}`);
      const bring = await way.open(alice.name);
      const good = t.keys.file;
      t.keys.replace(createKeyFile(systemRandom, t.clock.now()));
      for (let attempt = 0; attempt < 4; attempt++) {
        const { accepted, status } = await bring(alice.code());
        expect([way.name, accepted, status >= 500]).toEqual([way.name, false, true]);
      }
      t.keys.replace(good);
      expect([way.name, (await bring(alice.code())).accepted]).toEqual([way.name, true]);
      expect((await way.submit(alice.name, alice.code())).accepted).toBe(false);
    }
    expect(t.faults.length).toBeGreaterThan(0);
  });
});

describe('an endpoint that takes a code', () => {
  test('is one of these, and uses up the code that it finds right (OTP-17)', async () => {
    const taking = [...endpointsOf(contract)].flatMap(([trail, endpoint]) => {
      const schema =
        endpoint.body === undefined
          ? ''
          : JSON.stringify(z.toJSONSchema(endpoint.body, { unrepresentable: 'any', io: 'input' }));
      return /"codes?":/.test(schema) ? [trail.join('.')] : [];
    });
    expect(taking.sort((a, b) => a.localeCompare(b))).toEqual([
      'challenges.answer',
      'devices.resynchronize',
      'enrollments.complete',
      // Takes the texts of the message `code`, and no code.
      'settings.templates.set',
      'verify',
    ]);
    for (const [, endpoint] of endpointsOf(contract)) {
      const query =
        endpoint.query === undefined
          ? ''
          : JSON.stringify(z.toJSONSchema(endpoint.query, { unrepresentable: 'any', io: 'input' }));
      expect([endpoint.path, /code|otp|token|secret/i.test(query)]).toEqual([endpoint.path, false]);
    }

    const t = await openWays(plenty);
    const alice = await giveApp(t, 'alice');
    for (const path of ['/v1/verify?dryRun=true', '/v1/verify?dry_run=1', '/v1/verify?check'])
      expect((await t.send('rest', 'POST', path, { body: { user: 'alice', code: alice.code() } })).status).toBe(400);
    for (const flag of ['dryRun', 'dry_run', 'checkOnly', 'consume', 'preview']) {
      const body = { user: 'alice', code: alice.code(), [flag]: true };
      expect((await t.send('rest', 'POST', '/v1/verify', { body })).status).toBe(400);
    }
    // None of that was an answer; the code is still good, once.
    expect(await judgedAnswers(t)).toEqual({ accepted: 0, refused: 0 });
    expect((await t.way('REST verify').submit('alice', alice.code())).accepted).toBe(true);
    expect((await t.way('REST verify').submit('alice', alice.code())).accepted).toBe(false);
  });

  test('answers a repetition of the request as a second answer, whatever key it carries (OTP-17, OTP-01)', async () => {
    const t = await openWays(plenty);
    const alice = await giveApp(t, 'alice');
    const headers = { 'Idempotency-Key': 'one and the same' };
    const body = { user: 'alice', code: alice.code() };
    const told = [];
    for (let time = 0; time < 3; time++)
      told.push((await t.send('rest', 'POST', '/v1/verify', { body, headers })).body['accepted']);
    expect(told.filter(Boolean).length).toBeLessThanOrEqual(1);
    const plain = [];
    for (let time = 0; time < 3; time++)
      plain.push((await t.send('rest', 'POST', '/v1/verify', { body })).body['accepted'] === true);
    expect(told.filter(Boolean).length + plain.filter(Boolean).length).toBe(1);
  });
});
