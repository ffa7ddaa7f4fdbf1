import type { TenantId } from '../../core/ids.ts';
import type { Executor } from '../open-store.ts';

/** What a device is asked at present. */
export interface PendingQuestion {
  id: string;
  integrationId: string;
  /** The name of the integration. */
  integration: string;
  reference: string;
  /** JSON; where the user is, as the integration told. */
  context: string | undefined;
  createdAt: number;
  expiresAt: number;
}

/** More than a device is ever asked at once. */
const most = 20;

/** The challenges that wait for a device, of whichever integration, newest first. Nothing of what they keep or show. */
export async function listPendingQuestions(
  db: Executor,
  tenant: TenantId,
  deviceId: string,
  now: number,
): Promise<PendingQuestion[]> {
  const rows = await db
    .selectFrom('challenges')
    .innerJoin('integrations', (join) =>
      join
        .onRef('integrations.tenant_id', '=', 'challenges.tenant_id')
        .onRef('integrations.id', '=', 'challenges.integration_id'),
    )
    .select([
      'challenges.id',
      'integration_id as integrationId',
      'integrations.name as integration',
      'reference',
      'context',
      'challenges.created_at as createdAt',
      'expires_at as expiresAt',
    ])
    .where('challenges.tenant_id', '=', tenant)
    .where('device_id', '=', deviceId)
    .where('state', '=', 'pending')
    .where('expires_at', '>', now)
    .where('integrations.active', '=', 1)
    .orderBy('challenges.created_at', 'desc')
    .limit(most)
    .execute();
  return rows.map((row) => ({ ...row, context: row.context ?? undefined }));
}
