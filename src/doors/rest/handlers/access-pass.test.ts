import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../contract/index.ts';
import { administratorOf, type RestFixture, restFixture } from '../rest.fixture.ts';

const { users, integrations, verify } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

async function createAlice(): Promise<string> {
  const { body } = await rest.call(users.create, [], { body: { name: 'alice' } });
  return body.id as string;
}

const reason = 'Lost his telephone';

describe('an access pass', () => {
  it('is given by an integration with a reason, shown once, and lets the user in once', async () => {
    const id = await createAlice();
    const { status, body } = await rest.call(users.issueAccessPass, [id], { body: { reason, lifeSeconds: 600 } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      code: expect.stringMatching(/^\w{5}-\w{5}-\w{5}$/) as string,
      expiresAt: new Date(rest.clock.now() + 600_000).toISOString(),
      device: { kind: 'temporary-access-pass', userId: id },
    });
    const { code } = body;
    const check = async () => (await rest.call(verify, [], { body: { user: 'alice', code } })).body.accepted;
    expect([await check(), await check()]).toEqual([true, false]);
    const { body: devices } = await rest.call(users.devices, [id]);
    expect(devices.items).toMatchObject([{ public: { used: true } }]);
    expect(JSON.stringify(devices)).not.toContain(code);
  });

  it('is given by an administrator in the place of an integration, and the trail names him', async () => {
    const id = await createAlice();
    const { administrator, token } = await administratorOf(rest, rest.tenant, 'carol');
    const path = [rest.integration.id, id];
    const { status } = await rest.call(integrations.issueAccessPass, path, { token, body: { reason } });
    expect(status).toBe(201);
    const { items } = await rest.engine.audit.query(rest.caller, { event: 'user.access-pass-issued' });
    expect(items).toMatchObject([{ actor: { type: 'administrator', id: administrator.id }, detail: { reason } }]);
  });

  it.each([{}, { reason: '' }, { reason: ' ' }, { reason, lifeSeconds: 5 }, { reason, code: 'MINE' }])(
    'is not given for %j',
    async (body) => {
      const id = await createAlice();
      const refused = await rest.call(users.issueAccessPass, [id], { body });
      expect([refused.status, refused.body.code]).toEqual([400, 'invalid_parameters']);
    },
  );
});
