import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';
import { administratorOf, type Body, platformAdministrator, type RestFixture, restFixture } from '../rest.fixture.ts';

const { administrators, integrations, tenants } = contract;
let rest: RestFixture;
let admin: { token: string; basic: string };
let root: Awaited<ReturnType<typeof platformAdministrator>>;
beforeAll(async () => {
  rest = await restFixture();
  admin = await administratorOf(rest, rest.tenant, 'bob');
  root = await platformAdministrator(rest);
});
afterAll(async () => rest.close());

const person = { firstName: 'Alice', lastName: 'Example', password: 'a long walk by the river' };

describe('tenants', () => {
  const create = async (body: unknown, token = root.token) => rest.call(tenants.create, [], { token, body });

  it('are created by the platform with their first administrator (OSS-55)', async () => {
    const { status, body } = await create({ name: 'First', administrator: { email: 'alice@example.org', ...person } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      tenant: { name: 'First', active: true },
      administrator: { login: 'alice@example.org', tenantId: body.tenant.id },
    });
    expect(JSON.stringify(body)).not.toContain(person.password);
    const basic = `Basic ${btoa(`alice@example.org:${person.password}`)}`;
    const own = await rest.call(tenants.get, [body.tenant.id], { token: undefined, headers: { Authorization: basic } });
    expect(own.body).toEqual(body.tenant);
  });

  it('have names of their own, and administrators with logins of theirs', async () => {
    expect((await create({ name: 'Twice' })).status).toBe(201);
    const again = await create({ name: 'Twice' });
    expect([again.status, again.body.code, again.body.errors[0].path]).toEqual([409, 'already_exists', 'name']);
    const login = await create({
      name: 'Third',
      administrator: { login: 'bob', email: 'other@example.org', ...person },
    });
    expect([login.body.code, login.body.errors[0].path]).toEqual(['already_exists', 'administrator.login']);
  });

  it.each([
    [{}],
    [{ name: '' }],
    [{ name: 'x', administrator: {} }],
    [{ name: 'x', administrator: { email: 'a@b@c', ...person } }],
    [{ name: 'x', administrator: { email: 'x@example.org', ...person, password: 'short' } }],
    [{ name: 'x', id: 'tnt_mine' }],
  ])('are not created from %j', async (body) => {
    expect((await create(body)).status).toBe(400);
  });

  it('are listed, closed and opened by the platform only', async () => {
    const list = await rest.call(tenants.list, [], { token: root.token, query: { limit: '500' } });
    expect(list.body.items.map(({ name }: Body) => name)).toContain('Default');
    const made = await create({ name: 'Toggled' });
    const toggle = async (active: boolean, token: string) =>
      rest.call(tenants.update, [made.body.tenant.id], { token, body: { active } });
    expect((await toggle(false, root.token)).body.active).toBe(false);
    expect((await toggle(true, root.token)).body.active).toBe(true);
    expect((await toggle(false, admin.token)).body.code).toBe('forbidden');
    expect((await create({ name: 'Mine' }, admin.token)).body.code).toBe('forbidden');
    expect((await rest.call(tenants.list, [], { token: admin.token })).body.code).toBe('forbidden');
    expect((await rest.call(tenants.get, [made.body.tenant.id], { token: admin.token })).status).toBe(404);
    expect((await rest.call(tenants.get, [rest.tenant], { token: admin.token })).status).toBe(200);
    expect(
      (await rest.call(tenants.update, ['tnt_missing'], { token: root.token, body: { active: true } })).status,
    ).toBe(404);
  });
});

