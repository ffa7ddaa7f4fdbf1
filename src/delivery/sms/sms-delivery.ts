import { e164Number } from '../../core/phone-number.ts';
import { renderFor } from '../compose-mail.ts';
import type { Delivery } from '../delivery.ts';
import { deliveryFailed, orDeliveryFailed } from '../delivery-failed.ts';
import type { SmsGateway, SmsOutcome } from './gateway.ts';
import { unclear } from './gateway.ts';
import { foldToGsm7 } from './gsm7.ts';

export interface SmsDeliveryOptions {
  /** Asked in this order, until one takes the message. */
  gateways: readonly SmsGateway[];
}

/**
 * Hands SMS to the first gateway that takes them. The next is asked only when it is certain that the one before has not taken the message:
 * nobody gets a code twice, and nobody pays twice. Where that is unclear the delivery has failed, and the user may ask again.
 */
export function smsDelivery({ gateways }: SmsDeliveryOptions): Delivery {
  const underWay = new Set<Promise<SmsOutcome>>();
  let closed = false;

  async function ask(gateway: SmsGateway, sms: { to: string; text: string; id: string }): Promise<SmsOutcome> {
    // What a gateway throws may hold anything, so nothing of it is told.
    const asking = gateway.send(sms).catch(() => unclear('the gateway broke'));
    underWay.add(asking);
    try {
      return await asking;
    } finally {
      underWay.delete(asking);
    }
  }

  return {
    // Whoever thinks that we are gone would send it again: each gateway may take its time before the last one takes the message.
    timeoutMs: gateways.reduce((sum, gateway) => sum + gateway.timeoutMs, 0),
    async deliver(message, about) {
      if (closed) throw deliveryFailed('The SMS delivery was closed.');
      if (message.channel !== 'sms') {
        throw deliveryFailed(`A message for '${message.channel}' cannot go by SMS.`, { permanent: true });
      }
      const to = orDeliveryFailed(() => e164Number(message.to, 'to'));
      const text = foldToGsm7(renderFor(message, about).text);
      const reasons: string[] = [];
      for (const gateway of gateways) {
        const outcome = await ask(gateway, { to, text, id: about.id });
        if (outcome.taken) return;
        reasons.push(`${gateway.name}: ${outcome.reason}`);
        if (outcome.certainty === 'unclear') {
          throw deliveryFailed(`An SMS may have been sent, or not. ${reasons.join('; ')}`, { mayHaveArrived: true });
        }
      }
      throw deliveryFailed(`No SMS gateway has taken the message. ${reasons.join('; ')}`);
    },
    async close() {
      closed = true;
      await Promise.allSettled(underWay);
      await Promise.all(gateways.map(async (gateway) => gateway.close?.()));
    },
  };
}
