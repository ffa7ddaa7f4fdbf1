import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { TenantId } from '../core/ids.ts';
import { openTestStore } from './database-file.fixture.ts';
import { type Executor, findCredential, findUser, listChainEnds, listStaleSealedValues, sweepStore } from './index.ts';
import { tenantExceptions, tenantGuard } from './tenant-guard.fixture.ts';

const tenant = 'tnt_1' as TenantId;

async function guarded() {
  const guard = tenantGuard();
  const store = await openTestStore({ plugins: [guard.plugin] });
  return { guard, store };
}

describe('the guard that looks for statements without a tenant', () => {
  test.each<[string, (db: Executor) => Promise<unknown>]>([
    ['select users by id', (db) => db.selectFrom('users').selectAll().where('id', '=', 'usr_1').execute()],
    ['select devices by nothing', (db) => db.selectFrom('devices').select('id').execute()],
    ['update devices', (db) => db.updateTable('devices').set({ status: 'active' }).where('id', '=', 'dev_1').execute()],
    ['delete users', (db) => db.deleteFrom('users').where('id', '=', 'usr_1').execute()],
    ['delete credentials by lookup', (db) => db.deleteFrom('credentials').where('lookup', '=', 'x').execute()],
    ['any tenant but one', (db) => db.selectFrom('users').select('id').where('tenant_id', '!=', tenant).execute()],
    [
      'a tenant, or anything',
      (db) =>
        db
          .selectFrom('users')
          .select('id')
          .where((e) => e.or([e('tenant_id', '=', tenant), e('name', '=', 'alice')]))
          .execute(),
    ],
    [
      'a join that names the tenant on one side only',
      (db) =>
        db
          .selectFrom('users')
          .innerJoin('devices', 'devices.user_id', 'users.id')
          .select('users.id')
          .where('users.tenant_id', '=', tenant)
          .execute(),
    ],
    [
      'a subquery',
      (db) =>
        db
          .selectFrom('users')
          .select('id')
          .where('tenant_id', '=', tenant)
          .where('id', 'in', (e) => e.selectFrom('devices').select('user_id'))
          .execute(),
    ],
    ['raw', (db) => sql`select id from ${sql.table('users')} where id = ${'usr_1'}`.execute(db)],
  ])('refuses %s', async (_, query) => {
    const { store } = await guarded();
    await expect(query(store.db)).rejects.toThrow('does not name the tenant');
  });

  test('lets pass what names the tenant, and the exceptions, which it names', async () => {
    const { guard, store } = await guarded();
    await findUser(store.db, tenant, 'rlm_1', 'usr_1');
    await listChainEnds(store.db, tenant);
    expect(guard.used).toEqual(new Set());
    await findCredential(store.db, 'lookup');
    await listChainEnds(store.db, undefined);
    await listStaleSealedValues(store.db, 'key', 10);
    await sweepStore(store.db, 1, 1);
    expect(guard.used).toEqual(
      new Set([
        'credential by what was presented',
        'audit trail of all tenants',
        'sealed values of all tenants',
        'what has run out',
      ]),
    );
    expect(guard.seen).toContain('select users');
  });

  test('has a reason for every exception', () => {
    for (const { name, reason } of tenantExceptions) expect([name, reason.length > 10]).toEqual([name, true]);
  });

  test('knows every table that has a tenant', async () => {
    const { guard, store } = await guarded();
    const tables = await store.db.introspection.getTables();
    const ofTenants = tables.filter(({ columns }) => columns.some((column) => column.name === 'tenant_id'));
    expect(ofTenants.length).toBeGreaterThan(10);
    for (const { name } of ofTenants) {
      const query = store.db
        .selectFrom(name as 'users')
        .select('tenant_id')
        .execute();
      await query.catch(() => undefined);
      expect(guard.seen).toContain(`select ${name}`);
    }
  });
});
