import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../http/endpoint.ts';
import { pathParameters } from '../../http/endpoint.ts';
import type { OpenapiDocument } from '../../http/openapi.ts';
import { contract } from './contract/index.ts';
import { describeApi } from './openapi-document.ts';
import {
  administratorOf,
  type Body,
  everyEndpoint,
  integrationOf,
  pathOf,
  platformAdministrator,
  type RestFixture,
  restFixture,
} from './rest.fixture.ts';

/**
 * Who reaches for what is not his. The routes come from the contract, so a new one is covered when it is declared; one
 * whose ids are of a new sort fails here until it is told what they name.
 */
const document = describeApi('0') as unknown as OpenapiDocument;

let rest: RestFixture;
let victim: Record<string, string>;
let attackers: { integration: Record<string, string>; administrator: Record<string, string> };
let before: string;
let admin: string;
let passwordOfVictim: string;

/** What the path parameters of an endpoint name. */
function idsOf(endpoint: Endpoint): string[] {
  const [, , resource = ''] = endpoint.path.split('/');
  return pathParameters(endpoint.path).map((name) => (name === 'id' ? resource : `${name.replace(/Id$/, '')}s`));
}

function exampleBody(endpoint: Endpoint): unknown {
  const operation = document.paths[endpoint.path.replaceAll(/:(\w+)/g, '{$1}')]?.[endpoint.method.toLowerCase()];
  const content = operation?.requestBody?.['content'] as Record<string, { example: unknown }> | undefined;
  return content?.['application/json']?.example;
}

/** A well-formed id of the same sort that names nothing. */
const missing = (id: string) => `${id.slice(0, 4)}${'0'.repeat(id.length - 4)}`;

async function look(endpoint: Endpoint, ids: readonly string[], token: string): Promise<string> {
  const body = exampleBody(endpoint);
  const {
    status,
    body: answer,
    headers,
  } = await rest.send(endpoint.method, pathOf(endpoint, ids), { token, ...(body !== undefined && { body }) });
  return JSON.stringify([status, answer, [...headers]]);
}

/** Everything the victim has, as the victim and his administrator see it. */
async function snapshot(): Promise<string> {
  const seen: Body[] = [];
  for (const [, endpoint] of everyEndpoint()) {
    if (endpoint.method !== 'GET' || pathParameters(endpoint.path).length === 0) continue;
    const token = endpoint.security === 'integration' ? rest.token : admin;
    seen.push(
      (
        await rest.send(
          'GET',
          pathOf(
            endpoint,
            idsOf(endpoint).map((name) => victim[name] ?? ''),
          ),
          { token },
        )
      ).body,
    );
  }
  return JSON.stringify(seen);
}

beforeAll(async () => {
  rest = await restFixture({ policy: { trustedBrowsers: { lifeSeconds: 3600 } } });
  const bob = await administratorOf(rest, rest.tenant, 'bob');
  admin = bob.token;
  passwordOfVictim = bob.basic;
  const { user, device, code } = await rest.enrol('alice');
  const passed = await rest.call(contract.challenges.create, [], { body: { user: 'alice' } });
  await rest.call(contract.challenges.answer, [passed.body.id], { body: { code: code() } });
  const trusted = await rest.call(contract.trustedBrowsers.trust, [passed.body.id]);
  const enrollment = await rest.call(contract.enrollments.create, [], { body: { user: 'alice', kind: 'totp' } });
  const challenge = await rest.call(contract.challenges.create, [], { body: { user: 'alice' } });
  const credentials = await rest.call(contract.integrations.credentials, [rest.integration.id], { token: admin });
  await rest.call(contract.webhooks.set, [rest.integration.id], {
    token: admin,
    body: { endpoint: 'https://hooks.example.org/', secret: 'a secret of the victim'.replaceAll(' ', '-') },
  });
  victim = {
    users: user.id,
    devices: device.id,
    enrollments: enrollment.body.id,
    challenges: challenge.body.id,
    browsers: trusted.body.browser.id,
    tenants: rest.tenant,
    integrations: rest.integration.id,
    credentials: credentials.body.items[0].id,
    administrators: bob.administrator.id,
  };
  const { tenant } = await rest.engine.tenants.create(rest.system, { name: 'Attacker' });
  attackers = {
    integration: {
      'an integration of another tenant': (await integrationOf(rest, tenant.id, 'Attacker')).token,
      'another integration of the tenant': (await integrationOf(rest, rest.tenant, 'Neighbour')).token,
    },
    administrator: {
      'an administrator of another tenant': (await administratorOf(rest, tenant.id, 'mallory')).token,
      'an administrator of the platform in no tenant': (await platformAdministrator(rest)).token,
    },
  };
  before = await snapshot();
});
afterAll(async () => rest.close());

