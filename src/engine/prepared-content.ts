import type { TenantId } from '../core/ids.ts';
import type { Json, JsonObject } from '../core/model.ts';
import type { EngineParts } from './parts.ts';

/** What a prepared enrollment keeps, sealed: the device to be, and what the kind wants to see again. */
export interface PreparedContent {
  state: { secret: Json; counters: Json };
  kept: JsonObject | null;
}

export function openPrepared({ vault }: EngineParts, tenant: TenantId, id: string, sealed: string): PreparedContent {
  return vault.open(tenant, 'enrollments.prepared', id, sealed) as unknown as PreparedContent; // sealed by prepare
}
