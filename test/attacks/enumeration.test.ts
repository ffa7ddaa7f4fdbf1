// What somebody learns of who exists, from answers, from the work behind them, and from what else can be seen.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyRing } from '../../src/crypto/index.ts';
import { contract } from '../../src/doors/rest/contract/index.ts';
import { giveApp, giveMail, openDoors, openWays } from '../../src/doors/ways.fixture.ts';
import { giveRecoveryCodes } from '../../src/engine/enrolled.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import { endpointsOf } from '../../src/http/endpoint.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { integrationCaller } from '../../src/testing/index.ts';

/** Users of every sort that a stranger might want to tell apart; `wrong` is a code that is nobody's. */
async function population(t: Awaited<ReturnType<typeof openWays>>): Promise<{ names: string[]; wrong: string }> {
  const app = await giveApp(t, 'app');
  await giveMail(t, 'mail');
  await giveRecoveryCodes(t, 'paper');
  await t.engine.users.create(t.caller, { name: 'bare' });
  const set = async (name: string, status: 'inactive' | 'bypass') =>
    t.engine.users.setStatus(t.caller, (await giveApp(t, name)).userId, status);
  await set('inactive', 'inactive');
  await set('bypass', 'bypass');
  const suspended = await giveApp(t, 'suspended');
  await t.engine.devices.setStatus(t.caller, suspended.deviceId, 'suspended');
  await giveApp(t, 'two apps');
  await giveApp(t, 'two apps', new Uint8Array(20).fill(7));
  const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
  const other = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name: 'Other' });
  await giveApp({ ...t, caller: integrationCaller(other.integration) }, 'of another tenant');
  const names = ['nobody', 'app', 'mail', 'paper', 'bare', 'inactive', 'bypass', 'suspended', 'two apps'];
  return { names: [...names, 'of another tenant'], wrong: app.wrong() };
}

describe('a wrong code', () => {
  test.each(['REST verify', 'Adjure authenticate', 'library verify'])(
    'is answered by %s with the same words, fields and limits, whoever is asked for (ENM-01, ENM-08, I4)',
    async (name) => {
      const t = await openWays();
      const { names, wrong } = await population(t);
      const way = t.way(name);
      const heard = new Set<string>();
      for (const user of names) {
        const told = [];
        // As far as the guesses go, and a little further.
        for (let guess = 0; guess < 13; guess++) told.push(await way.submit(user, wrong));
        heard.add(JSON.stringify(told));
      }
      expect(heard.size).toBe(1);
      expect([...heard].join()).not.toContain('"accepted":true');
    },
  );

  test.each(['REST verify', 'Adjure authenticate'])(
    'costs %s the same statements and the same opening of secrets, whether there is a user or not (ENM-02)',
    async (name) => {
      const work: string[] = [];
      const t = await openFileEngines({
        policy: { guesses: { perUser: 1000 } },
        plugins: [
          {
            transformQuery: ({ node }) => {
              work.push(node.kind);
              return node;
            },
            transformResult: async ({ result }) => result,
          },
        ],
      });
      const ring = t.keys.ring();
      const counting = new Proxy<KeyRing>(ring, {
        get: (target, member) => {
          const value: unknown = Reflect.get(target, member);
          if (typeof value !== 'function') return value;
          return (...given: unknown[]): unknown => {
            work.push(String(member));
            return Reflect.apply(value, target, given);
          };
        },
      });
      const counted = await t.open({ keys: { ring: () => counting, refresh: () => undefined } });
      const listed = await t.engine.integrations.update(t.caller, t.caller.integration.id, {
        doors: { rest: {}, adjure: {} },
      });
      const doors = openDoors({ engine: counted.engine, caller: integrationCaller(listed), token: t.token });
      const alice = await giveApp(t, 'alice');
      const way = doors.way(name);
      const workFor = async (user: string, code: string): Promise<string> => {
        work.length = 0;
        expect((await way.submit(user, code)).accepted).toBe(false);
        return work.join(' ');
      };
      // The first guess opens the account of the name; credentials are looked up once in a second.
      await t.engine.users.create(t.caller, { name: 'bare' });
      const gone = await giveApp(t, 'gone');
      await t.engine.users.setStatus(t.caller, gone.userId, 'inactive');
      const others = ['nobody', 'bare', 'gone'];
      for (const user of ['alice', ...others]) await workFor(user, alice.wrong());
      const known = await workFor('alice', alice.wrong());
      expect(known).not.toBe('');
      for (const user of others) expect([user, await workFor(user, alice.wrong())]).toEqual([user, known]);
      expect(await workFor('alice', alice.wrong(1))).toBe(known);
    },
  );
});

