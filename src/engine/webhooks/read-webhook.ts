import type { TenantId } from '../../core/ids.ts';
import { type Webhook, webhookSchema } from '../../core/webhook.ts';
import { type Executor, findWebhook } from '../../store/index.ts';
import type { EngineParts } from '../parts.ts';

/** The webhook of an integration, with its secrets; undefined when it has none. */
export async function readWebhook(
  parts: EngineParts,
  db: Executor,
  tenant: TenantId,
  integrationId: string,
): Promise<Webhook | undefined> {
  const sealed = await findWebhook(db, tenant, integrationId);
  if (sealed === undefined) return undefined;
  return webhookSchema.parse(parts.vault.open(tenant, 'integrations.webhook', integrationId, sealed));
}
