import { CountersignError } from '../../core/errors.ts';

/** Connections that a process keeps at most, unless the URL says otherwise. */
const usual = 10;

/** Takes `connections=…` out of a database URL: how many connections this process opens at most. */
export function takePoolSize(url: URL): number {
  const given = url.searchParams.get('connections');
  url.searchParams.delete('connections');
  if (given === null) return usual;
  const size = Number(given);
  // One transaction can wait for another of this process, so a single connection could wait for itself.
  if (/^\d{1,4}$/.test(given) && size >= 2) return size;
  throw new CountersignError('misconfigured', {
    detail: 'connections in the database URL must be a number from 2 to 9999',
  });
}
