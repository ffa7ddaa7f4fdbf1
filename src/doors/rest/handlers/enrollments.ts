import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import { ProblemError } from '../../../http/problem.ts';
import type { Contract } from '../contract/index.ts';
import type { PortalLinks } from '../portal-links.ts';
import { showDevice, showEnrollment, showPage, showUser } from '../wire.ts';

export function enrollmentHandlers(
  { enrollments }: Engine,
  links: PortalLinks,
): EndpointHandlers<Contract['enrollments']> {
  return {
    create: async ({ caller, body: { kind, options, deviceName, returnUrl, state, ...begin } }) => {
      const request = { returnUrl, state };
      links.check(caller, request);
      const begun = await enrollments.begin(caller, begin);
      const link = links.ofEnrollment(caller, begun, request, options);
      if (kind === undefined) return { ...showEnrollment(begun), ...link };
      const choice = {
        kind,
        ...(options !== undefined && { options }),
        ...(deviceName !== undefined && { deviceName }),
      };
      try {
        return { ...showEnrollment(await enrollments.prepare(caller, begun.id, choice)), ...link };
      } catch (error) {
        // Its id is never told, so nobody could go on with it. The refusal counts, whatever becomes of the rest.
        await enrollments.fail(caller, begun.id, 'not_prepared').catch(() => undefined);
        throw error;
      }
    },
    list: async ({ caller, query }) => showPage(await enrollments.list(caller, query), showEnrollment),
    get: async ({ caller, params: { id } }) => showEnrollment(await enrollments.get(caller, id)),
    prepare: async ({ caller, params: { id }, body }) => showEnrollment(await enrollments.prepare(caller, id, body)),
    complete: async ({ caller, params: { id }, body }) => {
      const { accepted, enrollment, user, device } = await enrollments.complete(caller, id, body);
      if (!accepted) throw new ProblemError('answer_refused', { attemptsLeft: enrollment.attemptsLeft });
      return {
        enrollment: showEnrollment(enrollment),
        ...(user !== undefined && { user: showUser(user) }),
        ...(device !== undefined && { device: showDevice(device) }),
      };
    },
    cancel: async ({ caller, params: { id } }) => showEnrollment(await enrollments.cancel(caller, id)),
  };
}
