// Tenants, integrations and their objects (every route with foreign ids: src/doors/rest/isolation.test.ts).
import { describe, expect, test } from 'vitest';
import { administratorOf, platformAdministrator } from '../../src/doors/rest/rest.fixture.ts';
import {
  type Behind,
  type Doors,
  giveApp,
  giveMail,
  mailedCode,
  openDoors,
  openWays,
} from '../../src/doors/ways.fixture.ts';
import { giveRecoveryCodes } from '../../src/engine/enrolled.fixture.ts';
import type { Caller } from '../../src/engine/index.ts';
import { integrationCaller, type TestEngine } from '../../src/testing/index.ts';

/** Another tenant with an integration that may use every door, in front of the same engine. */
async function openTenant(
  t: TestEngine,
  name: string,
): Promise<Behind & Doors & Pick<TestEngine, 'tenant' | 'clock' | 'messages'>> {
  const { tenant } = await t.engine.tenants.create(t.system, { name });
  const made = await t.engine.integrations.create(
    { ...t.system, tenant: tenant.id },
    { name, doors: { rest: {}, oss2fa: {}, adjure: {} } },
  );
  const behind = { engine: t.engine, caller: integrationCaller(made.integration), token: made.token };
  return { ...behind, ...openDoors(behind), tenant: tenant.id, clock: t.clock, messages: t.messages };
}

describe('a challenge of one tenant', () => {
  test('is not there for another, whoever has the right code and whichever door he comes to; it stays as it was (TEN-02)', async () => {
    const a = await openWays();
    const b = await openTenant(a, 'Other');
    const alice = await giveApp(a, 'alice');
    const { body } = await a.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
    const id = String(body['id']);
    const [number] = await a.engine.numbers.assign(a.caller, 'challenge', [id]);
    const code = alice.code();
    const attempts = [
      b.send('rest', 'POST', `/v1/challenges/${id}/answer`, { body: { code } }),
      b.send('rest', 'GET', `/v1/challenges/${id}`),
      b.send('rest', 'POST', `/v1/challenges/${id}/deny`),
      b.send('rest', 'POST', `/v1/challenges/${id}/resend`),
      b.send('oss2fa', 'POST', `/integrations/challenges/${number}/complete`, { body: { token: code } }),
      b.send('oss2fa', 'POST', `/integrations/challenges/${number}/complete`, { body: {} }),
      b.send('oss2fa', 'GET', `/integrations/challenges/${number}`),
    ];
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 404));
    for (const way of b.ways) expect([way.name, (await way.submit('alice', code)).accepted]).toEqual([way.name, false]);
    const answered = await a.send('rest', 'POST', `/v1/challenges/${id}/answer`, { body: { code } });
    expect(answered.body).toMatchObject({ accepted: true, challenge: { attemptsLeft: 4 } });
  });
});

describe('one name in two tenants', () => {
  test('is two users: codes, guesses, locks, mail and recovery codes of the one are nothing to the other (TEN-03)', async () => {
    const a = await openWays();
    const b = await openTenant(a, 'Other');
    const here = await giveApp(a, 'alice');
    const there = await giveApp(b, 'alice', new Uint8Array(20).fill(9));
    for (const way of b.ways) expect((await way.submit('alice', here.code())).accepted).toBe(false);
    // As many again, so that she is locked there.
    for (const way of b.ways) await way.submit('alice', here.code());
    expect((await b.ways[0]!.submit('alice', there.code())).status).toBe(429);
    for (const way of a.ways) {
      expect([way.name, (await way.submit('alice', here.code())).accepted]).toEqual([way.name, true]);
      a.clock.advance(30_000);
    }
    await giveMail(a, 'alice', 'alice@example.org');
    await giveMail(b, 'alice', 'alice@example.com');
    const mail = await b.engine.devices.list(b.caller, there.userId);
    const deviceId = mail.find(({ kind }) => kind === 'email')?.id ?? '';
    a.clock.advance(900_000);
    await b.engine.challenges.issue(b.caller, { user: 'alice', deviceId });
    expect(a.messages.at(-1)?.to).toBe('alice@example.com');
    const [paper = ''] = await giveRecoveryCodes(a, 'alice');
    for (const way of b.recoveryWays) expect((await way.submit('alice', paper)).accepted).toBe(false);
    expect((await a.recoveryWays[0]!.submit('alice', paper)).accepted).toBe(true);
  });
});

