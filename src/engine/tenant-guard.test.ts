import { expect, test } from 'vitest';
import { systemRandom } from '../core/random.ts';
import { tenantGuard } from '../store/tenant-guard.fixture.ts';
import { accepts, enrollEmail, enrollTotp, giveRecoveryCodes, lastCode, step } from './enrolled.fixture.ts';
import { type FileEngines, openFileEngines } from './file-engines.fixture.ts';
import { type Caller, fenceRestoredStore, findKeysInUse, resealAll } from './index.ts';

/** Everything that is done on behalf of a tenant. */
async function liveOneDay(t: FileEngines): Promise<void> {
  const { engine, caller } = t;
  const admin: Caller = { ...t.system, tenant: t.tenant, actor: { type: 'administrator', id: 'adm_1' } };
  const account = { email: 'x@example.org', firstName: 'X', lastName: 'Y', password: 'velvet-anchor-93-tundra' };
  const administrator = await engine.administrators.create(admin, account);
  await engine.administrators.list(admin);
  await engine.administrators.authenticate('x@example.org', account.password, '192.0.2.1');
  const { token } = await engine.administrators.issueToken(admin, administrator.id);
  await engine.administrators.authenticateToken(token);
  await engine.administrators.revokeTokens(admin, administrator.id);
  await engine.administrators.setPassword(admin, administrator.id, 'another-anchor-94-taiga');
  await engine.administrators.setActive(admin, administrator.id, false);

  const created = await engine.integrations.create(admin, {
    name: 'Other',
    realm: { name: 'staff' },
    readableSecretKey: true,
  });
  const { id } = created.integration;
  await engine.integrations.authenticate({ token: created.token });
  await engine.integrations.authenticate(created);
  await engine.integrations.list(admin);
  await engine.integrations.update(admin, id, { name: 'Renamed' });
  const rotated = await engine.integrations.rotate(admin, id, 'key');
  await engine.integrations.revoke(admin, id, rotated.id);
  await engine.integrations.credentials(admin, id);
  await engine.integrations.readSecretKeys(admin);
  await engine.integrations.realms(admin);
  await engine.integrations.remove(admin, id);

  const alice = await enrollTotp(t, 'alice');
  const mail = await enrollEmail(t, 'alice');
  const [recovery = ''] = await giveRecoveryCodes(t, 'alice');
  await engine.users.create(caller, { name: 'bob' });
  const page = await engine.users.list(caller, { limit: 1 });
  await engine.users.list(caller, { limit: 1, ...(page.next === undefined ? {} : { cursor: page.next }) });
  await engine.users.setStatus(caller, alice.userId, 'active');
  expect(await accepts(t, 'alice', alice.code())).toBe(true);
  expect(await accepts(t, 'alice', recovery)).toBe(true);
  await engine.verify(caller, { user: 'nobody', answer: { code: '000000' }, context: { ip: '192.0.2.1' } });
  await engine.users.unlock(caller, alice.userId);
  await engine.decide(caller, { user: 'alice' });

  const challenge = await engine.challenges.issue(caller, { user: 'alice', deviceId: mail.deviceId });
  await engine.challenges.resend(caller, challenge.id);
  await engine.challenges.answer(caller, challenge.id, { code: lastCode(t) });
  const denied = await engine.challenges.issue(caller, { user: 'alice', deviceId: mail.deviceId });
  await engine.challenges.deny(caller, denied.id);
  await engine.challenges.fail(caller, denied.id, 'late');
  await engine.challenges.list(caller, { state: 'pending', user: 'alice' });
  const begun = await engine.enrollments.begin(caller, { user: 'alice' });
  await engine.enrollments.cancel(caller, begun.id);
  await engine.enrollments.list(caller, { state: 'expired', user: 'alice' });

  await engine.devices.rename(caller, alice.deviceId, 'Phone');
  await engine.devices.setStatus(caller, alice.deviceId, 'suspended');
  await engine.devices.resynchronize(caller, alice.deviceId, [{ code: '0' }, { code: '0' }]);
  await engine.devices.regenerateRecoveryCodes(caller, alice.userId);
  await engine.devices.provision(caller, { user: 'carol', devices: [{ kind: 'totp', readable: true }] });
  await engine.devices.provisioningUri(caller, 'carol', 'totp', { issuer: 'Example', account: 'carol' });
  await engine.devices.currentCode(caller, 'carol', 'totp');
  await engine.devices.list(caller, alice.userId);
  await engine.devices.remove(caller, alice.deviceId);
  await engine.users.remove(caller, alice.userId);

  await engine.idempotency.claim(caller, 'key', 'print');
  await engine.idempotency.settle(caller, 'key', { status: 200, body: null });
  await engine.idempotency.claim(caller, 'key', 'print');
  await engine.numbers.resolve(caller, 'user', (await engine.numbers.assign(caller, 'user', ['usr_1']))[0] ?? 0);

  const { number } = await engine.sharedKeys.read(admin, caller.integration.id, 'test', 1);
  await engine.sharedKeys.findIntegration(number);
  await engine.sharedKeys.spendNonce(caller, 'nonce', t.clock.now() + step);

  await engine.audit.query(admin, { event: 'verify.answered', limit: 1 });
  for await (const _ of engine.audit.export(admin)) continue;
  await engine.audit.heads(admin);
  await engine.audit.signHeads();
  t.clock.advance(step);
}

test('every statement of a whole day names its tenant, but for those that find out which it is (TEN-01)', async () => {
  const guard = tenantGuard();
  const t = await openFileEngines({ plugins: [guard.plugin] });
  await liveOneDay(t);
  expect(guard.used).toEqual(
    new Set(['credential by what was presented', 'administrator by login', 'object by number']),
  );
  // The run is worth something only while it goes through everything.
  for (const table of ['users', 'devices', 'challenges', 'enrollments']) {
    for (const operation of ['select', 'update', 'delete']) {
      expect(guard.seen).toContain(`${operation} ${table}`);
    }
  }
  for (const table of ['realms', 'integrations', 'credentials', 'administrators', 'budgets', 'audit', 'audit_heads']) {
    expect(guard.seen).toContain(`select ${table}`);
  }
});

test('what is done for the whole installation is what the list of exceptions says', async () => {
  const guard = tenantGuard();
  const t = await openFileEngines({ plugins: [guard.plugin] });
  await enrollTotp(t, 'alice');
  guard.used.clear();
  await t.engine.tenants.list(t.system);
  await t.engine.sweep();
  await fenceRestoredStore(t.store, t.clock);
  expect(guard.used).toEqual(new Set(['what has run out']));
  guard.used.clear();
  t.keys.rotate();
  await findKeysInUse(t);
  await resealAll({ store: t.store, keys: t.keys, random: systemRandom });
  expect(guard.used).toEqual(new Set(['sealed values of all tenants']));
  guard.used.clear();
  for await (const _ of t.engine.audit.export(t.system)) continue;
  await t.engine.audit.heads(t.system);
  expect(guard.used).toEqual(new Set(['audit trail of all tenants']));
});
