import { z } from 'zod';
import type { TenantId } from '../core/ids.ts';
import { openTicket, sealTicket } from '../crypto/index.ts';
import { findIntegration, findTenant, spendOnce } from '../store/index.ts';
import type { IntegrationCaller, PortalTickets } from './engine.ts';
import type { EngineParts } from './parts.ts';

/** The door by which the hosted pages enter; an integration that does not list it has no pages. */
export const portalDoor = 'portal';

const sealedSchema = z.object({
  tenant: z.string(),
  integration: z.string(),
  subject: z.string(),
  content: z.json(),
  expiresAt: z.number(),
});

/** Tickets for pages: whoever carries one acts for one user of one integration, for one purpose, until it runs out. */
export function createPortalTickets({ vault, store, clock, random }: EngineParts): PortalTickets {
  return {
    issue: (caller, purpose, { subject, content = {}, expiresAt }) => {
      const { id, tenantId } = caller.integration;
      const sealed = { tenant: tenantId, integration: id, subject, content, expiresAt };
      return sealTicket(vault.ring(), ticketPurpose(purpose), sealed, expiresAt, random);
    },
    open: async (purpose, text, source) => {
      const opened = sealedSchema.safeParse(openTicket(vault.ring(), ticketPurpose(purpose), text, clock.now()));
      if (!opened.success) return undefined;
      const { tenant: tenantId, integration: integrationId, ...ticket } = opened.data;
      const integration = await store.read(async (db) => {
        const tenant = await findTenant(db, tenantId as TenantId);
        return tenant?.active === true ? findIntegration(db, tenant.id, integrationId) : undefined;
      });
      if (integration?.active !== true || integration.doors[portalDoor] === undefined) return undefined;
      const caller: IntegrationCaller = {
        tenant: integration.tenantId,
        actor: { type: 'user', id: ticket.subject },
        door: portalDoor,
        integration,
        ...(source === undefined ? {} : { source }),
      };
      return { caller, ...ticket };
    },
    spend: ({ tenant }, purpose, id, expiresAt) => {
      const subject = vault.ring().hash(`spent:${ticketPurpose(purpose)}`, id);
      return store.transaction((db) => spendOnce(db, tenant, subject, expiresAt));
    },
    signingKey: () => vault.ring().signingKey('portal'),
  };
}

function ticketPurpose(purpose: string): string {
  return `portal ${purpose}`;
}
