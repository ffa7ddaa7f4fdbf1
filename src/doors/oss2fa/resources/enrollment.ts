import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { idOf } from '../object-numbers.ts';
import type { Resource } from '../resource.ts';
import { showEnrollment } from '../show-enrollment.ts';

/** One enrollment. */
export const enrollment: Resource<IntegrationCaller> = {
  name: 'Enrollment',
  description: 'Shows an enrollment.',
  authenticate: authenticateIntegration,

  async get({ engine, caller, pk }) {
    const enrollment = await engine.enrollments.get(caller, await idOf(engine, caller, 'enrollment', pk));
    return { status: 200, body: await showEnrollment(engine, caller, pk, enrollment) };
  },
};
