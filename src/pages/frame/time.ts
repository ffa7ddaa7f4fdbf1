import type { Time } from '../../core/model.ts';
import { html, type Markup } from './markup.ts';
import type { Surroundings } from './surroundings.ts';

/** The script that shows times in the zone of the reader; without it they are in UTC, and say so. */
export const localTimeScript = 'local-time.js';

/** A point in time as people read it. */
export function timeOf({ language }: Surroundings, at: Time): Markup {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}" data-local><bdi>${format.format(at)} UTC</bdi></time>`;
}
