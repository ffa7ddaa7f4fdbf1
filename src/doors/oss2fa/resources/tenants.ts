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
      const options = { name, administrator: { firstName, lastName, email, password } };
      const { tenant } = await engine.tenants.create(caller, options);
      return { status: 201, body: { pk: await numberOf(engine, caller, 'tenant', tenant.id), name: tenant.name } };
    },
  };
}