describe('administrators', () => {
  it('are created in the tenant, and listed there', async () => {
    const { status, body } = await rest.call(administrators.create, [], {
      token: admin.token,
      body: { login: 'carol', email: 'carol@example.org', ...person },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ login: 'carol', tenantId: rest.tenant, active: true });
    const list = await rest.call(administrators.list, [], { token: admin.token });
    expect(list.body.items).toContainEqual(body);
    expect(list.body.items.map(({ tenantId }: Body) => tenantId)).not.toContain('tnt_platform');
    const again = await rest.call(administrators.create, [], {
      token: admin.token,
      body: { login: 'carol', email: 'c@example.org', ...person },
    });
    expect(again.body.code).toBe('already_exists');
    const weak = await rest.call(administrators.create, [], {
      token: admin.token,
      body: { email: 'd@example.org', ...person, password: 'password1234' },
    });
    expect([weak.status, weak.body.errors[0].path]).toEqual([400, 'password']);
  });

  it('get a token for their password', async () => {
    const issued = await rest.call(administrators.issueToken, [], {
      token: undefined,
      headers: { Authorization: admin.basic },
    });
    expect(issued.status).toBe(201);
    expect(issued.body.token).toMatch(/^csa_/);
    expect((await rest.call(integrations.list, [], { token: issued.body.token })).status).toBe(200);
    const elsewhere = await rest.call(administrators.issueToken, [], {
      token: root.token,
      query: { tenant: 'Default' },
    });
    expect((await rest.call(tenants.list, [], { token: elsewhere.body.token })).status).toBe(200);
  });

  it('who guess too often are refused like those who guess wrong (BF-17)', async () => {
    const { basic } = await administratorOf(rest, rest.tenant, 'guessed');
    const call = async (authorization: string, source: string) =>
      rest.call(administrators.list, [], { token: undefined, headers: { Authorization: authorization }, source });
    const refusals = new Set<string>();
    for (let guess = 0; guess < 25; guess += 1) {
      const { status, body } = await call(`Basic ${btoa(`guessed:wrong${guess}`)}`, '192.0.2.66');
      refusals.add(JSON.stringify([status, body]));
    }
    const { status, body } = await call(basic, '192.0.2.66');
    refusals.add(JSON.stringify([status, body]));
    expect(refusals.size).toBe(1);
    expect(status).toBe(401);
  });

  it('are disabled and enabled, get a new password and lose their tokens, at once (TEN-09)', async () => {
    const target = await administratorOf(rest, rest.tenant, 'target');
    const ids = [target.administrator.id];
    const status = async (headers: Record<string, string>) =>
      (await rest.call(administrators.list, [], { token: undefined, headers })).status;
    const admitted = async (basic: string) => [
      await status({ Authorization: basic }),
      await status({ Authorization: `Bearer ${target.token}` }),
    ];
    const update = async (body: unknown, token = admin.token) => rest.call(administrators.update, ids, { token, body });
    expect(await admitted(target.basic)).toEqual([200, 200]);

    expect((await rest.call(administrators.revokeTokens, ids, { token: admin.token })).status).toBe(204);
    expect(await admitted(target.basic)).toEqual([200, 401]);
    expect((await update({ active: false })).body).toMatchObject({ id: ids[0], login: 'target', active: false });
    expect(await admitted(target.basic)).toEqual([401, 401]);
    expect((await update({ active: true })).body.active).toBe(true);

    const password = 'a short swim in the cold lake';
    const changed = await update({ password });
    expect([changed.status, JSON.stringify(changed.body).includes(password)]).toEqual([200, false]);
    expect(await admitted(target.basic)).toEqual([401, 401]);
    expect(await admitted(`Basic ${btoa(`target:${password}`)}`)).toEqual([200, 401]);
    for (const body of [{}, { active: 'no' }, { password: 'short' }, { password: '' }, { login: 'x' }])
      expect((await update(body)).status).toBe(400);
    const trail = await rest.call(contract.audit.list, [], {
      token: admin.token,
      query: { event: 'administrator.disabled' },
    });
    expect(trail.body.items[0]).toMatchObject({ actor: { type: 'administrator' }, objectId: ids[0] });
  });

  it('change themselves, except for the last one of the platform, who stays (TEN-09)', async () => {
    const own = await administratorOf(rest, rest.tenant, 'own');
    const password = 'a short swim in the cold lake';
    const update = async (id: string, body: unknown, options: { token: string; query?: Record<string, string> }) =>
      rest.call(administrators.update, [id], { ...options, body });
    expect((await update(own.administrator.id, { password }, own)).status).toBe(200);
    expect((await rest.call(administrators.list, [], own)).status).toBe(401);

    const active = { active: false };
    expect((await update(root.administrator.id, active, root)).body.code).toBe('wrong_state');
    // The platform reaches into the tenant that it names, and only there.
    expect((await update(own.administrator.id, active, root)).status).toBe(404);
    const named = { token: root.token, query: { tenant: 'Default' } };
    expect((await update(own.administrator.id, active, named)).body.active).toBe(false);
    expect((await rest.call(administrators.revokeTokens, [own.administrator.id], named)).status).toBe(204);
    expect((await update(root.administrator.id, active, named)).status).toBe(404);
  });

  it('whose address has tried too many logins are told to wait, whichever the login (BF-11)', async () => {
    const known = await administratorOf(rest, rest.tenant, 'sprayed');
    const call = async (authorization: string) =>
      rest.call(administrators.list, [], {
        token: undefined,
        headers: { Authorization: authorization },
        source: '192.0.2.77',
      });
    const spray = Array.from({ length: 100 }, (_, index) => call(`Basic ${btoa(`login${index}:wrong`)}`));
    expect(new Set((await Promise.all(spray)).map(({ status }) => status))).toEqual(new Set([401]));
    const refusals = new Set<string>();
    for (const authorization of [known.basic, `Basic ${btoa('sprayed:wrong')}`, `Basic ${btoa('nobody:wrong')}`]) {
      const { status, body, headers } = await call(authorization);
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      refusals.add(JSON.stringify([status, body]));
    }
    expect(refusals.size).toBe(1);
    expect([...refusals][0]).toContain('too_many_attempts');
    const byToken = { token: known.token, source: '192.0.2.77' };
    expect((await rest.call(administrators.list, [], byToken)).status).toBe(200);
  });
});

