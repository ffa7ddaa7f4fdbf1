import type { Integration, JsonObject } from '../../core/model.ts';

/** The key pair of an integration. An integration may have none, or one that cannot be read again. */
export interface ShownKey {
  accessKey: string;
  secretKey: string | undefined;
}

/** An integration as the wire shows it to an administrator of its tenant. */
export function showIntegration(pk: number, integration: Integration, key: ShownKey | undefined): JsonObject {
  const { name, endpoint, notes } = integration;
  return { pk, name, secret_key: key?.secretKey ?? '', access_key: key?.accessKey ?? '', endpoint, notes };
}
