import type { Clock } from '../../core/clock.ts';
import type { OutgoingMessage } from '../../core/message.ts';
import { type Webhook, webhookSchema } from '../../core/webhook.ts';
import { signWebhook } from '../../crypto/index.ts';
import type { Delivery, MessageContext } from '../delivery.ts';
import { deliveryFailed } from '../delivery-failed.ts';
import { type Outbound, OutboundFailure, type OutboundResponse } from '../outbound/outbound.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import { webhookBody } from './webhook-body.ts';

export interface WebhookDeliveryOptions {
  outbound: Outbound;
  clock: Clock;
}

/** Requests to one receiver at the same time; what is more fails at once, before a slow one has taken every connection. */
const atATime = 50;

/**
 * Tells integrations by an HTTP request, signed with their secrets (see `verifyWebhook`). Any answer of 200 to 299 means that it was
 * taken; redirects are not followed. A receiver that fails again and again is left alone for a while.
 */
export function webhookDelivery({ outbound, clock }: WebhookDeliveryOptions): Delivery {
  const breaker = circuitBreaker(clock);
  const underWay = new Map<string, number>();

  async function send(message: OutgoingMessage, about: MessageContext, webhook: Webhook): Promise<OutboundResponse> {
    const { endpoint, secrets, headers = {}, timeoutMs } = webhook;
    const body = JSON.stringify(webhookBody(message, about));
    try {
      return await outbound.send({
        method: 'POST',
        url: endpoint,
        headers: {
          'User-Agent': 'Countersign',
          ...headers,
          'Content-Type': 'application/json',
          'Countersign-Id': about.id,
          'Countersign-Signature': signWebhook(secrets, body, clock.now()),
        },
        body,
        timeoutMs,
      });
    } catch (error) {
      if (!(error instanceof OutboundFailure)) throw error;
      throw deliveryFailed(`Webhook: ${error.message}`, { mayHaveArrived: error.mayHaveArrived });
    }
  }

  async function sendCounted(message: OutgoingMessage, about: MessageContext, webhook: Webhook): Promise<void> {
    const { status } = await send(message, about, webhook);
    if (status >= 200 && status <= 299) return;
    const detail = `Webhook: ${new URL(webhook.endpoint).host} answered ${status}.`;
    throw deliveryFailed(detail, { mayHaveArrived: true, permanent: status === 410 });
  }

  return {
    timeoutMs: 30_000,
    async deliver(message, about) {
      if (message.target === undefined)
        throw deliveryFailed('The integration has no webhook: set one with `countersign integrations webhook`.', {
          permanent: true,
        });
      const webhook = webhookSchema.parse(message.target);
      const receiver = `${about.tenant} ${message.to}`;
      if (breaker.isOpen(receiver))
        throw deliveryFailed('Webhook: left alone for a while, it has failed again and again.');
      const count = underWay.get(receiver) ?? 0;
      if (count >= atATime) throw deliveryFailed(`Webhook: ${atATime} requests are under way.`);
      underWay.set(receiver, count + 1);
      try {
        await sendCounted(message, about, webhook);
        breaker.succeed(receiver);
      } catch (error) {
        breaker.fail(receiver);
        throw error;
      } finally {
        const left = (underWay.get(receiver) ?? 1) - 1;
        if (left > 0) underWay.set(receiver, left);
        else underWay.delete(receiver);
      }
    },
    async close() {},
  };
}
