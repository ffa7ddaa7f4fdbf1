import type { KeyObject } from 'node:crypto';
import type { Json, Time } from '../../core/model.ts';
import type { IntegrationCaller } from './caller.ts';

/** What a ticket for a page is good for. */
export interface PortalTicket {
  /** Whom the audit trail names: a user id, or his name before he exists. */
  subject: string;
  /** What the page has to know, e.g. the id of a challenge. Whoever carries the ticket can neither read nor change it. */
  content: Json;
  expiresAt: Time;
}

/** Sealed tickets of the hosted pages: any node opens what another has issued. They do not make anything single-use. */
export interface PortalTickets {
  issue(caller: IntegrationCaller, purpose: string, ticket: Omit<PortalTicket, 'content'> & { content?: Json }): string;
  /** Undefined: forged, run out, of another purpose, or of an integration that is inactive or has no pages. */
  open(
    purpose: string,
    text: string,
    source?: string,
  ): Promise<(PortalTicket & { caller: IntegrationCaller }) | undefined>;
  /**
   * Uses up what a page gives once, e.g. the result of a challenge: of any number that ask, one is told true.
   *
   * @param expiresAt when it would be refused anyway
   */
  spend(caller: IntegrationCaller, purpose: string, id: string, expiresAt: Time): Promise<boolean>;
  /** The Ed25519 key that signs what pages tell integrations. The same for as long as the hashing key of the key file is. */
  signingKey(): KeyObject;
}
