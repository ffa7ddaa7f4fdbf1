import type { EnrollmentTicket } from '../tickets.ts';
import type { Visit } from '../visit.ts';
import { sealDevicesTicket } from './ticket.ts';

/** The address of the page My devices, for an enrollment that was begun there; undefined for any other. */
export async function wayBackToDevices(visit: Visit<EnrollmentTicket>): Promise<string | undefined> {
  const { parts, caller, content, root, language } = visit;
  if (content.devices === undefined || content.devices.until <= parts.clock.now()) return undefined;
  const { userName } = await parts.engine.enrollments.get(caller, content.enrollment);
  // The first device makes the user.
  const user = await parts.engine.users.findByName(caller, userName);
  if (user === undefined) return undefined;
  const ticket = sealDevicesTicket(parts.engine, caller, user.id, { user: user.name, ...content.devices });
  return `${root}devices/?token=${ticket}${visit.languageChosen ? `&lang=${language}` : ''}`;
}
