import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';
import { type RestFixture, restFixture } from '../rest.fixture.ts';

const { users } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const create = async (body: unknown) => rest.call(users.create, [], { body });

describe('users', () => {
  it('are created, read, changed and removed', async () => {
    const { status, body: user } = await create({ name: 'alice@example.org', status: 'bypass' });
    expect(status).toBe(201);
    expect(user).toEqual({
      id: expect.stringMatching(/^usr_/) as string,
      name: 'alice@example.org',
      status: 'bypass',
      createdAt: new Date(rest.clock.now()).toISOString(),
      updatedAt: new Date(rest.clock.now()).toISOString(),
    });
    expect((await rest.call(users.get, [user.id])).body).toEqual(user);
    rest.clock.advance(5000);
    const changed = await rest.call(users.update, [user.id], { body: { status: 'inactive' } });
    expect(changed.body).toMatchObject({ id: user.id, status: 'inactive', createdAt: user.createdAt });
    expect(changed.body.updatedAt).toBe(new Date(rest.clock.now()).toISOString());
    expect((await rest.call(users.remove, [user.id])).status).toBe(204);
    for (const gone of [users.get, users.remove, users.unlock, users.devices]) {
      expect((await rest.call(gone, [user.id])).status).toBe(404);
    }
    expect((await rest.call(users.update, [user.id], { body: { status: 'active' } })).status).toBe(404);
    expect((await rest.call(users.replaceRecoveryCodes, [user.id])).status).toBe(404);
  });

  it('have names of their own', async () => {
    expect((await create({ name: 'alice' })).status).toBe(201);
    const again = await create({ name: 'alice' });
    expect([again.status, again.body.code]).toEqual([409, 'user_exists']);
  });

  it('are listed page by page, and found by name', async () => {
    for (let number = 0; number < 7; number += 1) await create({ name: `user${number}` });
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await rest.call(users.list, [], { query: { limit: '3', ...(cursor !== undefined && { cursor }) } });
      expect(page.body.items.length).toBeLessThanOrEqual(3);
      names.push(...page.body.items.map((user: { name: string }) => user.name));
      cursor = page.body.next;
    } while (cursor !== undefined);
    expect(names.sort()).toEqual(Array.from({ length: 7 }, (_, number) => `user${number}`));
    const found = await rest.call(users.list, [], { query: { name: 'user4' } });
    expect(found.body.items.map((user: { name: string }) => user.name)).toEqual(['user4']);
    expect((await rest.call(users.list, [], { query: { name: 'nobody' } })).body).toEqual({ items: [] });
  });

  it.each(['0', '501', '-1', '1.5', 'x', ''])('are not listed %s at a time', async (limit) => {
    expect((await rest.call(users.list, [], { query: { limit } })).status).toBe(400);
  });

  it.each(['x', "' or 1=1--", '..', 'eyJhIjoxfQ', '%', 'a'.repeat(2000)])(
    'are not listed from a forged cursor %s (TEN-06)',
    async (cursor) => {
      const answer = await rest.call(users.list, [], { query: { cursor } });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_parameters']);
    },
  );

  it('have devices', async () => {
    const { user, device } = await rest.enrol('alice');
    expect((await rest.call(users.devices, [user.id])).body).toEqual({ items: [device] });
  });

  it('can guess again once they are unlocked', async () => {
    const { user, code } = await rest.enrol('alice');
    const verify = async (text: string) =>
      (await rest.call(contract.verify, [], { body: { user: 'alice', code: text } })).status;
    for (let guess = 0; guess < 10; guess += 1) await verify('000000');
    expect(await verify(code())).toBe(429);
    expect((await rest.call(users.unlock, [user.id])).body).toMatchObject({ id: user.id });
    expect(await verify(code())).toBe(200);
  });

  it('get recovery codes that are shown once; those before are void', async () => {
    const { user } = await rest.enrol('alice');
    const first = await rest.call(users.replaceRecoveryCodes, [user.id]);
    expect(first.status).toBe(201);
    const second = await rest.call(users.replaceRecoveryCodes, [user.id], { body: { options: { count: 4 } } });
    expect(second.body.shown.codes).toHaveLength(4);
    const verify = async (code: string) =>
      (await rest.call(contract.verify, [], { body: { user: 'alice', code } })).body.accepted;
    expect(await verify(first.body.shown.codes[0])).toBe(false);
    expect(await verify(second.body.shown.codes[0])).toBe(true);
    expect(await verify(second.body.shown.codes[0])).toBe(false);
    expect(JSON.stringify((await rest.call(users.devices, [user.id])).body)).not.toContain(second.body.shown.codes[1]);
    expect(
      (await rest.call(users.replaceRecoveryCodes, [user.id], { body: { options: { count: 1000 } } })).status,
    ).toBe(400);
  });
});
