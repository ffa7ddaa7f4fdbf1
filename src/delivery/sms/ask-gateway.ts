import { type Outbound, OutboundFailure, type OutboundRequest, type OutboundResponse } from '../outbound/outbound.ts';
import { type SmsOutcome, unanswered } from './gateway.ts';

/** Sends the request of a gateway, and lets it judge the answer. */
export async function askGateway(
  outbound: Outbound,
  request: OutboundRequest,
  judge: (response: OutboundResponse) => SmsOutcome,
): Promise<SmsOutcome> {
  try {
    return judge(await outbound.send(request));
  } catch (error) {
    if (error instanceof OutboundFailure) return unanswered(error);
    throw error;
  }
}

/** The body of an answer as JSON; undefined when it is something else. */
export function readJson({ body }: OutboundResponse): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A member of a value that came over the wire. */
export function member(value: unknown, name: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string | number, unknown>)[name];
}

/** The error code of a provider for a log: what is not plainly a code could be anything, and is left out. */
export function errorCode(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[A-Za-z0-9_.-]{1,60}$/.test(text) ? text : '';
}

/** {@link errorCode} as the log says it; empty where there is none. */
export function errorCodeText(value: unknown): string {
  const code = errorCode(value);
  return code === '' ? '' : `code ${code}`;
}

/** What `Authorization: Basic` carries (RFC 7617). */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
