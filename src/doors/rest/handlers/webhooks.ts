import { CountersignError } from '../../../core/errors.ts';
import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';

export function webhookHandlers({ webhooks }: Engine): EndpointHandlers<Contract['webhooks']> {
  return {
    get: async ({ caller, params: { id } }) => {
      const webhook = await webhooks.get(caller, id);
      if (webhook === undefined) throw new CountersignError('not_found');
      return webhook;
    },
    set: ({ caller, params: { id }, body }) => webhooks.set(caller, id, body),
    remove: async ({ caller, params: { id } }) => {
      await webhooks.remove(caller, id);
    },
    rotate: ({ caller, params: { id } }) => webhooks.rotate(caller, id),
    retire: ({ caller, params: { id } }) => webhooks.retire(caller, id),
  };
}