const reachable = everyEndpoint().filter(([, { path }]) => pathParameters(path).length > 0);

describe('a foreign id', () => {
  it.each(reachable)('of %s answers as one that names nothing (TEN-01)', async (name, endpoint) => {
    const ids = idsOf(endpoint).map((sort) => victim[sort] ?? '');
    expect(ids).not.toContain('');
    const role = endpoint.security === 'integration' ? 'integration' : 'administrator';
    for (const [who, token] of Object.entries(attackers[role])) {
      // Tenants are the business of the platform: for its administrators they are not foreign.
      if (name.startsWith('tenants.') && who.includes('platform')) continue;
      const foreign = await look(endpoint, ids, token);
      expect([who, foreign]).toEqual([who, await look(endpoint, ids.map(missing), token)]);
      expect([who, foreign.slice(0, 4)]).toEqual([who, expect.stringMatching(/^\[40[34]$/)]);
    }
  });

  it.each(reachable.filter(([, { path }]) => pathParameters(path).length > 1))(
    'of %s below an object of one’s own answers as one that names nothing',
    async (_, endpoint) => {
      const mine = (await integrationOf(rest, rest.tenant, `Mine ${endpoint.path}`)).integration.id;
      const [, foreign = ''] = idsOf(endpoint).map((sort) => victim[sort] ?? '');
      expect(await look(endpoint, [mine, foreign], admin)).toBe(await look(endpoint, [mine, missing(foreign)], admin));
    },
  );

  it('in a body, a query or a header opens nothing either', async () => {
    const own = Object.values(attackers.integration)[1] ?? '';
    const mallory = Object.values(attackers.administrator)[0] ?? '';
    await rest.enrol('carol', own);
    const challenge = async (deviceId: string) =>
      (await rest.call(contract.challenges.create, [], { token: own, body: { user: 'carol', deviceId } })).body;
    expect(await challenge(victim['devices'] ?? '')).toEqual(await challenge(missing(victim['devices'] ?? '')));
    const trail = async (userId: string, token: string) =>
      (await rest.call(contract.audit.list, [], { token, query: { userId } })).body;
    for (const token of [own, mallory]) expect(await trail(victim['users'] ?? '', token)).toEqual({ items: [] });
    const list = await rest.call(contract.integrations.list, [], {
      token: mallory,
      headers: { 'X-Tenant': rest.tenant },
    });
    expect(list.status).toBe(403);
    expect(
      (await rest.call(contract.users.list, [], { token: own })).body.items.map((user: Body) => user.name),
    ).toEqual(['carol']);
  });

  it('of a challenge or an enrollment is foreign to an integration that shares the users, too (TEN-04)', async () => {
    const { token } = await rest.engine.integrations.create(
      { ...rest.system, tenant: rest.tenant },
      { name: 'Shares', doors: { rest: {} } },
    );
    expect((await rest.call(contract.users.get, [victim['users'] ?? ''], { token })).status).toBe(200);
    for (const [name, endpoint] of reachable) {
      const [sort = ''] = idsOf(endpoint);
      if (!/^(challenges|enrollments)\./.test(name)) continue;
      const id = victim[sort] ?? '';
      expect(await look(endpoint, [id], token)).toBe(await look(endpoint, [missing(id)], token));
    }
  });

  it('has changed nothing', async () => {
    expect(await snapshot()).toBe(before);
    const challenge = await rest.call(contract.challenges.get, [victim['challenges'] ?? '']);
    const enrollment = await rest.call(contract.enrollments.get, [victim['enrollments'] ?? '']);
    const user = await rest.call(contract.users.get, [victim['users'] ?? '']);
    expect([challenge.body.state, challenge.body.attemptsLeft]).toEqual(['pending', 5]);
    expect([enrollment.body.state, enrollment.body.attemptsLeft]).toEqual(['prepared', 5]);
    expect(user.body.status).toBe('active');
    for (const as of [{ token: admin }, { token: undefined, headers: { Authorization: passwordOfVictim } }])
      expect((await rest.call(contract.administrators.list, [], as)).body.items).toMatchObject([{ active: true }]);
  });
});
