import type { Time } from '../../core/model.ts';

/** ISO 8601 in UTC with microseconds, e.g. `2017-09-03T17:08:36.187000Z`. */
export function timestamp(time: Time): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}
