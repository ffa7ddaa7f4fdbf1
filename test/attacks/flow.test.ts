// Section "flow": no way around the step that proves, at any door.
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DeviceKind } from '../../src/devices/index.ts';
import { everyEndpoint, pathOf } from '../../src/doors/rest/rest.fixture.ts';
import { type Endpoint, pathParameters, successOf } from '../../src/http/endpoint.ts';
import { basic, type EveryDoor, openEveryDoor } from './every-door.fixture.ts';

/** The endpoints whose answer can say that somebody has proven who he is. */
function accepting(): string[] {
  return everyEndpoint()
    .filter(([, endpoint]) => {
      const { schema } = successOf(endpoint);
      if (schema === null) return false;
      return JSON.stringify(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' })).includes('"accepted":{');
    })
    .map(([name]) => name);
}

describe('every way of proving', () => {
  test('is listed here: an endpoint that can say yes and is new fails until it is looked at (FLW-03)', () => {
    // A passkey is asked the same questions where its tests stand: src/engine/passkeys.test.ts.
    expect(accepting()).toEqual(['verify', 'devices.resynchronize', 'challenges.answer', 'passkeys.answer']);
    expect(
      everyEndpoint()
        .filter(([, { security }]) => security === 'none')
        .map(([name]) => name),
    ).toEqual(['openapi']);
  });

  test('keeps the same rules: nobody gets in at one door whom another would refuse (FLW-03, FLW-17, FLW-26)', async () => {
    const t = await openEveryDoor();
    const situations: Record<string, (user: { id: string; deviceId: string; name: string }) => Promise<unknown>> = {
      inactive: ({ id }) => t.engine.users.setStatus(t.caller, id, 'inactive'),
      'with a suspended device': ({ deviceId }) => t.engine.devices.setStatus(t.caller, deviceId, 'suspended'),
      'without a device': ({ deviceId }) => t.engine.devices.remove(t.caller, deviceId),
      removed: ({ id }) => t.engine.users.remove(t.caller, id),
      locked: async ({ name }) => {
        for (let guess = 0; guess < 10; guess++) await t.ways['REST verify']?.(name, 'no code');
      },
    };
    for (const [situation, bring] of Object.entries(situations)) {
      for (const [way, attempt] of Object.entries(t.ways)) {
        const name = `${situation}, ${way}`;
        const user = await t.enrol(name);
        await bring({ ...user, name });
        expect([name, await attempt(name, user.code())]).not.toEqual([name, 'yes']);
      }
    }
    // The same walk without a situation is let in, so that the refusals above mean something.
    for (const [way, attempt] of Object.entries(t.ways)) {
      const user = await t.enrol(`plain, ${way}`);
      expect([way, await attempt(`plain, ${way}`, user.code())]).toEqual([way, 'yes']);
    }
  });

  test('takes the code of the user who is asked for, and of nobody else (FLW-17, FLW-07)', async () => {
    const t = await openEveryDoor();
    const alice = await t.enrol('alice');
    await t.enrol('bob');
    for (const attempt of Object.values(t.ways)) expect(await attempt('bob', alice.code())).toBe('no');
    expect(await t.ways['REST verify']?.('alice', alice.code())).toBe('yes');
  });

  test('is closed for a device whose secret does not open, and for nobody else (FLW-27, REL-06, I8)', async () => {
    const t = await openEveryDoor();
    const alice = await t.enrol('alice');
    const bob = await t.enrol('bob');
    const { rows } = await sql<{ secret: string }>`select secret from devices where id = ${alice.deviceId}`.execute(
      t.store.db,
    );
    const sealed = rows[0]?.secret ?? '';
    const last = sealed.at(-3) === 'A' ? 'B' : 'A';
    for (const spoilt of [`${sealed.slice(0, -3)}${last}${sealed.slice(-2)}`, '', 'nonsense', sealed.slice(0, 20)]) {
      await sql`update devices set secret = ${spoilt} where id = ${alice.deviceId}`.execute(t.store.db);
      for (const attempt of Object.values(t.ways)) {
        expect((await attempt('alice', alice.code())).toLowerCase()).toBe('sealed_value_invalid');
        t.clock.advance(30_000);
        expect(await attempt('bob', bob.code())).toBe('yes');
      }
    }
    await sql`update devices set secret = ${sealed} where id = ${alice.deviceId}`.execute(t.store.db);
    expect(await t.ways['REST verify']?.('alice', alice.code())).toBe('yes');
  });
});

describe('what stands for a half-finished sign-in', () => {
  test('opens nothing: neither as a token nor as a password, a cookie or a parameter (FLW-01)', async () => {
    const t = await openEveryDoor();
    await t.enrol('alice');
    const challenge = await t.send('POST', '/v1/challenges', { headers: t.rest, body: { user: 'alice' } });
    const enrollment = await t.send('POST', '/v1/enrollments', {
      headers: t.rest,
      body: { user: 'bob', kind: 'totp' },
    });
    const older = await t.send('POST', '/integration/challenges', { headers: t.oss2fa, body: { username: 'alice' } });
    const halves = [challenge.body.id, enrollment.body.shown.secret];
    const shown = (half: string): Record<string, string>[] => [
      { Authorization: `Bearer ${half}` },
      { Authorization: `Token ${half}` },
      basic(half, half),
      basic(half, ''),
      basic(t.accessKey, half),
      { Cookie: `session=${half}; token=${half}`, 'X-Integration-Token': half },
      { 'X-Integration-Token': half },
    ];
    const routes = everyEndpoint().filter(([, { security }]) => security !== 'none');
    const targets = [
      ...routes.map(([, endpoint]): [string, string] => [endpoint.method, filled(endpoint, challenge.body.id)]),
      ['POST', '/integration/challenges'],
      ['POST', `/integrations/challenges/${older.body.pk}/complete`],
      ['GET', '/tenants/integrations'],
      ['POST', '/tenants'],
      ['GET', '/user/auth_code?user_id=alice'],
      ['POST', '/user/authenticate'],
    ] as const;
    for (const half of halves) {
      for (const headers of shown(half)) {
        for (const [method, target] of targets) {
          const query = `${target.includes('?') ? '&' : '?'}token=${half}&access_token=${half}`;
          const body = method === 'GET' || method === 'DELETE' ? {} : { body: {} };
          const { status } = await t.send(method, target + query, { headers, ...body, source: '192.0.2.9' });
          expect([method, target, headers, status]).toEqual([method, target, headers, expect.toSatisfy(isRefusal)]);
        }
      }
    }
    expect(t.faults).toEqual([]);
  });

  test('is used by the integration that began it, once, and by no other (FLW-23, FLW-07)', async () => {
    const t = await openEveryDoor();
    const alice = await t.enrol('alice');
    const neighbour = await t.engine.integrations.create(t.caller, {
      name: 'Neighbour',
      doors: { rest: {}, oss2fa: {} },
    });
    const other = { Authorization: `Bearer ${neighbour.token}` };
    const otherPair = basic(neighbour.accessKey, neighbour.secretKey);
    const { body } = await t.send('POST', '/v1/challenges', { headers: t.rest, body: { user: 'alice' } });
    const answer = `/v1/challenges/${body.id}/answer`;
    expect((await t.send('POST', answer, { headers: other, body: { code: alice.code() } })).status).toBe(404);
    expect((await t.send('POST', `/v1/challenges/${body.id}/deny`, { headers: other, body: {} })).status).toBe(404);
    expect((await t.send('POST', answer, { headers: t.rest, body: { code: alice.code() } })).body.accepted).toBe(true);
    const again = await t.send('POST', answer, { headers: t.rest, body: { code: alice.code(1) } });
    expect([again.status, again.body.code]).toEqual([409, 'wrong_state']);

    t.clock.advance(60_000);
    const older = await t.send('POST', '/integration/challenges', { headers: t.oss2fa, body: { username: 'alice' } });
    const complete = `/integration/challenges/${older.body.pk}/complete`;
    expect((await t.send('POST', complete, { headers: otherPair, body: { token: alice.code() } })).status).toBe(404);
    expect((await t.send('POST', complete, { headers: t.oss2fa, body: { token: alice.code() } })).body.status).toBe(3);
    const replayed = await t.send('POST', complete, { headers: t.oss2fa, body: { token: alice.code(1) } });
    expect(replayed.status).toBe(400);
  });

  test('stays with its user and device, whatever else the answer names (FLW-07, I10)', async () => {
    const t = await openEveryDoor();
    const [alice, bob] = [await t.enrol('alice'), await t.enrol('bob')];
    const { body } = await t.send('POST', '/v1/challenges', { headers: t.rest, body: { user: 'alice' } });
    const answer = `/v1/challenges/${body.id}/answer`;
    for (const swap of [
      { user: 'bob' },
      { userId: bob.id },
      { deviceId: bob.deviceId },
      { challengeId: body.id },
      { accepted: true },
      { skip: true },
    ]) {
      const told = await t.send('POST', answer, { headers: t.rest, body: { code: bob.code(), ...swap } });
      expect([swap, told.status]).toEqual([swap, 400]);
    }
    const foreign = await t.send('POST', answer, { headers: t.rest, body: { code: bob.code() } });
    expect(foreign.body).toMatchObject({ accepted: false, challenge: { userId: alice.id, deviceId: alice.deviceId } });

    const older = await t.send('POST', '/integration/challenges', { headers: t.oss2fa, body: { username: 'alice' } });
    const swapped = { token: bob.code(), username: 'bob', device_pk: 2, status: 3 };
    const complete = `/integration/challenges/${older.body.pk}/complete`;
    expect((await t.send('POST', complete, { headers: t.oss2fa, body: swapped })).body.status).toBe(4);
    const adjure = { user_id: 'alice', auth_code: bob.code(), username: 'bob', userId: bob.id };
    expect((await t.send('POST', '/user/authenticate', { body: adjure })).status).toBe(400);
    // Bob's code was not used up by any of that.
    expect(await t.ways['REST verify']?.('bob', bob.code())).toBe('yes');
  });
});

describe('an answer that is not there', () => {
  const absent: unknown[] = ['', {}, { code: '' }, { token: '' }, { code: null }, { token: null }, { skip: true }];
  const more: unknown[] = [
    { action: 'skip' },
    { code: ' ' },
    { token: ' ' },
    { response: {} },
    { response: null },
    'null',
  ];

  test('passes nothing at any door, by any method (FLW-08)', async () => {
    const t = await openEveryDoor();
    await t.enrol('alice');
    await t.engine.enrollments.begin(t.caller, { user: 'carol' });
    for (const body of [...absent, ...more]) {
      const fields = typeof body === 'object' ? body : {};
      const { body: challenge } = await t.send('POST', '/v1/challenges', { headers: t.rest, body: { user: 'alice' } });
      const older = await t.send('POST', '/integration/challenges', { headers: t.oss2fa, body: { username: 'alice' } });
      const begun = await t.send('POST', '/v1/enrollments', { headers: t.rest, body: { user: 'dave', kind: 'totp' } });
      const targets: [string, Record<string, string>, unknown][] = [
        ['/v1/verify', t.rest, typeof body === 'string' ? body : { user: 'alice', ...fields }],
        [`/v1/challenges/${challenge.id}/answer`, t.rest, body],
        [`/v1/enrollments/${begun.body.id}/complete`, t.rest, body],
        [`/integration/challenges/${older.body.pk}/complete`, t.oss2fa, body],
        ['/user/authenticate', {}, typeof body === 'string' ? body : { user_id: 'alice', ...fields }],
        ['/user/recovery/authenticate', {}, typeof body === 'string' ? body : { user_id: 'alice', ...fields }],
      ];
      for (const [target, headers, sent] of targets) {
        for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
          const told = await t.send(method, target, { headers, body: sent });
          expect([method, target, body, saysYes(told.body), told.status]).toEqual([
            method,
            target,
            body,
            false,
            expect.toSatisfy(
              (status: number) => status >= 400 || told.body?.accepted === false || told.body?.status === 4,
            ),
          ]);
        }
        const got = await t.send('GET', `${target}?skip=true&accepted=true`, { headers });
        expect([target, got.status >= 400 || !saysYes(got.body)]).toEqual([target, true]);
      }
      const state = await t.send('GET', `/v1/challenges/${challenge.id}`, { headers: t.rest });
      expect(state.body.state).not.toBe('passed');
    }
    const users = await t.send('GET', '/v1/users?name=dave', { headers: t.rest });
    expect(users.body.items).toEqual([]);
    expect(t.faults).toEqual([]);
  });
});

describe('a verdict that is none', () => {
  const method = { name: 'junk', kind: 'knowledge', at: 0 };
  const junk: Record<string, unknown> = {
    undefined: undefined,
    null: null,
    true: true,
    one: 1,
    text: 'accepted',
    'an empty object': {},
    'a list': [true],
    'another word': { ok: true, success: true, valid: true },
    'yes without a next state': { accepted: true, method },
    'yes as text': { accepted: 'true', method },
    'a function': () => ({ accepted: true }),
    'a yes that comes later': Promise.resolve({ accepted: true, next: { secret: 's', counters: {} }, method }),
  };

  test('passes nothing: only a verdict that says yes and what is next does (FLW-09)', async () => {
    let verdict: unknown;
    const kind: DeviceKind = {
      name: 'junk',
      title: 'Junk',
      description: 'Answers whatever the test wants.',
      configuration: z.strictObject({}),
      options: z.strictObject({}),
      prepare: () => ({ state: { secret: 's', counters: { used: 0 } }, deviceName: 'Junk' }),
      confirm: ({ state }, _answer, { now }) => ({
        accepted: true,
        next: state,
        method: { name: 'junk', kind: 'knowledge', at: now },
      }),
      check: () => verdict as ReturnType<DeviceKind['check']>,
      recognizes: () => true,
      describe: () => ({}),
    };
    const t = await openEveryDoor({ kinds: [kind], policy: { guesses: { perUser: 1000, consecutive: 1000 } } });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    await t.engine.enrollments.prepare(t.caller, id, { kind: 'junk' });
    await t.engine.enrollments.complete(t.caller, id, { code: 'x' });
    for (const [name, value] of Object.entries(junk)) {
      verdict = value;
      for (const [way, attempt] of Object.entries(answered(t.ways))) {
        const told = await attempt('alice', '123456').catch(() => 'no answer');
        expect([name, way, told]).not.toEqual([name, way, 'yes']);
      }
    }
    // A whole verdict is let in, so that the refusals above mean something; the trail knows of no other.
    verdict = { accepted: true, next: { secret: 's', counters: { used: 1 } }, method };
    for (const attempt of Object.values(answered(t.ways))) expect(await attempt('alice', '123456')).toBe('yes');
    const userId = (await t.engine.users.findByName(t.caller, 'alice'))?.id ?? '';
    const { items } = await t.engine.audit.query(t.caller, { userId, limit: 500 });
    const accepted = items.filter(({ event, outcome }) => outcome === 'accepted' && !event.startsWith('enrollment.'));
    expect(accepted).toHaveLength(3);
  });
});

describe('a policy that changes while somebody is on his way', () => {
  test('is the one that counts at the end (FLW-18)', async () => {
    const t = await openEveryDoor();
    const alice = await t.enrol('alice');
    const { body } = await t.send('POST', '/v1/challenges', { headers: t.rest, body: { user: 'alice' } });
    const older = await t.send('POST', '/integration/challenges', { headers: t.oss2fa, body: { username: 'alice' } });
    const begun = await t.send('POST', '/v1/enrollments', { headers: t.rest, body: { user: 'bob', kind: 'totp' } });
    await change(t, { allowedKinds: ['email'] });
    const right = { code: alice.code() };
    const answers = [
      await t.send('POST', `/v1/challenges/${body.id}/answer`, { headers: t.rest, body: right }),
      await t.send('POST', `/integration/challenges/${older.body.pk}/complete`, {
        headers: t.oss2fa,
        body: { token: alice.code() },
      }),
      await t.send('POST', '/v1/verify', { headers: t.rest, body: { user: 'alice', ...right } }),
      await t.send('POST', '/user/authenticate', { body: { user_id: 'alice', auth_code: alice.code() } }),
      await t.send('POST', `/v1/enrollments/${begun.body.id}/complete`, { headers: t.rest, body: { code: '123456' } }),
    ];
    expect(answers.map(({ body: told }) => saysYes(told))).toEqual([false, false, false, false, false]);
  });
});

/** The ways in which a device of any kind can be asked: Adjure knows authenticator apps only. */
function answered({ 'Adjure authenticate': _, ...others }: EveryDoor['ways']): EveryDoor['ways'] {
  return others;
}

/** A credential of an integration is known again within a second. */
async function change(t: EveryDoor, policy: Parameters<EveryDoor['engine']['integrations']['update']>[2]['policy']) {
  await t.engine.integrations.update(t.caller, t.integration.id, { policy: policy ?? {} });
  t.clock.advance(1000);
}

function filled(endpoint: Endpoint, id: string): string {
  return pathOf(
    endpoint,
    pathParameters(endpoint.path).map(() => id),
  );
}

function isRefusal(status: number): boolean {
  return [400, 401, 403, 404, 405, 415].includes(status);
}

/** Whether an answer of any door says that somebody has proven who he is. */
function saysYes(
  body: { accepted?: unknown; status?: unknown; state?: unknown; enrollment?: unknown } | undefined,
): boolean {
  if (body === undefined || body === null) return false;
  const empty = Object.keys(body).length === 0;
  return (
    empty || body.accepted === true || body.status === 3 || body.state === 'passed' || body.enrollment !== undefined
  );
}
