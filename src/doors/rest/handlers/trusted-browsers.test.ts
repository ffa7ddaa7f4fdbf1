import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';
import { type RestFixture, restFixture } from '../rest.fixture.ts';

const { trustedBrowsers, challenges, decide } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture({ policy: { trustedBrowsers: { lifeSeconds: 3600 } } });
});
afterEach(async () => rest.close());

/** A user, and a challenge that he has passed just now. */
async function passed(name: string) {
  const { user, code } = await rest.enrol(name);
  const { body: challenge } = await rest.call(challenges.create, [], { body: { user: name } });
  const answered = await rest.call(challenges.answer, [challenge.id], { body: { code: code() } });
  expect(answered.body).toMatchObject({ accepted: true, method: 'totp' });
  return { user, challengeId: challenge.id as string };
}

describe('a trusted browser', () => {
  it('is made by a passed challenge, and its token replaces the second factor and itself (FLW-19)', async () => {
    const { user, challengeId } = await passed('alice');
    const trusted = await rest.call(trustedBrowsers.trust, [challengeId], { body: { name: 'Firefox at home' } });
    expect(trusted.status).toBe(201);
    expect(trusted.body).toMatchObject({
      browser: { name: 'Firefox at home', userId: user.id },
      expiresAt: new Date(rest.clock.now() + 3_600_000).toISOString(),
    });
    const { token } = trusted.body;
    const context = { trustedDeviceToken: token };
    const decision = await rest.call(decide, [], { body: { user: 'alice', context } });
    expect(decision.body).toMatchObject({ result: 'allow', trustedDevice: { expiresAt: trusted.body.expiresAt } });
    expect(decision.body.trustedDevice.token).not.toBe(token);
    expect((await rest.call(decide, [], { body: { user: 'alice' } })).body).not.toHaveProperty('trustedDevice');
    const again = await rest.call(trustedBrowsers.trust, [challengeId]);
    expect([again.status, again.body.code]).toEqual([409, 'wrong_state']);
  });

  it('is listed, named and revoked under its own user, one or all', async () => {
    const { user, challengeId } = await passed('alice');
    const { user: bob, challengeId: bobs } = await passed('bob');
    const { body: made } = await rest.call(trustedBrowsers.trust, [challengeId]);
    await rest.call(trustedBrowsers.trust, [bobs]);
    const { id } = made.browser;
    const list = async (userId: string) => (await rest.call(trustedBrowsers.list, [userId])).body.items;
    expect(await list(user.id)).toEqual([made.browser]);
    const body = { name: 'Laptop' };
    expect((await rest.call(trustedBrowsers.rename, [bob.id, id], { body })).status).toBe(404);
    expect((await rest.call(trustedBrowsers.rename, [user.id, id], { body })).body).toMatchObject({
      id,
      name: 'Laptop',
    });
    expect((await rest.call(trustedBrowsers.revoke, [bob.id, id])).status).toBe(404);
    expect((await rest.call(trustedBrowsers.revoke, [user.id, id])).status).toBe(204);
    expect((await rest.call(trustedBrowsers.revoke, [user.id, id])).status).toBe(404);
    expect(await list(user.id)).toEqual([]);
    expect(await list(bob.id)).toHaveLength(1);
    expect((await rest.call(trustedBrowsers.revokeAll, [bob.id])).status).toBe(204);
    expect(await list(bob.id)).toEqual([]);
    expect((await rest.call(trustedBrowsers.revokeAll, ['usr_none'])).status).toBe(404);
  });
});
