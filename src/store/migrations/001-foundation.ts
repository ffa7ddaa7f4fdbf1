import { type Kysely, sql } from 'kysely';
import type { MigrationContext } from './index.ts';

/** The tables of the first release. `tenant_id` leads every key, so that no query can cross tenants by accident. */
export async function up(db: Kysely<unknown>, { text, countingKey }: MigrationContext): Promise<void> {
  const id = sql.raw(text.upTo(64));
  const label = sql.raw(text.upTo(255));
  const word = sql.raw(text.upTo(16));
  const subject = sql.raw(text.upTo(96));
  const long = sql.raw(text.long);
  const now = sql`bigint`;

  await db.schema
    .createTable('tenants')
    .addColumn('id', id, (c) => c.primaryKey())
    .addColumn('name', label, (c) => c.notNull().unique())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('realms')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('name', label, (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('realms_pk', ['tenant_id', 'id'])
    .addUniqueConstraint('realms_name', ['tenant_id', 'name'])
    .execute();

  await db.schema
    .createTable('integrations')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('realm_id', id, (c) => c.notNull())
    .addColumn('name', label, (c) => c.notNull())
    .addColumn('notes', long, (c) => c.notNull())
    .addColumn('endpoint', long, (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('policy', long, (c) => c.notNull())
    .addColumn('doors', long, (c) => c.notNull())
    .addColumn('kinds', long, (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('integrations_pk', ['tenant_id', 'id'])
    .execute();

  await db.schema
    .createTable('credentials')
    .addColumn('lookup', id, (c) => c.primaryKey())
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('owner_id', id, (c) => c.notNull())
    .addColumn('type', sql.raw(text.upTo(32)), (c) => c.notNull())
    .addColumn('secret_hash', label)
    .addColumn('secret_sealed', long)
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('expires_at', now)
    .execute();
  await db.schema.createIndex('credentials_owner').on('credentials').columns(['tenant_id', 'owner_id']).execute();

  await db.schema
    .createTable('administrators')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('login', label, (c) => c.notNull().unique())
    .addColumn('email', label, (c) => c.notNull())
    .addColumn('first_name', label, (c) => c.notNull())
    .addColumn('last_name', label, (c) => c.notNull())
    .addColumn('password_hash', long, (c) => c.notNull())
    .addColumn('active', 'integer', (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('administrators_pk', ['tenant_id', 'id'])
    .execute();

  await db.schema
    .createTable('users')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('realm_id', id, (c) => c.notNull())
    .addColumn('name', label, (c) => c.notNull())
    .addColumn('status', word, (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('users_pk', ['tenant_id', 'id'])
    .addUniqueConstraint('users_name', ['tenant_id', 'realm_id', 'name'])
    .execute();

  await db.schema
    .createTable('devices')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('user_id', id, (c) => c.notNull())
    .addColumn('kind', id, (c) => c.notNull())
    .addColumn('name', label, (c) => c.notNull())
    .addColumn('status', word, (c) => c.notNull())
    .addColumn('secret', long, (c) => c.notNull())
    .addColumn('counters', long, (c) => c.notNull())
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
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('integration_id', id, (c) => c.notNull())
    .addColumn('user_name', label, (c) => c.notNull())
    .addColumn('user_id', id)
    .addColumn('if_user_exists', word, (c) => c.notNull())
    .addColumn('kind', id)
    .addColumn('device_id', id)
    .addColumn('device_name', label)
    .addColumn('state', word, (c) => c.notNull())
    .addColumn('attempts_left', 'integer', (c) => c.notNull())
    .addColumn('prepared', long)
    .addColumn('shown', long)
    .addColumn('context', long)
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
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('integration_id', id, (c) => c.notNull())
    .addColumn('user_id', id, (c) => c.notNull())
    .addColumn('device_id', id, (c) => c.notNull())
    .addColumn('kind', id, (c) => c.notNull())
    .addColumn('state', word, (c) => c.notNull())
    .addColumn('attempts_left', 'integer', (c) => c.notNull())
    .addColumn('resends_left', 'integer', (c) => c.notNull())
    .addColumn('code_digits', 'integer')
    .addColumn('reference', label, (c) => c.notNull())
    .addColumn('kept', long)
    .addColumn('shown', long)
    .addColumn('fail_mode', word)
    .addColumn('context', long)
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
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('subject', subject, (c) => c.notNull())
    .addColumn('spent', 'integer', (c) => c.notNull())
    .addColumn('window_ends_at', now, (c) => c.notNull())
    .addColumn('consecutive', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('budgets_pk', ['tenant_id', 'subject'])
    .execute();

  await db.schema
    .createTable('audit')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('writer_id', id, (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('at', now, (c) => c.notNull())
    .addColumn('event', id, (c) => c.notNull())
    .addColumn('outcome', word, (c) => c.notNull())
    .addColumn('integration_id', id)
    .addColumn('user_id', id)
    .addColumn('body', long, (c) => c.notNull())
    .addColumn('hash', id, (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_pk', ['tenant_id', 'writer_id', 'seq'])
    .execute();
  await db.schema.createIndex('audit_time').on('audit').columns(['tenant_id', 'at']).execute();

  await db.schema
    .createTable('audit_chains')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('writer_id', id, (c) => c.notNull())
    .addColumn('started_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_chains_pk', ['tenant_id', 'writer_id'])
    .execute();

  await db.schema
    .createTable('audit_heads')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('writer_id', id, (c) => c.notNull())
    .addColumn('seq', 'integer', (c) => c.notNull())
    .addColumn('hash', id, (c) => c.notNull())
    .addColumn('at', now, (c) => c.notNull())
    .addColumn('signature', long, (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_heads_pk', ['tenant_id', 'writer_id', 'seq'])
    .execute();

  await db.schema
    .createTable('idempotency')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('integration_id', id, (c) => c.notNull())
    .addColumn('idempotency_key', label, (c) => c.notNull())
    .addColumn('fingerprint', id, (c) => c.notNull())
    .addColumn('status', 'integer')
    .addColumn('body', long)
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('idempotency_pk', ['tenant_id', 'integration_id', 'idempotency_key'])
    .execute();

  await db.schema
    .createTable('numbers')
    .addColumn('number', countingKey.type, (c) =>
      countingKey.autoIncrement ? c.primaryKey().autoIncrement() : c.primaryKey(),
    )
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('type', sql.raw(text.upTo(32)), (c) => c.notNull())
    .addColumn('object_id', subject, (c) => c.notNull())
    .addUniqueConstraint('numbers_object', ['tenant_id', 'type', 'object_id'])
    .execute();

  await db.schema
    .createTable('settings')
    .addColumn('name', id, (c) => c.primaryKey())
    .addColumn('value', long, (c) => c.notNull())
    .execute();
}