describe('the name under which the server is asked', () => {
  test('chooses no tenant: the credential alone does (TEN-08)', async () => {
    const a = await openWays();
    const b = await openTenant(a, 'Other');
    await giveApp(b, 'of the other');
    await giveApp(a, 'of this one');
    const hosts = [
      'other',
      'OTHER.example.org',
      'other.example.org:8300',
      'other.example.org.',
      b.tenant,
      'xn--othr-ooa',
    ];
    const plain = await a.send('rest', 'GET', '/v1/users');
    for (const host of hosts)
      for (const headers of [
        { Host: host },
        { 'X-Forwarded-Host': host },
        { Forwarded: `host=${host}` },
        { Host: host, 'X-Tenant': b.tenant },
        { Host: host, 'X-Tenant': 'Other' },
      ]) {
        const told = await a.send('rest', 'GET', '/v1/users', { headers });
        // Whoever is not let in by it is not led to somebody else either.
        expect([headers, told.text.includes('of the other')]).toEqual([headers, false]);
        expect([headers, told.text === plain.text || told.status >= 400]).toEqual([headers, true]);
      }
    for (const query of [`tenant=${b.tenant}`, `tenantId=${b.tenant}`, `tenant=Other`]) {
      const told = await a.send('rest', 'GET', `/v1/users?${query}`);
      expect(told.text).not.toContain('of the other');
    }
    const body = { user: 'of the other', code: '000000', tenant: b.tenant };
    expect((await a.send('rest', 'POST', '/v1/verify', { body })).status).toBe(400);
  });
});

describe('a tenant that is disabled', () => {
  test('is closed at every door and for every sort of credential within a second, and opens again with all it had (TEN-09)', async () => {
    const t = await openWays();
    const b = await openTenant(t, 'Other');
    const alice = await giveApp(b, 'alice');
    const administrator = await administratorOf(t, b.tenant, 'bob');
    const { accessKey, secretKey } = await t.engine.integrations.create(
      { ...t.system, tenant: b.tenant },
      { name: 'Keys', doors: { oss2fa: {} } },
    );
    const basic = `Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString('base64')}`;
    const { body: challenge } = await b.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
    const withKeys = { Authorization: basic };
    const doors = async () => {
      const answers = [
        await b.send('rest', 'GET', '/v1/integration'),
        await b.send('rest', 'POST', '/v1/verify', { body: { user: 'alice', code: alice.wrong() } }),
        await b.send('rest', 'POST', `/v1/challenges/${String(challenge['id'])}/answer`, {
          body: { code: alice.wrong() },
        }),
        await b.send('oss2fa', 'POST', '/integrations/clients/auth', { body: { username: 'alice' } }),
        await b.send('adjure', 'POST', '/user/authenticate', { body: { user_id: 'alice', auth_code: '1' } }),
        await b.send('rest', 'GET', '/v1/administrators', {
          headers: { Authorization: `Bearer ${administrator.token}` },
        }),
        await b.send('rest', 'GET', '/v1/administrators', { headers: { Authorization: administrator.basic } }),
      ];
      return answers.map(({ status }) => status);
    };
    const keyed = () =>
      t.send('oss2fa', 'POST', '/integration/clients/auth', { headers: withKeys, body: { username: 'alice' } });
    expect(await doors()).toEqual([200, 200, 200, 200, 400, 200, 200]);
    expect((await keyed()).status).toBe(200);
    await t.engine.tenants.setActive(t.system, b.tenant, false);
    expect(await doors()).toEqual([401, 401, 401, 401, 401, 401, 401]);
    expect((await keyed()).status).toBe(401);
    expect(await t.engine.administrators.authenticateToken(administrator.token)).toBeUndefined();
    await t.engine.tenants.setActive(t.system, b.tenant, true);
    expect((await b.ways[0]!.submit('alice', alice.code())).accepted).toBe(true);
    // The tenant beside it has felt nothing of it.
    expect((await t.send('rest', 'GET', '/v1/integration')).status).toBe(200);
  });

  test('an integration that is made anew under the name of one that was removed has nothing of it (TEN-09)', async () => {
    const t = await openWays();
    const create = () =>
      t.engine.integrations.create(t.caller, {
        name: 'VPN',
        realm: 'own',
        doors: { rest: {}, oss2fa: {}, adjure: {} },
      });
    const first = await create();
    const before = { engine: t.engine, caller: integrationCaller(first.integration), token: first.token };
    const alice = await giveApp({ ...before, clock: t.clock }, 'alice');
    const doors = openDoors(before);
    expect((await doors.ways[0]!.submit('alice', alice.code())).accepted).toBe(true);
    await t.engine.integrations.remove(t.caller, first.integration.id);
    for (const way of doors.ways.filter(({ door }) => door !== 'library'))
      expect([way.name, (await way.submit('alice', alice.code(1))).status]).toEqual([way.name, 401]);
    const second = await create();
    const after = openDoors({ engine: t.engine, caller: integrationCaller(second.integration), token: second.token });
    expect((await after.send('rest', 'GET', '/v1/users')).body).toEqual({ items: [] });
    expect(JSON.stringify((await after.send('rest', 'GET', '/v1/audit')).body)).not.toContain(alice.userId);
    for (const way of after.ways) expect((await way.submit('alice', alice.code(1))).accepted).toBe(false);
  });
});

