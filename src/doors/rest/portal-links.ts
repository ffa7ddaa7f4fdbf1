import type { Clock } from '../../core/clock.ts';
import { CountersignError, invalidParameter } from '../../core/errors.ts';
import type { Challenge, Enrollment, JsonObject, Time, User } from '../../core/model.ts';
import type { Engine, IntegrationCaller } from '../../engine/engine.ts';
import {
  hasPortal,
  isReturnUrl,
  openDevicesVisit,
  pageUrl,
  type PortalRequest,
  resendAfterMs,
  sealChallengeTicket,
  sealEnrollmentTicket,
} from '../../pages/index.ts';

/** The addresses of the pages on which what an integration has begun can go on. */
export interface PortalLinks {
  /** @throws CountersignError `invalid_parameters` when the browser may not be sent there, or there are no pages */
  check(caller: IntegrationCaller, request: PortalRequest): void;
  ofEnrollment(
    caller: IntegrationCaller,
    enrollment: Enrollment,
    request: PortalRequest,
    options?: JsonObject,
  ): { portalUrl?: string };
  ofChallenge(caller: IntegrationCaller, challenge: Challenge, request: PortalRequest): { portalUrl?: string };
  /** @throws CountersignError `door_closed` when there are no pages */
  ofDevices(
    caller: IntegrationCaller,
    user: User,
    request: Pick<PortalRequest, 'returnUrl'>,
  ): { portalUrl: string; expiresAt: Time };
}

/** @param portal how browsers reach `/portal`, without a slash at the end; undefined: there are no pages */
export function portalLinks(engine: Engine, portal: (() => string) | undefined, clock: Clock): PortalLinks {
  const isServed = (caller: IntegrationCaller): boolean => portal !== undefined && hasPortal(caller);
  return {
    check: (caller, { returnUrl, state }) => {
      if (!isServed(caller) && (returnUrl ?? state) !== undefined) {
        throw invalidParameter(returnUrl === undefined ? 'state' : 'returnUrl', 'needs the door portal');
      }
      if (returnUrl !== undefined && !isReturnUrl(caller, returnUrl)) {
        throw invalidParameter('returnUrl', 'is none of the returnUrls that the integration has registered');
      }
    },
    ofEnrollment: (caller, enrollment, request, options = {}) => {
      if (portal === undefined || !isServed(caller)) return {};
      const target = options['address'] ?? options['number'];
      const sent = typeof target === 'string' ? { target, resendAt: enrollment.createdAt + resendAfterMs } : {};
      const ticket = sealEnrollmentTicket(engine, caller, enrollment, { ...request, ...sent });
      return { portalUrl: pageUrl(portal(), 'enrollment', ticket) };
    },
    ofChallenge: (caller, challenge, request) => {
      if (portal === undefined || !isServed(caller)) return {};
      return { portalUrl: pageUrl(portal(), 'challenge', sealChallengeTicket(engine, caller, challenge, request)) };
    },
    ofDevices: (caller, user, { returnUrl }) => {
      if (portal === undefined || !isServed(caller)) throw new CountersignError('door_closed');
      const { ticket, expiresAt } = openDevicesVisit(engine, caller, user, clock.now(), returnUrl);
      return { portalUrl: pageUrl(portal(), 'devices', ticket), expiresAt };
    },
  };
}
