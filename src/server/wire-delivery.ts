import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import {
  type Delivery,
  type DeliveryRoutes,
  deliveryRoutes,
  inboxDelivery,
  openGateway,
  outbound,
  smsDelivery,
  smtpDelivery,
  webPushDelivery,
  webhookDelivery,
} from '../delivery/index.ts';
import type { KeySource } from '../engine/index.ts';
import type { Config } from './config/config.ts';

export interface DeliveryNeeds {
  keys: KeySource;
  clock: Clock;
  random: Random;
}

/** How messages leave, by the configuration: into the inbox, over a mail server and SMS gateways, or not at all. */
export function wireDelivery(config: Config, { keys, clock, random }: DeliveryNeeds): Delivery {
  const { inboxFolder, smtp, smsGateways } = config;
  const out = outbound(config.outbound);
  // In development, too: who sets a webhook or wakes a browser wants to see it.
  const others = {
    webhook: webhookDelivery({ outbound: out, clock }),
    ...pushRoute(config, { keys, clock, random }),
    ...(smsGateways === undefined
      ? {}
      : { sms: smsDelivery({ gateways: smsGateways.map((gateway) => openGateway(gateway, out, clock)) }) }),
  };
  if (inboxFolder !== undefined) {
    const inbox = inboxDelivery({ folder: inboxFolder, clock });
    return deliveryRoutes({ mail: inbox, sms: inbox, ...others });
  }
  return deliveryRoutes({ ...(smtp === undefined ? {} : { mail: smtpDelivery(smtp) }), ...others });
}

/**
 * Browsers are woken in development, too: there is nothing to read in what they get. Where they are woken is what users say, so what an
 * operator has opened for his own servers is closed to them (OUT-01).
 */
function pushRoute(
  { webPush, outbound: { ca } }: Config,
  { keys, clock, random }: DeliveryNeeds,
): Pick<DeliveryRoutes, 'push'> {
  if (webPush === undefined) return {};
  const publicOnly = outbound(ca === undefined ? {} : { ca });
  const key = () => keys.ring().pushKey();
  return { push: webPushDelivery({ outbound: publicOnly, key, subject: webPush.subject, clock, random }) };
}
