import { z } from 'zod';
import { CountersignError, type ErrorCode, invalidParameter } from '../../../core/errors.ts';
import type { IntegrationCaller } from '../../../engine/engine.ts';
import { parseJson } from '../../../http/parse-json.ts';
import { authenticateIntegration } from '../authenticate-integration.ts';
import { deviceName } from '../device-name.ts';
import { readKindOptions, refusedOptions } from '../kind-options.ts';
import { idOf } from '../object-numbers.ts';
import { fields, readFields, text } from '../read-fields.ts';
import { refuseWithText } from '../refuse.ts';
import type { Resource } from '../resource.ts';
import { showEnrollment } from '../show-enrollment.ts';
import { findWireKind, listWireKinds } from '../wire-kinds.ts';

const body = fields({ kind: text(), options: z.preprocess(readOptions, z.record(z.string(), z.json())) });

/** Chooses a device for an enrollment and starts it. */
export const enrollmentPreparation: Resource<IntegrationCaller> = {
  name: 'Enrollment Device',
  description: 'Chooses the kind of device to enroll and prepares it.',
  authenticate: authenticateIntegration,

  async post({ engine, caller, request, pk }) {
    const { kind: wanted, options } = await readFields(request, body);
    const kind = findWireKind(await listWireKinds(engine), wanted)?.kind;
    if (kind === undefined) throw invalidParameter('kind', 'There is no such kind of device.');

    const { id, userName } = await engine.enrollments.get(caller, await idOf(engine, caller, 'enrollment', pk));
    const chosen = readKindOptions(kind, options);
    try {
      const enrollment = await engine.enrollments.prepare(caller, id, {
        kind,
        options: chosen,
        codeDigits: 5,
        ...deviceName(kind, userName, chosen),
      });
      return { status: 200, body: await showEnrollment(engine, caller, pk, enrollment) };
    } catch (error) {
      if (!(error instanceof CountersignError) || !fatal.has(error.code)) throw error;
      await engine.enrollments.fail(caller, id, error.code);
      if (error.code === 'invalid_parameters') return refuseWithText(error.code, refusedOptions(kind, error.issues));
      throw error;
    }
  },
};

/** On this wire an enrollment has one chance to be prepared: these refusals end it. */
const fatal: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'wrong_state',
  'invalid_parameters',
  'kind_not_allowed',
  'mail_domain_not_allowed',
  'phone_number_not_allowed',
  'delivery_failed',
  'too_many_messages',
]);

/** Options are an object or null; a form sends them as JSON text. */
function readOptions(options: unknown): unknown {
  if (typeof options !== 'string') return options ?? {};
  try {
    return parseJson(options);
  } catch {
    return options;
  }
}
