import type { OutgoingMessage } from '../../core/message.ts';
import type { KindContext } from '../device-kind.ts';
import type { PushSubscription } from './subscription.ts';

/** Wakes the browser: who asks, from where and for what. Never the number, which only the asking side shows. */
export function questionMessage(
  { endpoint, keys }: PushSubscription,
  { asked, user, policy, language }: KindContext<unknown>,
): OutgoingMessage {
  const { integration, reference, ip } = asked;
  return {
    channel: 'push',
    to: endpoint,
    target: keys,
    template: 'question',
    ...(language === undefined ? {} : { language }),
    values: {
      issuer: integration,
      user,
      ...(reference === undefined ? {} : { reference }),
      ...(ip === undefined ? {} : { ip }),
      seconds: String(policy.challenge.lifeSeconds),
    },
  };
}
