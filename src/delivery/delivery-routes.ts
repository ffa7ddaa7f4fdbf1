import type { Delivery } from './delivery.ts';
import { deliveryFailed } from './delivery-failed.ts';

export interface DeliveryRoutes {
  mail?: Delivery;
  sms?: Delivery;
  webhook?: Delivery;
  push?: Delivery;
}

/** Sends each message by the delivery of its channel. A channel without one fails with a detail that names the option. */
export function deliveryRoutes(routes: DeliveryRoutes): Delivery {
  const timeouts = Object.values(routes).flatMap(({ timeoutMs }) => timeoutMs ?? []);
  return {
    ...(timeouts.length === 0 ? {} : { timeoutMs: Math.max(...timeouts) }),
    async deliver(message, about) {
      const route = Object.hasOwn(routes, message.channel) ? routes[message.channel] : undefined;
      if (route === undefined) {
        throw deliveryFailed(`No delivery for '${message.channel}' is configured: set delivery.${message.channel}.`, {
          permanent: true,
        });
      }
      await route.deliver(message, about);
    },
    async close() {
      // One inbox may take several channels.
      const distinct = new Set(Object.values(routes));
      await Promise.all([...distinct].map((route) => route.close()));
    },
  };
}
