import { isOver } from '../../core/lifetime.ts';
import type { BindingContext } from '../../core/model.ts';
import { findDevice, findUser, listPendingQuestions } from '../../store/index.ts';
import type { IntegrationCaller, PendingQuestion } from '../engine.ts';
import { type EngineParts, found } from '../parts.ts';

/** What waits for a device: whoever of its realm asks, its owner may answer it in one place. */
export function createListForDevice({ store, clock }: EngineParts) {
  return (caller: IntegrationCaller, deviceId: string): Promise<PendingQuestion[]> =>
    store.read(async (db) => {
      const { tenant, integration } = caller;
      const device = found(await findDevice(db, tenant, deviceId));
      const user = found(await findUser(db, tenant, integration.realmId, device.userId));
      if (device.status !== 'active' || user.status === 'inactive') return [];
      const questions = await listPendingQuestions(db, tenant, deviceId, clock.now());
      return questions
        .filter((question) => !isOver(question, clock.now()))
        .map(({ context, ...question }) => {
          const { ip } = context === undefined ? {} : (JSON.parse(context) as BindingContext);
          return { ...question, ...(ip === undefined ? {} : { ip }) };
        });
    });
}