describe('integrations', () => {
  const create = async (body: unknown) => rest.call(integrations.create, [], { token: admin.token, body });
  const read = async (id: string) => rest.call(integrations.get, [id], { token: admin.token });
  const update = async (id: string, body: unknown) =>
    rest.call(integrations.update, [id], { token: admin.token, body });

  it('are created with credentials that work at once (OSS-57)', async () => {
    const { status, body } = await create({
      name: 'VPN',
      notes: 'the old one',
      endpoint: 'https://vpn.example.org',
      doors: { rest: {} },
      policy: { allowedKinds: ['totp'], challenge: { attempts: 3 } },
      kinds: { totp: { issuer: 'Example' } },
      realm: 'own',
    });
    expect(status).toBe(201);
    expect(body.accessKey).toHaveLength(32);
    expect(body.secretKey).toHaveLength(48);
    const self = await rest.call(contract.whoami, [], { token: body.token });
    expect(self.body).toMatchObject({
      id: body.integration.id,
      name: 'VPN',
      doors: ['rest'],
      policy: { challenge: { attempts: 3, lifeSeconds: 300 } },
    });
    expect((await read(body.integration.id)).body).toEqual(body.integration);
    expect(JSON.stringify((await read(body.integration.id)).body)).not.toContain(body.secretKey);
  });

  it.each([
    [{}, 'name'],
    [{ name: 'x', endpoint: 'javascript:alert(1)' }, 'endpoint'],
    [{ name: 'x', policy: { challenge: { attempts: 0 } } }, 'policy.challenge.attempts'],
    [{ name: 'x', policy: { bypassNetworks: ['everywhere'] } }, 'policy.bypassNetworks.0'],
    [{ name: 'x', policy: [] }, 'policy'],
    [{ name: 'x', kinds: { nosuch: {} } }, 'kinds.nosuch'],
    [{ name: 'x', kinds: { totp: { back: 'many' } } }, 'kinds.totp.back'],
    [{ name: 'x', doors: { rest: true } }, 'doors.rest'],
    [{ name: 'x', tenantId: 'tnt_x' }, 'tenantId'],
    [{ name: 'x', readableSecretKey: true }, 'readableSecretKey'],
  ])('are not created from %j', async (body, path) => {
    const answer = await create(body);
    expect([answer.status, answer.body.errors?.[0].path]).toEqual([400, path]);
  });

  it('are changed, listed and removed', async () => {
    const { body: made } = await create({ name: 'Changing', doors: { rest: {} } });
    const { id } = made.integration;
    const changes = { name: 'Changed', notes: 'n', endpoint: '', policy: { failMode: 'open' }, doors: {}, kinds: {} };
    expect((await update(id, changes)).body).toMatchObject({ ...changes, policy: { failMode: 'open' } });
    expect((await rest.call(contract.whoami, [], { token: made.token })).body.code).toBe('door_closed');
    expect((await update(id, {})).status).toBe(400);
    expect((await update(id, { realmId: 'rlm_x' })).status).toBe(400);
    const list = await rest.call(integrations.list, [], { token: admin.token, query: { limit: '500' } });
    expect(list.body.items.map((one: Body) => one.id)).toContain(id);
    expect((await rest.call(integrations.remove, [id], { token: admin.token })).status).toBe(204);
    expect((await read(id)).status).toBe(404);
    expect((await rest.call(contract.whoami, [], { token: made.token })).status).toBe(401);
  });

  it('have credentials that can be replaced without an outage', async () => {
    const { body: made } = await create({ name: 'Rotating', doors: { rest: {} } });
    const { id } = made.integration;
    const rotate = async (type: string) => rest.call(integrations.rotate, [id], { token: admin.token, body: { type } });
    const credentials = async () =>
      (await rest.call(integrations.credentials, [id], { token: admin.token })).body.items;
    const [old] = (await credentials()).filter(({ type }: Body) => type === 'token');
    const added = await rotate('token');
    expect(added.status).toBe(201);
    for (const token of [made.token, added.body.token])
      expect((await rest.call(contract.whoami, [], { token })).status).toBe(200);
    expect((await rotate('token')).body.code).toBe('wrong_state');
    expect((await rotate('password')).status).toBe(400);
    expect(JSON.stringify(await credentials())).not.toContain(added.body.token);
    const revoke = async () => rest.call(integrations.revoke, [id, old.id], { token: admin.token });
    expect((await revoke()).status).toBe(204);
    expect((await revoke()).status).toBe(404);
    expect((await rest.call(contract.whoami, [], { token: made.token })).status).toBe(401);
    const key = await rotate('key');
    expect([key.body.accessKey.length, key.body.secretKey.length, key.body.token]).toEqual([32, 48, undefined]);
  });

  it('let their users, enrollments and challenges be seen, and a user be switched (OSS-74)', async () => {
    const { user, code } = await rest.enrol('carol');
    const enrollment = await rest.call(contract.enrollments.create, [], { body: { user: 'dave', kind: 'totp' } });
    const challenge = await rest.call(contract.challenges.create, [], { body: { user: 'carol' } });
    const { id } = rest.integration;
    const as = { token: admin.token };
    expect((await rest.call(integrations.users, [id], { ...as, query: { name: 'carol' } })).body.items).toEqual([user]);
    expect((await rest.call(integrations.enrollments, [id], as)).body.items.map((one: Body) => one.id)).toContain(
      enrollment.body.id,
    );
    const pending = await rest.call(integrations.challenges, [id], { ...as, query: { state: 'pending' } });
    expect(pending.body.items).toEqual([challenge.body]);
    const off = await rest.call(integrations.updateUser, [id, user.id], { ...as, body: { status: 'inactive' } });
    expect(off.body).toMatchObject({ id: user.id, status: 'inactive' });
    expect((await rest.call(contract.verify, [], { body: { user: 'carol', code: code() } })).body).toEqual({
      accepted: false,
    });
    const trail = await rest.call(contract.audit.list, [], { ...as, query: { event: 'user.status-set' } });
    expect(trail.body.items[0]).toMatchObject({ actor: { type: 'administrator' }, userId: user.id });
  });
});

