import { CountersignError } from '../../core/errors.ts';
import type { Device } from '../../core/model.ts';
import { goTo, linkTo, type Visit } from '../visit.ts';
import { type DevicesTicket, sealDevicesTicket } from './ticket.ts';

export type DevicesVisit = Visit<DevicesTicket>;

/** @throws CountersignError `user_inactive`, `not_found` */
export async function requireActive({ parts, caller, subject }: DevicesVisit): Promise<void> {
  const user = await parts.engine.users.get(caller, subject);
  if (user.status === 'inactive') throw new CountersignError('user_inactive');
}

/** @throws CountersignError `not_found`, also for a device of somebody else */
export async function requireOwnDevice({ parts, caller, subject }: DevicesVisit, id: string): Promise<Device> {
  const own = (await parts.engine.devices.list(caller, subject)).find((device) => device.id === id);
  if (own === undefined) throw new CountersignError('not_found');
  return own;
}

/** @throws CountersignError `not_found`, also for a browser of somebody else */
export async function requireOwnBrowser({ parts, caller, subject }: DevicesVisit, id: string): Promise<void> {
  const own = await parts.engine.trustedBrowsers.list(caller, subject);
  if (!own.some((browser) => browser.id === id)) throw new CountersignError('not_found');
}

/** The same visit, with nothing to be proven. */
export function atTheList(visit: DevicesVisit): DevicesVisit {
  const { parts, caller, subject, content } = visit;
  const { proving: _, ...rest } = content;
  return { ...visit, content: rest, ticket: sealDevicesTicket(parts.engine, caller, subject, rest) };
}

/** What was done; the list tells of it. */
export const doneNotes = ['renamed', 'removed', 'revoked', 'revoked-all', 'resynchronized'] as const;

export type DoneNote = (typeof doneNotes)[number];

/** Back to the list of devices. */
export function goToList(visit: DevicesVisit, done?: DoneNote): Response {
  return goTo(visit, linkTo(atTheList(visit), done === undefined ? {} : { done }));
}
