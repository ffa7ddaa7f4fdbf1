import { z } from 'zod';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';

export const devicesPurpose = 'devices';

/** How long somebody may look at his devices after the integration has asserted his first factor: half an hour, in ms. */
const visitMs = 30 * 60_000;

/** What is to be done as soon as the user has proven that it is he. */
const change = z.discriminatedUnion('do', [
  z.object({ do: z.literal('add') }),
  z.object({ do: z.literal('rename'), device: z.string(), name: z.string() }),
  z.object({ do: z.literal('remove'), device: z.string() }),
  z.object({ do: z.literal('codes') }),
  z.object({ do: z.literal('revoke'), browser: z.string() }),
  z.object({ do: z.literal('revoke-all') }),
]);

export type Change = z.output<typeof change>;

/** What a ticket for the page My devices holds. */
export const devicesTicket = z.object({
  /** The name of the user. */
  user: z.string(),
  /** When the visit ends, whatever is done in it. */
  until: z.number(),
  returnUrl: z.string().optional(),
  /** The one change that the challenge beside it is good for. */
  proving: z.object({ change, challenge: z.string(), resendAt: z.number() }).optional(),
});

export type DevicesTicket = z.output<typeof devicesTicket>;

/** A ticket for the page on which a user sees to his own devices. */
export function sealDevicesTicket(
  engine: Engine,
  caller: IntegrationCaller,
  userId: string,
  content: DevicesTicket,
  expiresAt: number = content.until,
): string {
  const { user, until, returnUrl, proving } = content;
  return engine.portalTickets.issue(caller, devicesPurpose, {
    subject: userId,
    content: {
      user,
      until,
      ...(returnUrl === undefined ? {} : { returnUrl }),
      ...(proving === undefined ? {} : { proving }),
    },
    expiresAt: Math.min(until, expiresAt),
  });
}

/** The ticket with which a visit begins, and until when it lasts. */
export function openDevicesVisit(
  engine: Engine,
  caller: IntegrationCaller,
  user: { id: string; name: string },
  now: number,
  returnUrl?: string,
): { ticket: string; expiresAt: number } {
  const until = now + visitMs;
  const content = { user: user.name, until, ...(returnUrl === undefined ? {} : { returnUrl }) };
  return { ticket: sealDevicesTicket(engine, caller, user.id, content), expiresAt: until };
}
