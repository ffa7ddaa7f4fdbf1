import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from './contract/index.ts';
import { everyEndpoint, integrationOf, type RestFixture, restFixture } from './rest.fixture.ts';

let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const create = async (body: unknown, key: string, token = rest.token) =>
  rest.call(contract.users.create, [], { token, body, headers: { 'Idempotency-Key': key } });
const names = async () => (await rest.call(contract.users.list)).body.items.map((user: { name: string }) => user.name);

describe('a creation with an idempotency key', () => {
  it('is answered again as it was, and creates nothing more', async () => {
    const first = await create({ name: 'alice' }, 'key-1');
    const second = await create({ name: 'alice' }, 'key-1');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await names()).toEqual(['alice']);
  });

  it('is done once of 20 at the same time', async () => {
    const body = { user: 'alice', kind: 'totp' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () =>
        rest.call(contract.devices.create, [], { body, headers: { 'Idempotency-Key': 'key-1' } }),
      ),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    const others = answers.filter(({ status }) => status !== 201).map(({ body: { code } }) => code as string);
    expect(new Set([...others, 'request_in_progress'])).toEqual(new Set(['request_in_progress']));
    const [user] = (await rest.call(contract.users.list)).body.items;
    expect((await rest.call(contract.users.devices, [user.id])).body.items).toHaveLength(1);
    const late = await rest.call(contract.devices.create, [], { body, headers: { 'Idempotency-Key': 'key-1' } });
    expect(late.body).toEqual(made[0]?.body);
  });

  it('is refused when the key stands for another request', async () => {
    await create({ name: 'alice' }, 'key-1');
    expect((await create({ name: 'bob' }, 'key-1')).body.code).toBe('idempotency_conflict');
    const elsewhere = { body: { user: 'alice' }, headers: { 'Idempotency-Key': 'key-1' } };
    expect((await rest.call(contract.enrollments.create, [], elsewhere)).body.code).toBe('idempotency_conflict');
    expect(await names()).toEqual(['alice']);
  });

  it('that was refused can be tried again with the same key', async () => {
    await create({ name: 'alice' }, 'key-1');
    expect((await create({ name: 'alice' }, 'key-2')).body.code).toBe('user_exists');
    const [user] = (await rest.call(contract.users.list)).body.items;
    await rest.call(contract.users.remove, [user.id]);
    expect((await create({ name: 'alice' }, 'key-2')).status).toBe(201);
  });

  it('has a key of its integration: that of another is another key (TEN-01)', async () => {
    const other = await integrationOf(rest, rest.tenant, 'Other');
    const first = await create({ name: 'alice' }, 'key-1');
    const second = await create({ name: 'alice' }, 'key-1', other.token);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.id).not.toBe(first.body.id);
  });

  it.each(['', ' ', 'a b', 'x'.repeat(201), 'ü'])('needs a key of visible ASCII, not %j', async (key) => {
    const answer = await create({ name: 'alice' }, key);
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, 'Idempotency-Key']);
    expect(await names()).toEqual([]);
  });

  it('sends one message for one challenge', async () => {
    await rest.call(contract.devices.create, [], {
      body: { user: 'alice', kind: 'email', options: { address: 'alice@example.org' } },
    });
    const challenge = { body: { user: 'alice' }, headers: { 'Idempotency-Key': 'key-1' } };
    const first = await rest.call(contract.challenges.create, [], challenge);
    expect((await rest.call(contract.challenges.create, [], challenge)).body).toEqual(first.body);
    expect(rest.messages).toHaveLength(1);
  });
});

it('every other POST refuses a key that it would not honour', async () => {
  for (const [name, endpoint] of everyEndpoint()) {
    if (endpoint.method !== 'POST' || endpoint.security !== 'integration') continue;
    const creates = /^(users|devices|enrollments|challenges)\.create$|replaceRecoveryCodes/.test(name);
    expect([name, endpoint.idempotent === true]).toEqual([name, creates]);
  }
  const verify = { body: { user: 'alice', code: '123456' }, headers: { 'Idempotency-Key': 'key-1' } };
  expect((await rest.call(contract.verify, [], verify)).body.errors[0].path).toBe('Idempotency-Key');
});
