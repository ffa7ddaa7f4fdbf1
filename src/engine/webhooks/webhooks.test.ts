import { describe, expect, test } from 'vitest';
import type { TenantId } from '../../core/ids.ts';
import type { TestEngine } from '../../testing/index.ts';
import { enrollEmail, expectRefusal, openTestEngine } from '../enrolled.fixture.ts';

const endpoint = 'https://app.example.org/countersign';

async function open() {
  const t = await openTestEngine();
  const admin = { ...t.system, tenant: t.tenant };
  /** The integration as its next request finds it. */
  const caller = async () => ({ ...t.caller, integration: await t.engine.integrations.get(admin, t.integration.id) });
  return { ...t, admin, id: t.integration.id, current: caller };
}

const targetsOf = (t: Pick<TestEngine, 'messages'>) =>
  t.messages.filter(({ channel }) => channel === 'webhook').map(({ target }) => target);

describe('the webhook of an integration', () => {
  test('is set, and its secret and headers cannot be read again (OUT-03)', async () => {
    const t = await open();
    expect(await t.engine.webhooks.get(t.admin, t.id)).toBeUndefined();
    const options = { endpoint, headers: { Authorization: 'Bearer very-secret' }, timeoutMs: 500 };
    const { webhook, secret } = await t.engine.webhooks.set(t.admin, t.id, options);
    expect(secret).toMatch(/^whs_/);
    expect(webhook).toEqual({ endpoint, headers: ['Authorization'], timeoutMs: 500, secrets: 1 });
    const seen = JSON.stringify([
      await t.engine.webhooks.get(t.admin, t.id),
      await t.engine.integrations.get(t.admin, t.id),
      await t.engine.audit.query(t.admin, {}),
      await t.store.read((db) => db.selectFrom('integrations').selectAll().execute()),
    ]);
    expect(seen).not.toContain('very-secret');
    expect(seen).not.toContain(secret);
  });

  test('keeps its secrets and headers when it is set again without them', async () => {
    const t = await open();
    const first = await t.engine.webhooks.set(t.admin, t.id, { endpoint, headers: { 'X-Token': 'abc' } });
    const again = await t.engine.webhooks.set(t.admin, t.id, { endpoint: `${endpoint}/2` });
    expect(again).toEqual({
      webhook: { endpoint: `${endpoint}/2`, headers: ['X-Token'], timeoutMs: 5000, secrets: 1 },
    });
    await enrollEmail(t, 'alice');
    await t.engine.devices.provision(await t.current(), { user: 'alice', devices: [{ kind: 'totp' }] });
    await t.engine.outbox.work();
    expect(targetsOf(t)).toMatchObject([{ secrets: [first.secret], headers: { 'X-Token': 'abc' } }]);
    const own = await t.engine.webhooks.set(t.admin, t.id, { endpoint, headers: {}, secret: 'a-secret-of-ours-1' });
    expect(own).toEqual({ webhook: { endpoint, headers: [], timeoutMs: 5000, secrets: 1 } });
  });

  test('is signed with two secrets while they are rotated, also what was written before (OUT-02)', async () => {
    const t = await open();
    const first = await t.engine.webhooks.set(t.admin, t.id, { endpoint });
    await enrollEmail(t, 'alice');
    t.failDelivery(true);
    await t.engine.devices.provision(await t.current(), { user: 'alice', devices: [{ kind: 'totp' }] });
    await t.engine.outbox.work();
    const second = await t.engine.webhooks.rotate(t.admin, t.id);
    expect(second.webhook.secrets).toBe(2);
    await expectRefusal(t.engine.webhooks.rotate(t.admin, t.id), 'wrong_state');
    t.failDelivery(false);
    t.clock.advance(60_000);
    await t.engine.outbox.work();
    expect(targetsOf(t)).toMatchObject([{ secrets: [second.secret, first.secret] }]);
    expect((await t.engine.webhooks.retire(t.admin, t.id)).secrets).toBe(1);
    await expectRefusal(t.engine.webhooks.retire(t.admin, t.id), 'wrong_state');
    const events = (await t.engine.audit.query(t.admin, {})).items.map(({ event }) => event);
    for (const event of ['webhook-set', 'webhook-secret-added', 'webhook-secret-retired'])
      expect(events).toContain(`integration.${event}`);
  });

  test('is told of the notices it wants, and of no other integration', async () => {
    const t = await open();
    await t.engine.webhooks.set(t.admin, t.id, { endpoint, events: ['device_removed'] });
    const { deviceId } = await enrollEmail(t, 'alice');
    const caller = await t.current();
    await t.engine.devices.provision(caller, { user: 'alice', devices: [{ kind: 'totp' }] });
    await t.engine.devices.remove(caller, deviceId);
    await t.engine.outbox.work();
    const told = t.messages.filter(({ channel }) => channel === 'webhook');
    expect(told).toMatchObject([{ to: t.id, values: { event: 'device_removed', user: 'alice', deviceId } }]);
    const { integration } = await t.engine.integrations.create(t.admin, { name: 'Other' });
    const other = { ...caller, integration };
    await t.engine.devices.provision(other, {
      user: 'alice',
      devices: [{ kind: 'email', options: { address: 'b@example.org' } }],
    });
    await t.engine.outbox.work();
    expect(targetsOf(t)).toHaveLength(1);
  });

  test('that is removed is told nothing more, nor what was waiting', async () => {
    const t = await open();
    await t.engine.webhooks.set(t.admin, t.id, { endpoint });
    await enrollEmail(t, 'alice');
    t.failDelivery(true);
    await t.engine.devices.provision(await t.current(), { user: 'alice', devices: [{ kind: 'totp' }] });
    await t.engine.outbox.work();
    await t.engine.webhooks.remove(t.admin, t.id);
    expect((await t.current()).integration.hasWebhook).toBeUndefined();
    t.failDelivery(false);
    t.clock.advance(60_000);
    await t.engine.outbox.work();
    // Without a target: the delivery refuses it.
    expect(targetsOf(t)).toEqual([undefined]);
    await expectRefusal(t.engine.webhooks.remove(t.admin, t.id), 'not_found');
  });

  test.each([
    ['endpoint', { endpoint: 'ftp://example.org/' }],
    ['endpoint', { endpoint: 'https://user:pass@example.org/' }],
    ['endpoint', { endpoint: 'javascript:alert(1)' }],
    ['timeoutMs', { endpoint, timeoutMs: 60_000 }],
    ['headers.Host', { endpoint, headers: { Host: 'evil.example' } }],
    ['headers.Countersign-Signature', { endpoint, headers: { 'Countersign-Signature': 'x' } }],
    ['headers.Content-Length', { endpoint, headers: { 'Content-Length': '0' } }],
    ['headers.X-A', { endpoint, headers: { 'X-A': 'a\r\nX-B: b' } }],
    ['headers.X A', { endpoint, headers: { 'X A': 'a' } }],
    ['secret', { endpoint, secret: 'short' }],
    ['events', { endpoint, events: ['no_such_event'] }],
  ])('is refused with a bad %s', async (path, options) => {
    const t = await open();
    const refused = await t.engine.webhooks.set(t.admin, t.id, options).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'invalid_parameters', issues: [expect.objectContaining({ path })] });
  });

  test('is nobody else’s: another tenant finds no such integration (TEN-01)', async () => {
    const t = await open();
    await t.engine.webhooks.set(t.admin, t.id, { endpoint });
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Other' });
    const other = { ...t.system, tenant: tenant.id satisfies TenantId };
    await expectRefusal(t.engine.webhooks.get(other, t.id), 'not_found');
    await expectRefusal(t.engine.webhooks.set(other, t.id, { endpoint }), 'not_found');
    await expectRefusal(t.engine.webhooks.remove(other, t.id), 'not_found');
  });
});
