import { z } from 'zod';
import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import { p256Key, type PushKey } from '../../crypto/index.ts';
import { AddressGone } from '../address-gone.ts';
import type { Delivery } from '../delivery.ts';
import { deliveryFailed } from '../delivery-failed.ts';
import { type Outbound, OutboundFailure } from '../outbound/outbound.ts';
import { renderMessage } from '../render-message.ts';
import { encryptPush } from './encrypt-push.ts';
import { vapidAuthorization } from './vapid.ts';

export interface WebPushOptions {
  outbound: Outbound;
  /** The key by which push services know this installation; the subscriptions of its browsers are bound to it. */
  key: () => PushKey;
  /** How an operator of a push service reaches ours: `mailto:` or `https:` (RFC 8292 §2.1). */
  subject: string;
  clock: Clock;
  random: Random;
}

const subscriptionKeys = z.object({ p256dh: z.string(), auth: z.string() });

/** A week: nothing that is sent here is worth more. */
const longestLife = 7 * 24 * 60 * 60;

/**
 * Wakes browsers over the push services of their makers (RFC 8030), who can read neither what is sent nor to whom.
 *
 * @throws AddressGone when the browser has given its subscription up
 */
export function webPushDelivery({ outbound, key, subject, clock, random }: WebPushOptions): Delivery {
  return {
    async deliver(message) {
      const keys = subscriptionKeys.safeParse(message.target);
      if (!keys.success) throw deliveryFailed('The push subscription has no keys.');
      const { subject: title, text } = renderMessage(message);
      const body = encrypt(JSON.stringify({ title, body: text.trim() }), keys.data);
      const response = await outbound
        .send({
          method: 'POST',
          url: message.to,
          headers: {
            authorization: await vapidAuthorization(key(), message.to, subject, clock.now()),
            'content-type': 'application/octet-stream',
            'content-encoding': 'aes128gcm',
            ttl: String(lifeOf(message.values['seconds'])),
            urgency: 'high',
            // RFC 8030 §5.4: a question takes the place of an older one that has not been delivered yet.
            topic: 'question',
          },
          body,
        })
        .catch((error: unknown) => {
          throw error instanceof OutboundFailure ? deliveryFailed(`The push service: ${error.message}`) : error;
        });
      if (response.status === 404 || response.status === 410)
        throw new AddressGone(`The push subscription is gone (${response.status}).`);
      if (response.status < 200 || response.status > 299)
        throw deliveryFailed(`The push service answered ${response.status}.`);
    },
    async close() {},
  };

  function encrypt(text: string, keys: z.output<typeof subscriptionKeys>): Buffer {
    try {
      return encryptPush(Buffer.from(text), keys, p256Key(random.bytes(48)), random.bytes(16));
    } catch {
      // What went wrong may tell of the keys.
      throw deliveryFailed('The message cannot be sealed for this push subscription.');
    }
  }
}

/** How long the push service keeps the message for a browser that is away: as long as it can be answered. */
function lifeOf(seconds: string | undefined): number {
  const life = Number(seconds ?? '0');
  return Number.isInteger(life) && life >= 0 ? Math.min(life, longestLife) : 0;
}
