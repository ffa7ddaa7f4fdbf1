import { describe, expect, it } from 'vitest';
import { failureOf } from './failure-of.fixture.ts';
import { type Delivery, type OutgoingMessage, deliveryRoutes } from './index.ts';

const mail: OutgoingMessage = { channel: 'mail', to: 'alice@example.org', template: 'code', values: { code: '04217' } };
const sms: OutgoingMessage = { ...mail, channel: 'sms', to: '+4930901820' };
const about = { tenant: 'tnt_1', tenantName: 'Example', id: 'msg_1' };

function recording() {
  const taken: string[] = [];
  let closings = 0;
  const delivery: Delivery = {
    async deliver(message) {
      taken.push(message.to);
    },
    async close() {
      closings++;
    },
  };
  return { delivery, taken, closings: () => closings };
}

describe('routes of delivery', () => {
  it('send each message by its channel', async () => {
    const [mails, texts] = [recording(), recording()];
    const routes = deliveryRoutes({ mail: mails.delivery, sms: texts.delivery });
    await routes.deliver(mail, about);
    await routes.deliver(sms, about);
    expect([mails.taken, texts.taken]).toEqual([['alice@example.org'], ['+4930901820']]);
  });

  it('fail for a channel that is not configured, naming the option', async () => {
    const routes = deliveryRoutes({ mail: recording().delivery });
    const { error, logged } = await failureOf(routes.deliver(sms, about));
    expect(error.code).toBe('delivery_failed');
    expect(error.detail).toContain('delivery.sms');
    expect(logged).not.toContain('04217');
    const { error: other } = await failureOf(deliveryRoutes({}).deliver(mail, about));
    expect(other.detail).toContain('delivery.mail');
  });

  it('close what they lead to, once', async () => {
    const [inbox, other] = [recording(), recording()];
    await deliveryRoutes({ mail: inbox.delivery, sms: inbox.delivery }).close();
    await deliveryRoutes({ mail: inbox.delivery, sms: other.delivery }).close();
    expect([inbox.closings(), other.closings()]).toEqual([2, 1]);
  });
});
