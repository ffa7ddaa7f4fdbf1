import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from './contract/index.ts';
import {
  administratorOf,
  everyEndpoint,
  integrationOf,
  pathOf,
  platformAdministrator,
  type RestFixture,
  restFixture,
} from './rest.fixture.ts';

let rest: RestFixture;
let admin: Awaited<ReturnType<typeof administratorOf>>;
let root: Awaited<ReturnType<typeof platformAdministrator>>;

beforeAll(async () => {
  rest = await restFixture();
  admin = await administratorOf(rest, rest.tenant, 'bob');
  root = await platformAdministrator(rest);
});
afterAll(async () => rest.close());

const missing = 'usr_0000000000000000000000000';

describe('an integration', () => {
  it('is known by its token, as bearer or in a header of its own', async () => {
    const bearer = await rest.call(contract.whoami);
    const header = await rest.call(contract.whoami, [], {
      token: undefined,
      headers: { 'X-Integration-Token': rest.token },
    });
    expect(bearer.status).toBe(200);
    expect(bearer.body.id).toBe(rest.integration.id);
    expect(header.body).toEqual(bearer.body);
  });

  it('that gives two tokens which differ is refused', async () => {
    const same = await rest.call(contract.whoami, [], { headers: { 'X-Integration-Token': rest.token } });
    const other = await integrationOf(rest, rest.tenant, 'Two tokens');
    const differing = await rest.call(contract.whoami, [], { headers: { 'X-Integration-Token': other.token } });
    expect([same.status, differing.status]).toEqual([200, 401]);
  });

  it('answers only at the doors it lists', async () => {
    const { token } = await integrationOf(rest, rest.tenant, 'No door', { oss2fa: {} });
    const answer = await rest.call(contract.whoami, [], { token });
    expect([answer.status, answer.body.code]).toEqual([403, 'door_closed']);
  });

  it('is refused once it or its tenant is closed (TEN-09)', async () => {
    const { tenant } = await rest.engine.tenants.create(rest.system, { name: 'Closing' });
    const { token, integration } = await integrationOf(rest, tenant.id, 'Closing');
    const { token: adminToken, basic } = await administratorOf(rest, tenant.id, 'closing');
    expect((await rest.call(contract.whoami, [], { token })).status).toBe(200);
    const changing = { token: adminToken, body: { active: false } };
    expect((await rest.call(contract.integrations.update, [integration.id], changing)).status).toBe(200);
    expect((await rest.call(contract.whoami, [], { token })).status).toBe(401);
    expect(
      (await rest.call(contract.integrations.update, [integration.id], { token: adminToken, body: { active: true } }))
        .status,
    ).toBe(200);
    expect((await rest.call(contract.whoami, [], { token })).status).toBe(200);

    expect(
      (await rest.call(contract.tenants.update, [tenant.id], { token: root.token, body: { active: false } })).status,
    ).toBe(200);
    expect((await rest.call(contract.whoami, [], { token })).status).toBe(401);
    expect((await rest.call(contract.administrators.list, [], { token: adminToken })).status).toBe(401);
    expect(
      (await rest.call(contract.administrators.list, [], { token: undefined, headers: { Authorization: basic } }))
        .status,
    ).toBe(401);
  });
});