describe('kinds and the audit trail', () => {
  it('list the device kinds with their options, and what the policy permits (OSS-51)', async () => {
    const { body } = await rest.call(contract.kinds.list);
    const totp = body.items.find((kind: Body) => kind.name === 'totp');
    expect(totp).toMatchObject({ allowed: true, options: { type: 'object' } });
    expect(Object.keys(totp.options.properties)).toContain('digits');
    expect((await rest.call(contract.kinds.list, [], { token: admin.token })).body.items[0].allowed).toBeUndefined();
  });

  it('can be verified from outside with the public key (ADM-02)', async () => {
    await rest.engine.audit.signHeads();
    const heads = await rest.call(contract.audit.heads, [], { token: admin.token });
    expect(heads.body.items.length).toBeGreaterThan(0);
    const key = await rest.call(contract.audit.key);
    expect(key.body.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  });

  it('are read by time, event and user', async () => {
    const count = async (query: Record<string, string>) =>
      (await rest.call(contract.audit.list, [], { token: admin.token, query: { limit: '500', ...query } })).body.items
        .length;
    const now = new Date(rest.clock.now()).toISOString();
    expect(await count({ from: now })).toBeGreaterThan(0);
    expect(await count({ from: '2100-01-01T00:00:00Z' })).toBe(0);
    expect(await count({ to: '2000-01-01T00:00:00+02:00' })).toBe(0);
    expect(await count({ event: 'no.such-event' })).toBe(0);
    for (const query of [{ from: 'yesterday' }, { from: '1' }, { event: '' }, { user: 'x' }] as Record<
      string,
      string
    >[]) {
      expect((await rest.call(contract.audit.list, [], { token: admin.token, query })).status).toBe(400);
    }
  });
});
