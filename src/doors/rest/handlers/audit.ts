import type { Engine } from '../../../engine/engine.ts';
import type { EndpointHandlers } from '../../../http/bind-endpoint.ts';
import type { Contract } from '../contract/index.ts';
import { showAuditHead, showAuditRow, showPage } from '../wire.ts';

export function auditHandlers({ audit }: Engine): EndpointHandlers<Contract['audit']> {
  return {
    list: async ({ caller, query: { from, to, ...query } }) => {
      const range = {
        ...(from !== undefined && { from: Date.parse(from) }),
        ...(to !== undefined && { to: Date.parse(to) }),
      };
      return showPage(await audit.query(caller, { ...query, ...range }), showAuditRow);
    },
    heads: async ({ caller }) => ({ items: (await audit.heads(caller)).map(showAuditHead) }),
    key: async () => ({ algorithm: 'Ed25519', publicKey: audit.publicKey() }),
  };
}
