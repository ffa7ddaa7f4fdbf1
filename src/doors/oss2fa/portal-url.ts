import type { Challenge, Enrollment } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import { hasPortal, pageUrl, sealChallengeTicket, sealEnrollmentTicket } from '../../pages/index.ts';

/**
 * The link to the page on which an open enrollment goes on. Only where the integration has an endpoint, which is where its users reach our
 * `/portal`, and lists the door `portal`.
 */
export function enrollmentLink(
  engine: Engine,
  caller: IntegrationCaller,
  enrollment: Enrollment,
): { portal_url?: string } {
  const portal = portalOf(caller);
  if (portal === undefined || (enrollment.state !== 'new' && enrollment.state !== 'prepared')) return {};
  return { portal_url: pageUrl(portal, 'enrollment', sealEnrollmentTicket(engine, caller, enrollment)) };
}

/** The link to the page on which a pending challenge is answered. */
export function challengeLink(
  engine: Engine,
  caller: IntegrationCaller,
  challenge: Challenge,
): { portal_url?: string } {
  const portal = portalOf(caller);
  if (portal === undefined || challenge.state !== 'pending') return {};
  return { portal_url: pageUrl(portal, 'challenge', sealChallengeTicket(engine, caller, challenge, {})) };
}

function portalOf(caller: IntegrationCaller): string | undefined {
  const { endpoint } = caller.integration;
  return endpoint === '' || !hasPortal(caller) ? undefined : endpoint.replace(/\/+$/, '');
}
