import type { Integration } from '../../../core/model.ts';
import type { Caller } from '../../../engine/engine.ts';
import { authenticateTenant } from '../authenticate-administrator.ts';
import { doorName } from '../door-name.ts';
import { numberOf, numbersOf } from '../object-numbers.ts';
import { fields, readFields, text } from '../read-fields.ts';
import type { Resource } from '../resource.ts';
import { showIntegration } from '../show-integration.ts';

const body = fields({ name: text(128), notes: text() });

/** The integrations of the administrator's own tenant. */
export const tenantIntegrations: Resource<Caller> = {
  name: 'Integrations',
  description: 'Lists and creates the integrations of a tenant.',
  authenticate: authenticateTenant,

  async get({ engine, caller }) {
    const integrations: Integration[] = [];
    let cursor: string | undefined;
    do {
      const page = await engine.integrations.list(caller, { limit: 500, ...(cursor !== undefined && { cursor }) });
      integrations.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    const ids = integrations.map(({ id }) => id);
    const numbers = await numbersOf(engine, caller, 'integration', ids);
    const keys = await engine.integrations.readSecretKeys(caller);
    const body = integrations.map((integration, index) => {
      // The newest key comes first.
      const key = keys.find(({ integrationId }) => integrationId === integration.id);
      return showIntegration(numbers[index] ?? 0, integration, key);
    });
    return { status: 200, body };
  },

  async post({ engine, caller, request }) {
    const { name, notes } = await readFields(request, body);
    const { integration, accessKey, secretKey } = await engine.integrations.create(caller, {
      name,
      notes,
      doors: { [doorName]: {}, rest: {} },
      // On this wire every integration has clients of its own, and its secret key can always be read again.
      realm: 'own',
      readableSecretKey: true,
    });
    const pk = await numberOf(engine, caller, 'integration', integration.id);
    return { status: 201, body: showIntegration(pk, integration, { accessKey, secretKey }) };
  },
};
