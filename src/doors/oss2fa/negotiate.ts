import { CountersignError } from '../../core/errors.ts';
import { covers, parseMediaType, precision } from './media-type.ts';

const version = '1.0';
/** A browser asks for HTML and gets JSON all the same. */
const offered = ['application/json', 'text/html'] as const;

/**
 * Checks what the caller wants to read: JSON of version 1.0. The version is a parameter of the media range that is chosen;
 * the most exact range is. `?format=json` overrides the header.
 *
 * @throws CountersignError `not_acceptable`
 */
export function negotiate(request: Request): void {
  const format = new URL(request.url).searchParams.get('format') ?? '';
  if (format !== '' && format !== 'json') throw new CountersignError('not_acceptable', { detail: 'unknown format' });

  const range = chooseRange(request.headers.get('accept') ?? '');
  if (range === undefined && format === '')
    throw new CountersignError('not_acceptable', { detail: 'no media type matches' });
  if ((range?.parameters.get('version') ?? version) !== version)
    throw new CountersignError('not_acceptable', { detail: 'unknown version' });
}

function chooseRange(accept: string) {
  const ranges = (accept.trim() || '*/*').split(',').map(parseMediaType);
  for (const wanted of [3, 2, 1, 0])
    for (const type of offered) {
      const range = ranges.find((range) => precision(range) === wanted && covers(range, type));
      if (range !== undefined) return range;
    }
  return undefined;
}
