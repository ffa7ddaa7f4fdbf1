import type { JsonObject } from '../../core/model.ts';
import { randomBelow } from '../../core/random.ts';
import { hashToken, tokenMatches } from '../../crypto/index.ts';
import type { Answer, DeviceKind, DeviceState, Issued, KindContext, Verdict } from '../device-kind.ts';
import { approval, registration } from './answers.ts';
import { type PushConfiguration, pushConfiguration } from './configuration.ts';
import { type PushOptions, pushOptions } from './options.ts';
import { questionMessage } from './question-message.ts';
import { pushSubscription, type PushSubscription } from './subscription.ts';

export interface PushSecret {
  /** SHA-256 of the token that only the browser has; empty until it has made one. */
  tokenHash: string;
  /** Where the browser can be woken; without it, it has to keep its page open. */
  subscription?: PushSubscription;
}

/** The number lives in its challenge; the device itself has nothing to count. */
export type PushCounters = Record<string, never>;

type PushState = DeviceState<PushSecret, PushCounters>;

/** Approval in an enrolled browser, by the number that is shown where the sign-in was asked for. */
export function push(): DeviceKind<PushSecret, PushCounters, PushConfiguration, PushOptions> {
  return {
    name: 'push',
    title: 'Approval in a browser',
    description: 'A browser that asks you to approve a sign-in, by the number that is shown there.',
    configuration: pushConfiguration,
    options: pushOptions,
    prompts: true,
    prepare: () => ({ state: { secret: { tokenHash: '' }, counters: {} }, deviceName: 'This browser' }),
    confirm: ({ state }, answer, ctx) => registerBrowser(state, answer, ctx),
    issue: ({ secret }, ctx) => askBrowser(secret, ctx),
    check: (device, issued, answer, ctx) => judgeApproval(device, issued, answer, ctx),
    lookup: ({ secret: { tokenHash } }) => tokenHash,
    readdress: ({ secret: { tokenHash }, counters }, address) => {
      if (address === undefined) return { secret: { tokenHash }, counters };
      const { success, data } = pushSubscription.safeParse(address);
      return success ? { secret: { tokenHash, subscription: data }, counters } : undefined;
    },
    describe: ({ secret: { subscription } }) => ({ wakes: subscription !== undefined }),
  };
}

/** Accepts the browser that completes the enrollment: whoever may complete it has proven himself to whoever began it. */
function registerBrowser(
  { counters }: PushState,
  answer: Answer,
  ctx: KindContext<PushConfiguration>,
): Verdict<PushSecret, PushCounters> {
  const { success, data } = registration.safeParse(answer.response);
  if (!success) return { accepted: false, reason: 'malformed' };
  const { token, subscription } = data;
  const secret = { tokenHash: hashToken(token), ...(subscription ? { subscription } : {}) };
  return { accepted: true, next: { secret, counters }, method: methodAt(ctx) };
}

/**
 * A number from 10 to 99, so that nobody wonders about a zero in front: whoever approves without looking at the page that asks hits it
 * with a probability of 1/90, and has one try.
 */
function askBrowser({ subscription }: PushSecret, ctx: KindContext<PushConfiguration>): Issued {
  const number = String(10 + randomBelow(ctx.random, 90));
  const salt = Buffer.from(ctx.random.bytes(9)).toString('base64url');
  return {
    kept: { salt, numberHash: ctx.hash(`${salt}.${number}`) },
    shown: { number },
    attempts: 1,
    ...(subscription === undefined ? {} : { deliver: questionMessage(subscription, ctx) }),
  };
}

function judgeApproval(
  { secret, counters }: PushState,
  kept: JsonObject | undefined,
  answer: Answer,
  ctx: KindContext<PushConfiguration>,
): Verdict<PushSecret, PushCounters> {
  const { success, data } = approval.safeParse(answer.response);
  if (!success) return { accepted: false, reason: 'malformed' };
  const { salt, numberHash } = kept ?? {};
  if (typeof salt !== 'string' || typeof numberHash !== 'string') return { accepted: false, reason: 'not_answerable' };
  const isOwner = tokenMatches(data.token, secret.tokenHash);
  const isNumber = ctx.hashMatches(`${salt}.${data.number}`, numberHash);
  return isOwner && isNumber
    ? { accepted: true, next: { secret, counters }, method: methodAt(ctx) }
    : { accepted: false, reason: 'wrong' };
}

function methodAt({ now }: KindContext<unknown>) {
  return { name: 'push', kind: 'possession' as const, at: now };
}
