import type { IntegrationCaller } from '../../../engine/engine.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { numberOf } from '../object-numbers.ts';
import { bindingContext, fields, readFields, username } from '../read-fields.ts';
import type { Resource } from '../resource.ts';
import { showEnrollment } from '../show-enrollment.ts';

const body = fields({ username: username(), binding_context: bindingContext.optional() });

/** Begins to bring a new client in. */
export const enrollments: Resource<IntegrationCaller> = {
  name: 'Enrollments',
  description: 'Begins an enrollment.',
  authenticate: authenticateIntegration,

  async post({ engine, caller, request }) {
    const { username, binding_context: context } = await readFields(request, body);
    const enrollment = await engine.enrollments.begin(caller, {
      user: username,
      ifUserExists: 'refuse',
      // On this wire the first answer settles it.
      attempts: 1,
      ...(context && { context }),
    });
    const pk = await numberOf(engine, caller, 'enrollment', enrollment.id);
    return { status: 201, body: await showEnrollment(engine, caller, pk, enrollment) };
  },
};
