import { CountersignError, type FieldIssue } from '../../../core/errors.ts';
import type { Caller } from '../../../engine/engine.ts';
import { authenticatePlatform } from '../authenticate-administrator.ts';
import { basicCredentials } from '../basic-credentials.ts';
import { doorCaller } from '../door-name.ts';
import { numberOf } from '../object-numbers.ts';
import { fields, readFields, text } from '../read-fields.ts';
import type { Resource } from '../resource.ts';

const body = fields({
  name: text(128),
  administrator: fields({ first_name: text(128), last_name: text(128), email: text(254), password: text(1024) }),
});

/** Creates tenants. When this is open it needs no credentials; wrong ones are refused all the same. */
export function tenants(open: boolean): Resource<Caller> {
  return {
    name: 'Tenants',
    description: 'Creates a tenant and its first administrator.',
    authenticate: async (engine, request, source) =>
      open && basicCredentials(request) === undefined
        ? { ...doorCaller, source }
        : authenticatePlatform(engine, request, source),

    async post({ engine, caller, request }) {
      const { name, administrator } = await readFields(request, body);
      const { first_name: firstName, last_name: lastName, email, password } = administrator;
      const created = engine.tenants.create(caller, { name, administrator: { firstName, lastName, email, password } });
      const { tenant } = await created.catch(refuseFields);
      return { status: 201, body: { pk: await numberOf(engine, caller, 'tenant', tenant.id), name: tenant.name } };
    },
  };
}

/** The engine's names of the fields that are not their names on this wire. */
const wireNames: Readonly<Record<string, string>> = {
  'administrator.firstName': 'administrator.first_name',
  'administrator.lastName': 'administrator.last_name',
  'administrator.login': 'administrator.email',
};

/** What is taken already or is refused by the engine is a refused field. */
function refuseFields(error: unknown): never {
  if (!(error instanceof CountersignError) || !['already_exists', 'invalid_parameters'].includes(error.code))
    throw error;
  const issues = error.issues.map(({ path, message }): FieldIssue => ({ path: wireNames[path] ?? path, message }));
  throw new CountersignError('invalid_parameters', { issues, cause: error });
}
