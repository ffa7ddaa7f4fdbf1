import type { JsonObject } from '../../core/model.ts';
import type { Answer, Verdict } from '../device-kind.ts';
import { type FixtureContext, kindContext, stored } from '../kind-context.fixture.ts';
import {
  type Claims,
  type SoftAuthenticator,
  softAuthenticator,
  type SoftAuthenticatorOptions,
} from '../../testing/index.ts';
import type { WebauthnConfiguration } from './configuration.ts';
import type { WebauthnCounters, WebauthnSecret } from './state.ts';
import { webauthn } from './webauthn.ts';

export const kind = webauthn();

export type Context = FixtureContext<WebauthnConfiguration>;
export type Judged = Verdict<WebauthnSecret, WebauthnCounters>;
export interface Device {
  id: string;
  secret: WebauthnSecret;
  counters: WebauthnCounters;
}

export const context = (): Context => kindContext(kind);
export const refused = (reason: string) => ({ accepted: false, reason });

/** Lets an authenticator answer an enrollment, as the engine would ask. */
export async function register(
  authenticator: SoftAuthenticator,
  ctx: Context,
  claims: Claims = {},
): Promise<{ verdict: Judged; response: JsonObject }> {
  const { state, kept, shown } = kind.prepare({}, ctx);
  const response = authenticator.create(shown?.['publicKey'] as JsonObject, claims);
  return { verdict: await confirm({ state, kept }, { response }, ctx), response };
}

/** Judges the first answer, as the engine does. */
export async function confirm(
  prepared: { state: { secret: WebauthnSecret; counters: WebauthnCounters }; kept: JsonObject | undefined },
  answer: Answer,
  ctx: Context,
): Promise<Judged> {
  const examined = await kind.examine?.({ ...prepared, enrolling: true }, answer, ctx);
  return kind.confirm(prepared, { ...answer, ...(examined && { examined: stored(examined) }) }, ctx);
}

/** The device of an authenticator that was enrolled. */
export async function enrolled(
  options: SoftAuthenticatorOptions = {},
  ctx = context(),
  claims: Claims = {},
): Promise<{ authenticator: SoftAuthenticator; device: Device; ctx: Context }> {
  const authenticator = softAuthenticator(options);
  const { verdict } = await register(authenticator, ctx, claims);
  if (!verdict.accepted) throw new Error(`the enrollment was refused: ${verdict.reason}`);
  return { authenticator, device: { id: 'dev_1', ...stored(verdict.next) }, ctx };
}

/** A challenge of a device. */
export function challenge(device: Device, ctx: Context): { kept: JsonObject; publicKey: JsonObject } {
  const issued = kind.issue?.(device, ctx);
  if (issued?.kept === undefined) throw new Error('nothing is asked');
  return { kept: stored(issued.kept), publicKey: stored(issued.shown?.['publicKey']) as JsonObject };
}

/** Judges an answer to a challenge, as the engine does. */
export async function check(device: Device, kept: JsonObject, response: unknown, ctx: Context): Promise<Judged> {
  const { secret, counters } = device;
  const answer: Answer = { response };
  const examined = await kind.examine?.({ state: { secret, counters }, kept, enrolling: false }, answer, ctx);
  return kind.check(device, kept, { ...answer, ...(examined && { examined: stored(examined) }) }, ctx);
}

/** Asks, and lets an authenticator answer. */
export async function ask(
  device: Device,
  authenticator: SoftAuthenticator,
  ctx: Context,
  claims: Claims = {},
): Promise<Judged> {
  const { kept, publicKey } = challenge(device, ctx);
  return check(device, kept, authenticator.get(publicKey, claims), ctx);
}
