import { onTestFinished } from 'vitest';
import type { OutgoingMessage } from '../../core/message.ts';
import type { TenantId } from '../../core/ids.ts';
import type { Delivery, MessageContext } from '../../delivery/index.ts';
import type { Store } from '../../store/index.ts';
import { type FileEngines, type FileEnginesOptions, openFileEngines } from '../file-engines.fixture.ts';

export interface Delivered {
  message: OutgoingMessage;
  about: MessageContext;
}

/** What the next hop does with a message: takes it, does not, or hears of it when whoever sent it is dead. */
export type Conduct = 'take' | 'die' | Error | (() => Promise<void>);

export interface OutboxWorld extends FileEngines {
  delivered: Delivered[];
  /** How often each message was handed over, by id. */
  tried: Map<string, number>;
  behave(conduct: Conduct): void;
  rows(): Promise<OutboxRow[]>;
}

export interface OutboxRow {
  id: string;
  tenant_id: TenantId;
  state: string;
  purpose: string;
  message: string | null;
  attempts: number;
  next_attempt_at: number;
  last_error: string | null;
}

/** How long a message of these engines is claimed. */
export const claim = 30_000;

/** Engines on one database, whose next hop does as it is told. */
export async function openOutboxWorld(options: FileEnginesOptions = {}): Promise<OutboxWorld> {
  let conduct: Conduct = 'take';
  const delivered: Delivered[] = [];
  const tried = new Map<string, number>();
  const delivery: Delivery = {
    deliver: async (message, about) => {
      tried.set(about.id, (tried.get(about.id) ?? 0) + 1);
      if (conduct instanceof Error) throw conduct;
      if (conduct === 'die') await new Promise(() => undefined);
      if (typeof conduct === 'function') await conduct();
      delivered.push({ message, about });
    },
    close: async () => undefined,
  };
  const world = await openFileEngines({ ...options, delivery });
  return { ...world, delivered, tried, behave: (next) => void (conduct = next), rows: () => outboxRows(world.store) };
}

export async function outboxRows(store: Store): Promise<OutboxRow[]> {
  const rows = await store.read((db) =>
    db.selectFrom('outbox').selectAll().orderBy('created_at').orderBy('id').execute(),
  );
  return rows.map((row) => ({ ...row, tenant_id: row.tenant_id as TenantId }));
}

/** A promise that is resolved from outside; it is, at the latest, when the test ends. */
export function gate(): { open: () => void; passed: Promise<void> } {
  let open = () => undefined as void;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  onTestFinished(() => open());
  return { open: () => open(), passed };
}
