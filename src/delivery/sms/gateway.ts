import { type OutboundFailure, type OutboundResponse } from '../outbound/outbound.ts';

/** One text to one telephone. */
export interface Sms {
  /** E.164 */
  to: string;
  /** Secret: it holds the code. */
  text: string;
  /** The same for one message at every gateway that is asked. */
  id: string;
}

/**
 * What became of a message. `refused`: certainly it was not taken, so that another gateway may be asked. `unclear`: it may be on its way.
 * The reason names no number, text or credential.
 */
export type SmsOutcome = { taken: true } | { taken: false; certainty: 'refused' | 'unclear'; reason: string };

/** A way to telephones. */
export interface SmsGateway {
  /** For the log. */
  name: string;
  /** How long it takes at most to tell, in milliseconds. */
  timeoutMs: number;
  /** Tells what became of it, and never throws for what the other side does. */
  send(sms: Sms): Promise<SmsOutcome>;
  /** Gives up connections that are kept open. */
  close?(): Promise<void>;
}

export const taken: SmsOutcome = { taken: true };

export function refused(reason: string): SmsOutcome {
  return { taken: false, certainty: 'refused', reason };
}

export function unclear(reason: string): SmsOutcome {
  return { taken: false, certainty: 'unclear', reason };
}

/** A request that has no answer. */
export function unanswered(failure: OutboundFailure): SmsOutcome {
  return failure.mayHaveArrived ? unclear(failure.message) : refused(failure.message);
}

/**
 * An answer with an error status. 4xx says that the request was not fulfilled and will not be, 503 that it could not be handled now (RFC
 * 9110 §15.5, §15.6.4). Behind any other, e.g. a proxy that lost patience, the message may have been taken.
 */
export function statusRefusal({ status }: OutboundResponse, detail = ''): SmsOutcome {
  const reason = `status ${status}${detail === '' ? '' : `, ${detail}`}`;
  return (status >= 400 && status < 500) || status === 503 ? refused(reason) : unclear(reason);
}

/** Whether the status says that the request succeeded (2xx). */
export function isSuccess({ status }: OutboundResponse): boolean {
  return status >= 200 && status < 300;
}
