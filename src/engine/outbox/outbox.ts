import type { TenantId } from '../../core/ids.ts';
import { markMessagesSent, type StoredMessage } from '../../store/index.ts';
import type { Caller, OutboxReport } from '../engine.ts';
import type { EngineParts } from '../parts.ts';
import type { Stage } from '../pipeline.ts';
import { workAllTenants, workTenant } from './work-outbox.ts';

/** Sends what stands in the outbox. */
export interface Outbox {
  /** Begins to send what a tenant has waiting, after a commit. What fails here is due again, and met by {@link Outbox.work}. */
  wake(tenant: TenantId): void;
  /** Sends what is due of every tenant, up to `limit` messages of each; resolves when that is done. */
  work(limit?: number): Promise<OutboxReport>;
  /** Writes down that a message was sent. Those that are sent at the same time are written by one statement. */
  markSent(row: StoredMessage): Promise<void>;
  /** Finishes what is under way and begins nothing more. */
  close(): Promise<void>;
}

/** Messages of a tenant in one go, unless the caller says otherwise. */
const usualLimit = 200;

export function createOutbox(parts: EngineParts): Outbox {
  /** One go of a tenant at a time: its messages are bounded however often it is asked for. */
  const underWay = new Map<TenantId, Promise<OutboxReport>>();
  let closed = false;

  function begin(tenant: TenantId, limit: number): Promise<OutboxReport> {
    const running = underWay.get(tenant);
    if (running !== undefined) return running;
    const work = workTenant(parts, tenant, limit).finally(() => underWay.delete(tenant));
    underWay.set(tenant, work);
    return work;
  }

  const marking: Stage<{ caller: Pick<Caller, 'tenant'>; row: StoredMessage }, undefined> = async (tx, questions) => {
    const rows = questions.map(({ row }) => row);
    await markMessagesSent(tx.db, rows, parts.clock.now());
    return rows.map(() => undefined);
  };

  /** A go that begins now: what was running may have looked before the latest was written. */
  async function beginAnew(tenant: TenantId, limit: number): Promise<OutboxReport> {
    await underWay.get(tenant)?.catch(() => undefined);
    return begin(tenant, limit);
  }

  /** Tenants that have written something while they were being served. */
  const again = new Set<TenantId>();

  async function serve(tenant: TenantId): Promise<void> {
    do {
      // Nobody waits for this; what it meets is met again by the next go, which somebody does wait for.
      await begin(tenant, usualLimit).catch(() => undefined);
    } while (again.delete(tenant));
  }

  function wake(tenant: TenantId): void {
    if (closed) return;
    if (underWay.has(tenant)) again.add(tenant);
    else void serve(tenant);
  }

  return {
    wake,
    work: async (limit = usualLimit) => {
      const report: OutboxReport = { sent: 0, postponed: 0, failed: 0, void: 0 };
      if (closed) return report;
      await workAllTenants(parts, async (tenant) => {
        const { sent, postponed, failed, void: unused } = await beginAnew(tenant, limit);
        report.sent += sent;
        report.postponed += postponed;
        report.failed += failed;
        report.void += unused;
      });
      await Promise.allSettled(underWay.values());
      return report;
    },
    markSent: (row) => parts.pipeline.run(marking, { caller: { tenant: row.tenantId }, row }),
    close: async () => {
      closed = true;
      again.clear();
      await Promise.allSettled(underWay.values());
    },
  };
}
