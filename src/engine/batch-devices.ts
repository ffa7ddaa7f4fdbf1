import type { TenantId } from '../core/ids.ts';
import { type Advance, advanceDevices, type Executor, type StoredDevice } from '../store/index.ts';

/** The devices of a batch while it is judged: each answer meets what the one before it has left. */
export interface BatchDevices {
  /** A device that was read, as it is by now. */
  current(read: StoredDevice): StoredDevice;
  /** It has accepted an answer. */
  advance(read: StoredDevice, advanced: StoredDevice): void;
  /**
   * A guess at these devices of a user was refused: each gets a new version, so that no other process accepts an answer of theirs without
   * having seen that the guess was paid for. Without devices as much is done for nobody (design law 8).
   */
  supersede(tenant: TenantId, read: readonly StoredDevice[]): void;
  /** Writes them, if all are as they were read. False: another process was first with one of them; nothing may be committed then. */
  write(db: Executor): Promise<boolean>;
}

export function batchDevices(): BatchDevices {
  const changed = new Map<string, { read: StoredDevice; now: StoredDevice }>();
  let nobody: Advance | undefined;
  const current = (read: StoredDevice) => changed.get(read.id)?.now ?? read;
  const change = (read: StoredDevice, now: StoredDevice) => {
    const entry = changed.get(read.id);
    if (entry === undefined) changed.set(read.id, { read, now });
    else entry.now = now;
  };
  return {
    current,
    advance: change,
    supersede: (tenant, read) => {
      const active = read.filter((device) => device.status === 'active');
      for (const device of active) change(device, { ...current(device), version: current(device).version + 1 });
      if (active.length === 0) nobody = { tenant, id: 'nobody', version: 0, nextVersion: 1, counters: '{}' };
    },
    write: async (db) => {
      const advances = [...changed.values()].map(({ read, now }) => ({
        tenant: read.tenantId,
        id: read.id,
        version: read.version,
        nextVersion: now.version,
        counters: now.counters,
        ...(now.secret === read.secret ? {} : { secret: now.secret }),
        ...(now.lastUsedAt === undefined ? {} : { lastUsedAt: now.lastUsedAt }),
      }));
      if (nobody !== undefined) advances.push(nobody);
      if (advances.length === 0) return true;
      return (await advanceDevices(db, advances)) === changed.size;
    },
  };
}
