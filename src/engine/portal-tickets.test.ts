import { createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { openTestEngine } from './enrolled.fixture.ts';

const minute = 60_000;

async function withPortal() {
  const t = await openTestEngine();
  const system = { ...t.system, tenant: t.tenant };
  const integration = await t.engine.integrations.update(system, t.integration.id, { doors: { rest: {}, portal: {} } });
  return { ...t, system, caller: { ...t.caller, integration } };
}

test('a ticket opens for its purpose, with what was put into it and on behalf of its user', async () => {
  const t = await withPortal();
  const expiresAt = t.clock.now() + minute;
  const ticket = t.engine.portalTickets.issue(t.caller, 'one', { subject: 'alice', content: { a: 1 }, expiresAt });
  const opened = await t.engine.portalTickets.open('one', ticket, '192.0.2.1');
  expect(opened).toMatchObject({ subject: 'alice', content: { a: 1 }, expiresAt });
  expect(opened?.caller).toMatchObject({
    tenant: t.tenant,
    door: 'portal',
    source: '192.0.2.1',
    actor: { type: 'user' },
  });
  expect(await t.engine.portalTickets.open('two', ticket)).toBeUndefined();
});

test('a ticket is worth nothing after its time, or when its integration has no pages, or is inactive', async () => {
  const t = await withPortal();
  const ticket = t.engine.portalTickets.issue(t.caller, 'one', { subject: 'alice', expiresAt: t.clock.now() + minute });
  await t.engine.integrations.update(t.system, t.integration.id, { active: false });
  expect(await t.engine.portalTickets.open('one', ticket)).toBeUndefined();
  await t.engine.integrations.update(t.system, t.integration.id, { active: true });
  expect(await t.engine.portalTickets.open('one', ticket)).toBeDefined();
  await t.engine.integrations.update(t.system, t.integration.id, { doors: { rest: {} } });
  expect(await t.engine.portalTickets.open('one', ticket)).toBeUndefined();
  await t.engine.integrations.update(t.system, t.integration.id, { doors: { portal: {} } });
  t.clock.advance(minute);
  expect(await t.engine.portalTickets.open('one', ticket)).toBeUndefined();
});

test('what a page gives once is given to one of many that ask at the same time (FLW-23)', async () => {
  const t = await withPortal();
  const expiresAt = t.clock.now() + minute;
  const asked = await Promise.all(
    Array.from({ length: 50 }, () => t.engine.portalTickets.spend(t.caller, 'result', 'chl_1', expiresAt)),
  );
  expect(asked.filter(Boolean)).toHaveLength(1);
  expect(await t.engine.portalTickets.spend(t.caller, 'result', 'chl_2', expiresAt)).toBe(true);
  expect(await t.engine.portalTickets.spend(t.caller, 'other', 'chl_1', expiresAt)).toBe(true);
});

test('the key of the pages is not that of the audit trail, and stays the same', async () => {
  const t = await withPortal();
  const key = t.engine.portalTickets.signingKey();
  expect(key).toBe(t.engine.portalTickets.signingKey());
  expect(key.asymmetricKeyType).toBe('ed25519');
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  expect(publicKey).not.toBe(t.engine.audit.publicKey());
});
