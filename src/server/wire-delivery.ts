import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import {
  type Delivery,
  type DeliveryRoutes,
  deliveryRoutes,
  inboxDelivery,
  openGateway,
  type Outbound,
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
    ...pushRoute(config, out, { keys, clock, random }),
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

/** Browsers are woken in development, too: there is nothing to read in what they get. */
function pushRoute(
  { webPush }: Config,
  outbound: Outbound,
  { keys, clock, random }: DeliveryNeeds,
): Pick<DeliveryRoutes, 'push'> {
  if (webPush === undefined) return {};
  const key = () => keys.ring().pushKey();
  return { push: webPushDelivery({ outbound, key, subject: webPush.subject, clock, random }) };
}
