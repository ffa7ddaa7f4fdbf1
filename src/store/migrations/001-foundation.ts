import { type Kysely, sql } from 'kysely';
import type { MigrationContext } from './index.ts';

const id = 'varchar(64)';
const label = 'varchar(255)';

/** The tables of the first release. `tenant_id` leads every key, so that no query can cross tenants by accident. */
export async function up(db: Kysely<unknown>, { countingKey }: MigrationContext): Promise<void> {
  const now = sql`bigint`;

  await db.schema
    .createTable('tenants')
    .addColumn('id', sql.raw(id), (c) => c.primaryKey())
    .addColumn('name', sql.raw(label), (c) => c.notNull().unique())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('realms')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('name', sql.raw(label), (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('realms_pk', ['tenant_id', 'id'])
    .addUniqueConstraint('realms_name', ['tenant_id', 'name'])
    .execute();

  await db.schema
    .createTable('integrations')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('realm_id', sql.raw(id), (c) => c.notNull())
    .addColumn('name', sql.raw(label), (c) => c.notNull())
    .addColumn('notes', 'text', (c) => c.notNull())
    .addColumn('endpoint', 'text', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('policy', 'text', (c) => c.notNull())
    .addColumn('doors', 'text', (c) => c.notNull())
    .addColumn('kinds', 'text', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('integrations_pk', ['tenant_id', 'id'])
    .execute();

  await db.schema
    .createTable('credentials')
    .addColumn('lookup', sql.raw(id), (c) => c.primaryKey())
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('owner_id', sql.raw(id), (c) => c.notNull())
    .addColumn('type', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('secret_hash', sql.raw(label))
    .addColumn('secret_sealed', 'text')
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('expires_at', now)
    .execute();
  await db.schema.createIndex('credentials_owner').on('credentials').columns(['tenant_id', 'owner_id']).execute();

  await db.schema
    .createTable('administrators')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('login', sql.raw(label), (c) => c.notNull().unique())
    .addColumn('email', sql.raw(label), (c) => c.notNull())
    .addColumn('first_name', sql.raw(label), (c) => c.notNull())
    .addColumn('last_name', sql.raw(label), (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('administrators_pk', ['tenant_id', 'id'])
    .execute();

  await db.schema
    .createTable('users')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('realm_id', sql.raw(id), (c) => c.notNull())
    .addColumn('name', sql.raw(label), (c) => c.notNull())
    .addColumn('status', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('users_pk', ['tenant_id', 'id'])
    .addUniqueConstraint('users_name', ['tenant_id', 'realm_id', 'name'])
    .execute();

  await db.schema
    .createTable('devices')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('user_id', sql.raw(id), (c) => c.notNull())
    .addColumn('kind', sql.raw(id), (c) => c.notNull())
    .addColumn('name', sql.raw(label), (c) => c.notNull())
    .addColumn('status', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('secret', 'text', (c) => c.notNull())
    .addColumn('counters', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('readable', 'integer', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addColumn('last_used_at', now)
    .addPrimaryKeyConstraint('devices_pk', ['tenant_id', 'id'])
    .addUniqueConstraint('devices_name', ['tenant_id', 'user_id', 'name'])
    .execute();

  await db.schema
    .createTable('enrollments')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('integration_id', sql.raw(id), (c) => c.notNull())
    .addColumn('user_name', sql.raw(label), (c) => c.notNull())
    .addColumn('user_id', sql.raw(id))
    .addColumn('if_user_exists', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('kind', sql.raw(id))
    .addColumn('device_id', sql.raw(id))
    .addColumn('device_name', sql.raw(label))
    .addColumn('state', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('attempts_left', 'integer', (c) => c.notNull())
    .addColumn('prepared', 'text')
    .addColumn('shown', 'text')
    .addColumn('context', 'text')
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('enrollments_pk', ['tenant_id', 'id'])
    .execute();
  await db.schema
    .createIndex('enrollments_integration')
    .on('enrollments')
    .columns(['tenant_id', 'integration_id', 'created_at'])
    .execute();

  await db.schema
    .createTable('challenges')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('id', sql.raw(id), (c) => c.notNull())
    .addColumn('integration_id', sql.raw(id), (c) => c.notNull())
    .addColumn('user_id', sql.raw(id), (c) => c.notNull())
    .addColumn('device_id', sql.raw(id), (c) => c.notNull())
    .addColumn('kind', sql.raw(id), (c) => c.notNull())
    .addColumn('state', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('attempts_left', 'integer', (c) => c.notNull())
    .addColumn('resends_left', 'integer', (c) => c.notNull())
    .addColumn('code_digits', 'integer')
    .addColumn('reference', sql.raw(label), (c) => c.notNull())
    .addColumn('kept', 'text')
    .addColumn('shown', 'text')
    .addColumn('fail_mode', sql.raw('varchar(16)'))
    .addColumn('context', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('challenges_pk', ['tenant_id', 'id'])
    .execute();
  await db.schema
    .createIndex('challenges_integration')
    .on('challenges')
    .columns(['tenant_id', 'integration_id', 'created_at'])
    .execute();
  await db.schema.createIndex('challenges_device').on('challenges').columns(['tenant_id', 'device_id']).execute();

  await db.schema
    .createTable('budgets')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('subject', sql.raw('varchar(96)'), (c) => c.notNull())
    .addColumn('spent', 'integer', (c) => c.notNull())
    .addColumn('window_ends_at', now, (c) => c.notNull())
    .addColumn('consecutive', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('budgets_pk', ['tenant_id', 'subject'])
    .execute();

  await db.schema
    .createTable('audit')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('writer_id', sql.raw(id), (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('at', now, (c) => c.notNull())
    .addColumn('event', sql.raw(id), (c) => c.notNull())
    .addColumn('outcome', sql.raw('varchar(16)'), (c) => c.notNull())
    .addColumn('integration_id', sql.raw(id))
    .addColumn('user_id', sql.raw(id))
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('hash', sql.raw(id), (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_pk', ['tenant_id', 'writer_id', 'seq'])
    .execute();
  await db.schema.createIndex('audit_time').on('audit').columns(['tenant_id', 'at']).execute();

  await db.schema
    .createTable('audit_chains')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('writer_id', sql.raw(id), (c) => c.notNull())
    .addColumn('started_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_chains_pk', ['tenant_id', 'writer_id'])
    .execute();

  await db.schema
    .createTable('audit_heads')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('writer_id', sql.raw(id), (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('hash', sql.raw(id), (c) => c.notNull())
    .addColumn('at', now, (c) => c.notNull())
    .addColumn('signature', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_heads_pk', ['tenant_id', 'writer_id', 'seq'])
    .execute();

  await db.schema
    .createTable('idempotency')
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('integration_id', sql.raw(id), (c) => c.notNull())
    .addColumn('idempotency_key', sql.raw(label), (c) => c.notNull())
    .addColumn('fingerprint', sql.raw(id), (c) => c.notNull())
    .addColumn('status', 'integer')
    .addColumn('body', 'text')
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_pk', ['tenant_id', 'integration_id', 'idempotency_key'])
    .execute();

  await db.schema
    .createTable('numbers')
    // autoincrement: a number is never given twice, even after its row has gone.
    .addColumn('number', countingKey, (c) =>
      countingKey === 'integer' ? c.primaryKey().autoIncrement() : c.primaryKey(),
    )
    .addColumn('tenant_id', sql.raw(id), (c) => c.notNull())
    .addColumn('type', sql.raw('varchar(32)'), (c) => c.notNull())
    .addColumn('object_id', sql.raw('varchar(96)'), (c) => c.notNull())
    .addUniqueConstraint('numbers_object', ['tenant_id', 'type', 'object_id'])
    .execute();

  await db.schema
    .createTable('settings')
    .addColumn('name', sql.raw(id), (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute();
}
