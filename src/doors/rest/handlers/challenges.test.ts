import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';
import { type RestFixture, restFixture } from '../rest.fixture.ts';

const { challenges } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const create = async (body: unknown) => rest.call(challenges.create, [], { body });
const answer = async (id: string, body: unknown) => rest.call(challenges.answer, [id], { body });

async function mailUser(user: string) {
  const body = { user, kind: 'email', options: { address: `${user}@example.org` } };
  return (await rest.call(contract.devices.create, [], { body })).body.device;
}
const sentCode = () => rest.messages.at(-1)?.values['code'] ?? '';

describe('challenges', () => {
  it('are passed by the right answer, once', async () => {
    const { user, device, code } = await rest.enrol('alice');
    const { status, body } = await create({ user: 'alice', reference: 'order 17', context: { ip: '192.0.2.7' } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      userId: user.id,
      deviceId: device.id,
      kind: 'totp',
      state: 'pending',
      reference: 'order 17',
      attemptsLeft: 5,
    });
    const passed = await answer(body.id, { code: code(), context: { ip: '192.0.2.7' } });
    expect(passed.body).toMatchObject({ accepted: true, method: 'totp', challenge: { id: body.id, state: 'passed' } });
    expect(passed.body.auditId).toBeDefined();
    expect((await answer(body.id, { code: code() })).body.code).toBe('wrong_state');
    expect((await rest.call(challenges.get, [body.id])).body.state).toBe('passed');
  });

  it('are passed once of 20 answers at the same time (OTP-02)', async () => {
    const { code } = await rest.enrol('alice');
    const { body } = await create({ user: 'alice' });
    const answers = await Promise.all(Array.from({ length: 20 }, async () => answer(body.id, { code: code() })));
    expect(answers.filter((one) => one.body.accepted === true)).toHaveLength(1);
    for (const one of answers) expect([200, 409, 429]).toContain(one.status);
  });

  it('fail after as many wrong answers as the policy permits, even for the right one (BF-01)', async () => {
    const { code } = await rest.enrol('alice');
    const { body } = await create({ user: 'alice' });
    for (let left = 4; left >= 0; left -= 1) {
      const refused = await answer(body.id, { code: '000000' });
      expect(refused.body).toMatchObject({ accepted: false, challenge: { attemptsLeft: left } });
    }
    expect((await answer(body.id, { code: code() })).status).toBe(409);
    expect((await rest.call(challenges.get, [body.id])).body.state).toBe('failed');
  });

  it('send a code by mail, and another when asked; the first is void then', async () => {
    const device = await mailUser('alice');
    const { body } = await create({ user: 'alice', deviceId: device.id });
    const first = sentCode();
    expect(JSON.stringify(body)).not.toContain(first);
    const resent = await rest.call(challenges.resend, [body.id]);
    expect(resent.body).toMatchObject({ id: body.id, state: 'pending' });
    const second = sentCode();
    expect(rest.messages).toHaveLength(2);
    // Two codes are the same once in a million.
    const stale = first === second ? { body: { accepted: false } } : await answer(body.id, { code: first });
    expect(stale.body.accepted).toBe(false);
    expect((await answer(body.id, { code: second })).body.accepted).toBe(true);
    expect((await rest.call(challenges.resend, [body.id])).body.code).toBe('wrong_state');
  });

  it('are not resent for ever (BF-03)', async () => {
    await mailUser('alice');
    const { body } = await create({ user: 'alice' });
    const statuses = [];
    for (let number = 0; number < 5; number += 1) statuses.push((await rest.call(challenges.resend, [body.id])).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
  });

  it('that could not be sent have failed, and tell the fail mode', async () => {
    await mailUser('alice');
    rest.failDelivery(true);
    const { status, body } = await create({ user: 'alice' });
    expect(status).toBe(201);
    expect(body).toMatchObject({ state: 'failed', failMode: 'closed' });
  });

  it('can be denied by the user', async () => {
    const { code } = await rest.enrol('alice');
    const { body } = await create({ user: 'alice' });
    expect((await rest.call(challenges.deny, [body.id])).body).toMatchObject({ id: body.id, state: 'denied' });
    expect((await answer(body.id, { code: code() })).status).toBe(409);
    expect((await rest.call(challenges.deny, [body.id])).status).toBe(409);
  });

  it('expire', async () => {
    const { code } = await rest.enrol('alice');
    const { body } = await create({ user: 'alice' });
    rest.clock.advance(300_000);
    const late = await answer(body.id, { code: code() });
    expect([late.status, late.body.code]).toEqual([410, 'challenge_expired']);
    expect((await rest.call(challenges.get, [body.id])).body.state).toBe('expired');
  });

  it('need a user with a device that is his', async () => {
    expect((await create({ user: 'nobody' })).status).toBe(404);
    await rest.call(contract.users.create, [], { body: { name: 'bare' } });
    expect((await create({ user: 'bare' })).body.code).toBe('no_device');
    const { device } = await rest.enrol('alice');
    const bob = await rest.enrol('bob');
    const foreign = await create({ user: 'bob', deviceId: device.id });
    const missing = await create({ user: 'bob', deviceId: 'dev_missing' });
    expect(foreign.body).toEqual(missing.body);
    await rest.call(contract.users.update, [bob.user.id], { body: { status: 'inactive' } });
    expect((await create({ user: 'bob' })).body.code).toBe('user_inactive');
  });

  it('are listed by state and user', async () => {
    await rest.enrol('alice');
    await rest.enrol('bob');
    const first = await create({ user: 'alice' });
    const second = await create({ user: 'bob' });
    await rest.call(challenges.deny, [second.body.id]);
    const ids = async (query: Record<string, string>) =>
      (await rest.call(challenges.list, [], { query })).body.items.map((challenge: { id: string }) => challenge.id);
    expect(await ids({ state: 'pending' })).toEqual([first.body.id]);
    expect(await ids({ user: 'bob' })).toEqual([second.body.id]);
    expect(await ids({ user: 'nobody' })).toEqual([]);
    expect(await ids({ limit: '1' })).toHaveLength(1);
  });
});