describe('a stranger, who has no credential or that of somebody else', () => {
  test('is told the same of users that exist and that do not, at everything that sends, lists or shows (ENM-03, ENM-04, ENM-07)', async () => {
    const t = await openWays();
    const alice = await giveApp(t, 'alice');
    await giveMail(t, 'alice');
    const sent = t.messages.length;
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
    const foreign = await t.engine.integrations.create(
      { ...t.system, tenant: tenant.id },
      { name: 'Other', doors: { rest: {}, oss2fa: {}, adjure: {} } },
    );
    const asks = (user: string, id: string): Parameters<typeof t.send>[] => [
      ['rest', 'POST', '/v1/challenges', { body: { user } }],
      ['rest', 'POST', '/v1/decisions', { body: { user } }],
      ['rest', 'POST', '/v1/verify', { body: { user, code: '000000' } }],
      ['rest', 'GET', `/v1/users?name=${user}`],
      ['rest', 'GET', `/v1/users/${id}`],
      ['rest', 'GET', `/v1/users/${id}/devices`],
      ['rest', 'GET', `/v1/audit?userId=${id}`],
      ['rest', 'GET', `/v1/challenges?user=${user}`],
      ['rest', 'GET', `/v1/enrollments?user=${user}`],
      ['oss2fa', 'POST', '/integrations/challenges', { body: { username: user } }],
      ['oss2fa', 'POST', '/integrations/clients/auth', { body: { username: user } }],
      ['adjure', 'GET', `/user/auth_code?user_id=${user}`],
      ['adjure', 'GET', `/user/qrcode?user_id=${user}&issuer=x&username=y`],
      ['adjure', 'POST', '/user/authenticate', { body: { user_id: user, auth_code: '000000' } }],
      ['adjure', 'POST', '/user/recovery/authenticate', { body: { user_id: user, recovery_code: 'x' } }],
      ['adjure', 'POST', '/user/recovery/regenerate', { body: { user_id: user } }],
    ];
    for (const token of ['', 'csi_unknown', foreign.token]) {
      const headers = { Authorization: `Bearer ${token}`, 'X-Integration-Token': token };
      const hear = async (user: string, id: string) => {
        const heard: string[] = [];
        for (const [door, method, path, options = {}] of asks(user, id)) {
          const { text } = await t.send(door, method, path, { ...options, headers, source: '192.0.2.1' });
          heard.push(
            `${method} ${path.replaceAll(user, 'USER').replaceAll(id, 'ID')} ${text.replaceAll(user, 'USER')}`,
          );
        }
        return heard;
      };
      const known = await hear('alice', alice.userId);
      expect(await hear('nobody', `usr_${'0'.repeat(26)}`)).toEqual(known);
    }
    expect(t.messages).toHaveLength(sent);
  });

  test('finds no endpoint that sends or shows something of a user without asking who wants it (ENM-03, ENM-04)', async () => {
    const t = await openWays();
    const open = [...endpointsOf(contract)].filter(([, { security }]) => security === 'none');
    expect(open.map(([, { method, path }]) => `${method} ${path}`)).toEqual(['GET /v1/openapi.json']);
    for (const [, { method, path, security }] of endpointsOf(contract)) {
      if (security === 'none') continue;
      const target = path.replaceAll(/:\w+/g, `usr_${'0'.repeat(26)}`);
      const { status } = await t.send('rest', method, target, { headers: { Authorization: '' }, body: {} }).catch(
        // A request that may have no body.
        () => t.send('rest', method, target, { headers: { Authorization: '' } }),
      );
      expect([method, path, status]).toEqual([method, path, 401]);
    }
  });

  test('cannot find out by taking a name whether somebody elsewhere has it (ENM-07, TEN-03)', async () => {
    const t = await openWays();
    await giveApp(t, 'alice');
    const other = await t.engine.integrations.create(t.caller, {
      name: 'Own',
      realm: 'own',
      doors: { rest: {}, adjure: {} },
    });
    const headers = { Authorization: `Bearer ${other.token}` };
    const take = async (name: string) => [
      (await t.send('rest', 'POST', '/v1/users', { body: { name }, headers })).status,
      (await t.send('adjure', 'POST', '/user/provision', { body: { user_id: name }, headers })).status,
    ];
    expect(await take('alice')).toEqual(await take('nobody'));
  });
});

describe('the metrics', () => {
  let running: TestServer;
  beforeAll(async () => {
    running = await startTestServer();
  });
  afterAll(() => running.close());

  test('count a guess at a user who exists as one at a user who does not, and name nobody (ENM-07, I6)', async () => {
    const counts = async () => {
      const text = await (await fetch(`${running.server.url}/metrics`)).text();
      return { text, lines: text.split('\n').filter((line) => line.startsWith('countersign_verifications')) };
    };
    const { lines: before } = await counts();
    await running.call('/v1/verify', { user: running.file.demo.user, code: '000000' });
    const { lines: known } = await counts();
    await running.call('/v1/verify', { user: 'nobody', code: '000000' });
    const { lines: unknown, text } = await counts();
    const total = (lines: string[]) => lines.map((line) => Number(line.split(' ').at(-1))).reduce((a, b) => a + b, 0);
    expect([total(known) - total(before), total(unknown) - total(known)]).toEqual([1, 1]);
    expect(unknown.map((line) => line.split(' ')[0])).toEqual(known.map((line) => line.split(' ')[0]));
    for (const name of [running.file.demo.user, 'nobody', running.file.tenant, running.file.integration.id])
      expect(text).not.toContain(name);
  });
});
