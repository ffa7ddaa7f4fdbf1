import type { Enrollment } from '../../core/model.ts';
import type { TicketedPage } from '../bind-page.ts';
import type { Visit } from '../visit.ts';
import { enrollmentPurpose, enrollmentTicket, type EnrollmentTicket } from '../tickets.ts';
import { showKinds } from './show-kinds.ts';

/** The page on which somebody adds a device. */
export const enrollmentPage: TicketedPage<EnrollmentTicket> = {
  path: '/enrollment/',
  purpose: enrollmentPurpose,
  content: enrollmentTicket,
  show: async (visit) => showKinds(visit, await readEnrollment(visit)),
  actions: {},
};

export function readEnrollment({ parts, caller, content }: Visit<EnrollmentTicket>): Promise<Enrollment> {
  return parts.engine.enrollments.get(caller, content.enrollment);
}
