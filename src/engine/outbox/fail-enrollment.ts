import { endEnrollment, type StoredEnrollment } from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import { entryOf, type EngineParts } from '../parts.ts';

/** Ends an enrollment whose code could not be sent. */
export async function failEnrollment(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  enrollment: StoredEnrollment,
): Promise<void> {
  if (!(await endEnrollment(tx.db, enrollment, ['prepared'], { state: 'failed' }, parts.clock.now()))) return;
  const about = { objectId: enrollment.id, reason: 'delivery_failed' };
  tx.record(caller.tenant, entryOf(caller, 'enrollment.failed', 'failed', about));
}