describe('what is handed out of one tenant', () => {
  test('holds nothing of another: the trail as an export, as a list, for integrations and administrators (TEN-12)', async () => {
    const a = await openWays();
    const b = await openTenant(a, 'Other');
    const idsOf = async (t: typeof b) => {
      const user = await giveApp(t, 'alice');
      await giveMail(t, 'alice');
      const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
      await t.engine.challenges.answer(t.caller, challenge.id, { code: mailedCode(t) }).catch(() => undefined);
      await t.ways[0]!.submit('alice', user.wrong());
      return [user.userId, user.deviceId, challenge.id, t.caller.integration.id, t.tenant];
    };
    const [ofA, ofB] = [await idsOf(a), await idsOf(b)];
    const bob = await administratorOf(a, a.tenant, 'bob');
    const handedOut: string[] = [];
    const administrator: Caller = { ...a.system, tenant: a.tenant };
    for await (const row of a.engine.audit.export(administrator)) handedOut.push(JSON.stringify(row));
    handedOut.push(JSON.stringify(await a.engine.audit.query(administrator, { limit: 500 })));
    for (const headers of [undefined, { Authorization: bob.basic }])
      for (const path of ['/v1/audit?limit=500', '/v1/audit/heads', '/v1/users', '/v1/challenges', '/v1/enrollments']) {
        const { body } = await a.send('rest', 'GET', path, headers === undefined ? {} : { headers });
        handedOut.push(JSON.stringify(body));
      }
    const text = handedOut.join('\n');
    expect(ofB.filter((id) => text.includes(id))).toEqual([]);
    // The looking itself works.
    expect(ofA.filter((id) => text.includes(id))).toEqual(ofA);
    // Only the platform is handed everything.
    const everything: string[] = [];
    for await (const row of a.engine.audit.export(a.system)) everything.push(JSON.stringify(row));
    expect(ofB.filter((id) => everything.join('\n').includes(id))).toEqual(ofB);
  });

  test('is refused to an administrator of the tenant beside it, and told to one of the platform for the tenant that he names (TEN-12, TEN-01)', async () => {
    const a = await openWays();
    const b = await openTenant(a, 'Other');
    const alice = await giveApp(b, 'alice');
    const bob = await administratorOf(a, a.tenant, 'bob');
    const root = await platformAdministrator(a);
    const read = (token: string, tenant: string) =>
      a.send('rest', 'GET', '/v1/audit', { headers: { Authorization: `Bearer ${token}`, 'X-Tenant': tenant } });
    const [foreign, missing] = [await read(bob.token, b.tenant), await read(bob.token, `tnt_${'0'.repeat(26)}`)];
    expect(foreign.status).toBe(403);
    expect(foreign.text).toBe(missing.text);
    expect(JSON.stringify((await read(root.token, b.tenant)).body)).toContain(alice.userId);
    expect(JSON.stringify((await read(root.token, a.tenant)).body)).not.toContain(alice.userId);
  });
});
