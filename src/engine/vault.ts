import { type KeyRing, open, seal, sealedKeyId, type SealedPlace } from '../crypto/index.ts';
import type { TenantId } from '../core/ids.ts';
import type { Json } from '../core/model.ts';
import type { Random } from '../core/random.ts';

/** Where the keys come from. They may change while serving: a rotation in another process adds one. */
export interface KeySource {
  ring(): KeyRing;
  /** Looks whether the keys have changed. Synchronous and rare: only when a value names a key that is not on the ring. */
  refresh(): void;
}

/** A column that holds sealed values. */
export type SealedColumn =
  | 'devices.secret'
  | 'enrollments.prepared'
  | 'enrollments.shown'
  | 'credentials.secret_sealed'
  | 'idempotency.body'
  | 'integrations.webhook'
  | 'tenant_settings.value'
  | 'outbox.message';

/** Seals and opens what is stored, each value bound to its tenant, table, column and row. */
export interface Vault {
  ring(): KeyRing;
  seal(tenant: TenantId, column: SealedColumn, row: string, value: Json): string;
  open(tenant: TenantId, column: SealedColumn, row: string, sealed: string): Json;
}

export function createVault(keys: KeySource, random: Random): Vault {
  const place = (tenant: TenantId, column: SealedColumn, row: string): SealedPlace => {
    const [table = '', name = ''] = column.split('.');
    return { tenant, table, column: name, row };
  };
  return {
    ring: () => keys.ring(),
    seal: (tenant, column, row, value) => seal(keys.ring(), place(tenant, column, row), JSON.stringify(value), random),
    open: (tenant, column, row, sealed) => {
      const keyId = sealedKeyId(sealed);
      if (keyId !== undefined && keys.ring().sealingKey(keyId) === undefined) keys.refresh();
      return JSON.parse(open(keys.ring(), place(tenant, column, row), sealed)) as Json;
    },
  };
}
