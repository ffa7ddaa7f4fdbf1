import type { Clock } from '../core/clock.ts';
import { type Delivery, deliveryRoutes, inboxDelivery, smtpDelivery } from '../delivery/index.ts';
import type { Config } from './config/config.ts';

/** How messages leave, by the configuration: into the inbox, over SMTP, or not at all. */
export function wireDelivery({ inboxFolder, smtp }: Config, clock: Clock): Delivery {
  if (inboxFolder !== undefined) {
    const inbox = inboxDelivery({ folder: inboxFolder, clock });
    return deliveryRoutes({ mail: inbox, sms: inbox });
  }
  return deliveryRoutes(smtp === undefined ? {} : { mail: smtpDelivery(smtp) });
}
