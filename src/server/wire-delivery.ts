import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import {
  type Delivery,
  type DeliveryRoutes,
  deliveryRoutes,
  inboxDelivery,
  outbound,
  smtpDelivery,
  webPushDelivery,
} from '../delivery/index.ts';
import type { KeySource } from '../engine/index.ts';
import type { Config } from './config/config.ts';

export interface DeliveryNeeds {
  keys: KeySource;
  clock: Clock;
  random: Random;
}

/** How messages leave, by the configuration: into the inbox, over SMTP, or not at all. */
export function wireDelivery(config: Config, { keys, clock, random }: DeliveryNeeds): Delivery {
  const { inboxFolder, smtp } = config;
  const push = pushRoute(config, { keys, clock, random });
  if (inboxFolder !== undefined) {
    const inbox = inboxDelivery({ folder: inboxFolder, clock });
    return deliveryRoutes({ mail: inbox, sms: inbox, ...push });
  }
  return deliveryRoutes({ ...(smtp === undefined ? {} : { mail: smtpDelivery(smtp) }), ...push });
}

/** Browsers are woken in development, too: there is nothing to read in what they get. */
function pushRoute({ webPush }: Config, { keys, clock, random }: DeliveryNeeds): Pick<DeliveryRoutes, 'push'> {
  if (webPush === undefined) return {};
  const key = () => keys.ring().pushKey();
  return { push: webPushDelivery({ outbound: outbound(), key, subject: webPush.subject, clock, random }) };
}
