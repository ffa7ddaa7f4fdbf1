import type { OutgoingMessage } from '../../core/message.ts';
import type { JsonObject } from '../../core/model.ts';
import type { MessageContext } from '../delivery.ts';
import { deliveryFailed } from '../delivery-failed.ts';

/**
 * What a webhook says. A code: `event`, `user`, `token`, which is also what the webhooks of Aidbox were sent. A notice: what has happened,
 * to whom, and about which device. Of the user it holds the name and nothing else.
 */
export function webhookBody({ template, values }: OutgoingMessage, { id }: MessageContext): JsonObject {
  const read = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
  const required = (name: string) => {
    const value = read(name);
    if (value === undefined) throw deliveryFailed(`A webhook needs the value '${name}'.`, { permanent: true });
    return value;
  };
  const optional = (name: string, value = read(name)) => (value === undefined ? {} : { [name]: value });
  const about = { id, user: { name: read('user') ?? '' } };
  if (template === 'code') {
    return { ...about, event: 'code', token: required('code'), ...optional('issuer'), ...optional('minutes') };
  }
  if (template !== 'notice') throw deliveryFailed(`There is no webhook for '${template}'.`, { permanent: true });
  const name = read('device');
  const device = name === undefined ? undefined : { name, ...optional('kind'), ...optional('id', read('deviceId')) };
  return {
    ...about,
    event: required('event'),
    ...optional('at'),
    ...optional('integration'),
    ...(device === undefined ? {} : { device }),
    ...optional('browser'),
    ...optional('ip'),
  };
}
