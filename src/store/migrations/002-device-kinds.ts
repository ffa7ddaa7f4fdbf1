import { type Kysely, sql } from 'kysely';
import type { MigrationContext } from './index.ts';

/** What the device kinds beyond codes need: look-up by name, the outbox, trusted browsers, what is good once, settings of tenants. */
export async function up(db: Kysely<unknown>, { text }: MigrationContext): Promise<void> {
  const id = sql.raw(text.upTo(64));
  const label = sql.raw(text.upTo(255));
  const word = sql.raw(text.upTo(16));
  const long = sql.raw(text.long);
  const now = sql`bigint`;

  await db.schema.alterTable('devices').addColumn('lookup', id).execute();
  await db.schema.createIndex('devices_lookup').on('devices').columns(['tenant_id', 'lookup']).unique().execute();
  await db.schema.alterTable('integrations').addColumn('webhook', long).execute();

  await db.schema
    .createTable('tenant_settings')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('name', id, (c) => c.notNull())
    .addColumn('value', long, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('tenant_settings_pk', ['tenant_id', 'name'])
    .execute();

  await db.schema
    .createTable('spent')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('subject', id, (c) => c.notNull())
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('spent_pk', ['tenant_id', 'subject'])
    .execute();

  await db.schema
    .createTable('retired_devices')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('lookup', id, (c) => c.notNull())
    .addColumn('counters', long, (c) => c.notNull())
    .addPrimaryKeyConstraint('retired_devices_pk', ['tenant_id', 'lookup'])
    .execute();

  await db.schema
    .createTable('outbox')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('integration_id', id)
    .addColumn('user_id', id)
    .addColumn('object_id', id, (c) => c.notNull())
    .addColumn('channel', word, (c) => c.notNull())
    .addColumn('purpose', word, (c) => c.notNull())
    .addColumn('message', long)
    .addColumn('state', word, (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_attempt_at', now, (c) => c.notNull())
    .addColumn('claimed_until', now)
    .addColumn('last_error', label)
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('updated_at', now, (c) => c.notNull())
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('outbox_pk', ['tenant_id', 'id'])
    .execute();
  await db.schema.createIndex('outbox_due').on('outbox').columns(['state', 'tenant_id', 'next_attempt_at']).execute();

  await db.schema
    .createTable('trusted_browsers')
    .addColumn('tenant_id', id, (c) => c.notNull())
    .addColumn('id', id, (c) => c.notNull())
    .addColumn('integration_id', id, (c) => c.notNull())
    .addColumn('user_id', id, (c) => c.notNull())
    .addColumn('name', label, (c) => c.notNull())
    .addColumn('token_hash', id, (c) => c.notNull())
    .addColumn('previous_hash', id)
    .addColumn('rotated_at', now, (c) => c.notNull())
    .addColumn('created_at', now, (c) => c.notNull())
    .addColumn('last_used_at', now)
    .addColumn('expires_at', now, (c) => c.notNull())
    .addPrimaryKeyConstraint('trusted_browsers_pk', ['tenant_id', 'id'])
    .execute();
  await db.schema
    .createIndex('trusted_browsers_user')
    .on('trusted_browsers')
    .columns(['tenant_id', 'user_id'])
    .execute();
}