describe('an administrator', () => {
  it('is known by his token, or by login and password', async () => {
    const token = await rest.call(contract.integrations.list, [], { token: admin.token });
    const basic = await rest.call(contract.integrations.list, [], {
      token: undefined,
      headers: { Authorization: admin.basic },
    });
    expect(token.status).toBe(200);
    expect(basic.body).toEqual(token.body);
  });

  it('of a tenant acts in it and nowhere else, whether the other exists or not (TEN-01)', async () => {
    const { tenant } = await rest.engine.tenants.create(rest.system, { name: 'Elsewhere' });
    for (const own of [rest.tenant, 'Default']) {
      const answer = await rest.call(contract.integrations.list, [], {
        token: admin.token,
        headers: { 'X-Tenant': own },
      });
      expect(answer.status).toBe(200);
    }
    const refusals = [];
    for (const other of [tenant.id, 'Elsewhere', 'tnt_missing', 'Nowhere', 'tnt_platform']) {
      refusals.push(
        await rest.call(contract.integrations.list, [], { token: admin.token, headers: { 'X-Tenant': other } }),
      );
      refusals.push(await rest.call(contract.integrations.list, [], { token: admin.token, query: { tenant: other } }));
    }
    expect(new Set(refusals.map(({ body }) => body.code))).toEqual(new Set(['forbidden']));
  });

  it('of the platform acts in the tenant that he names', async () => {
    const byHeader = await rest.call(contract.integrations.get, [rest.integration.id], {
      token: root.token,
      headers: { 'X-Tenant': rest.tenant },
    });
    const byQuery = await rest.call(contract.integrations.get, [rest.integration.id], {
      token: root.token,
      query: { tenant: 'Default' },
    });
    expect([byHeader.status, byQuery.status]).toEqual([200, 200]);
    expect((await rest.call(contract.integrations.get, [rest.integration.id], { token: root.token })).status).toBe(404);
    expect(
      (await rest.call(contract.integrations.list, [], { token: root.token, query: { tenant: 'Nowhere' } })).status,
    ).toBe(404);
    const both = { token: root.token, query: { tenant: 'Default' }, headers: { 'X-Tenant': 'Nowhere' } };
    expect((await rest.call(contract.integrations.list, [], both)).status).toBe(400);
  });

  it('sees the audit trail of his tenant, an integration its own rows', async () => {
    const all = await rest.call(contract.audit.list, [], { token: admin.token, query: { limit: '500' } });
    const own = await rest.call(contract.audit.list, [], { query: { limit: '500' } });
    expect(all.body.items.length).toBeGreaterThan(own.body.items.length);
    for (const row of own.body.items) expect(row.integrationId).toBe(rest.integration.id);
  });
});

describe('credentials', () => {
  it.each([
    ['none', {}],
    ['an empty bearer', { Authorization: 'Bearer ' }],
    ['an unknown token', { Authorization: 'Bearer cst_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['an unknown administrator token', { Authorization: 'Bearer csa_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['an unknown login', { Authorization: `Basic ${btoa('nobody:secret')}` }],
    ['a wrong password', { Authorization: `Basic ${btoa('bob:secret')}` }],
    ['no colon', { Authorization: `Basic ${btoa('bob')}` }],
    ['NUL', { Authorization: `Basic ${btoa('bob\0:x')}` }],
    ['rubbish', { Authorization: 'Negotiate ZZZ' }],
    ['an empty token', { 'X-Integration-Token': '' }],
    ['a long token', { 'X-Integration-Token': 'x'.repeat(8000) }],
  ])('that are %s are refused by every endpoint in the same way (ADM-07)', async (_, headers) => {
    const titles = new Set<string>();
    for (const [, endpoint] of everyEndpoint()) {
      if (endpoint.security === 'none') continue;
      const answer = await rest.send(endpoint.method, pathOf(endpoint, [missing, missing]), { headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('Bearer realm="countersign"');
      titles.add(JSON.stringify(answer.body));
      if (Object.values(headers).some((value) => value.startsWith('Basic'))) break;
    }
    expect(titles.size).toBe(1);
  });

  it('of one kind do not open endpoints of the other', async () => {
    for (const [, endpoint] of everyEndpoint()) {
      const token = { integration: admin.token, administrator: rest.token }[endpoint.security as string];
      if (token === undefined) continue;
      expect((await rest.send(endpoint.method, pathOf(endpoint, [missing, missing]), { token })).status).toBe(401);
    }
  });

  it('are asked for before the body is read', async () => {
    const answer = await rest.send('POST', '/v1/verify', { body: '{', token: 'cst_wrong' });
    expect(answer.status).toBe(401);
  });
});
