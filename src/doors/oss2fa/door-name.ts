import { platformTenant } from '../../core/ids.ts';
import type { Caller } from '../../engine/engine.ts';

/** The name of this door: in an integration's list of doors, and in the audit trail. */
export const doorName = 'oss2fa';

/** The door itself, where nobody else is asking. */
export const doorCaller: Caller = {
  tenant: platformTenant,
  actor: { type: 'system', id: doorName },
  door: doorName,
};
