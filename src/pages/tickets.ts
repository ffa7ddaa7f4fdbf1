import { z } from 'zod';
import type { Challenge, Enrollment, JsonObject } from '../core/model.ts';
import type { Engine, IntegrationCaller } from '../engine/engine.ts';
import { portalDoor } from '../engine/portal-tickets.ts';
import { readPortalSettings } from './settings.ts';

/** How long a page can still be looked at after what it is about has run out: to read why, to keep recovery codes. */
const graceMs = 600_000;

/** What the integration asks of the page besides the thing itself. */
export interface PortalRequest {
  /** Where the browser goes at the end; one of the integration's `returnUrls`. */
  returnUrl?: string | undefined;
  /** Echoed at the end, and part of the signed result. */
  state?: string | undefined;
}

const portalRequest = {
  returnUrl: z.string().optional(),
  state: z.string().optional(),
};

/** What a ticket for the page Enroll holds. */
export const enrollmentTicket = z.object({
  ...portalRequest,
  enrollment: z.string(),
  /** What was given for the device, so that it can be sent to again. */
  target: z.string().optional(),
  /** When a code may be sent again. */
  resendAt: z.number().optional(),
  /** The visit of the page My devices from which it was begun, and to which it leads back. */
  devices: z.object({ until: z.number(), returnUrl: z.string().optional() }).optional(),
});

/** What a ticket for the page Challenge holds. */
export const challengeTicket = z.object({
  ...portalRequest,
  challenge: z.string(),
  /** The challenge that the integration knows: the first of this visit. It gets one result, whichever device answers. */
  first: z.string(),
  /** When the first was issued. */
  begunAt: z.number(),
  resendAt: z.number(),
});

export type EnrollmentTicket = z.output<typeof enrollmentTicket>;
export type ChallengeTicket = z.output<typeof challengeTicket>;

export const enrollmentPurpose = 'enrollment';
export const challengePurpose = 'challenge';
export const codesPurpose = 'recovery codes';

/** How soon a code can be asked for again. */
export const resendAfterMs = 30_000;

/** Whether the integration has pages at all. */
export function hasPortal({ integration }: IntegrationCaller): boolean {
  return integration.doors[portalDoor] !== undefined;
}

/** Whether the browser may be sent there: one of the registered addresses, character by character (RFC 9700 §2.1). */
export function isReturnUrl({ integration }: IntegrationCaller, url: string): boolean {
  return readPortalSettings(integration.doors[portalDoor]).returnUrls.includes(url);
}

/** A ticket for the page on which a device is added. */
export function sealEnrollmentTicket(
  engine: Engine,
  caller: IntegrationCaller,
  { id, userName, expiresAt }: Enrollment,
  request: PortalRequest & Pick<EnrollmentTicket, 'target' | 'resendAt' | 'devices'> = {},
): string {
  return engine.portalTickets.issue(caller, enrollmentPurpose, {
    subject: userName,
    content: withoutGaps({ ...request, enrollment: id }),
    expiresAt: expiresAt + graceMs,
  });
}

/** A ticket for the page on which a challenge is answered. */
export function sealChallengeTicket(
  engine: Engine,
  caller: IntegrationCaller,
  challenge: Challenge,
  visit: PortalRequest & { resendAt?: number; first?: { id: string; at: number } },
): string {
  const { first = { id: challenge.id, at: challenge.createdAt }, returnUrl, state, resendAt } = visit;
  return engine.portalTickets.issue(caller, challengePurpose, {
    subject: challenge.userId,
    content: withoutGaps({
      challenge: challenge.id,
      first: first.id,
      begunAt: first.at,
      returnUrl,
      state,
      resendAt: resendAt ?? challenge.createdAt + resendAfterMs,
    }),
    expiresAt: challenge.expiresAt + graceMs,
  });
}

/** The address of a page. @param portal how browsers reach `/portal`, without a slash at the end */
export function pageUrl(portal: string, page: 'enrollment' | 'challenge' | 'devices', ticket: string): string {
  return `${portal}/${page}/?token=${ticket}`;
}

function withoutGaps(content: Readonly<Record<string, unknown>>): JsonObject {
  // Through JSON, which has no gaps.
  return JSON.parse(JSON.stringify(content)) as JsonObject;
}
