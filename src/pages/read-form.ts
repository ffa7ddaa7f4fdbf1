import { CountersignError } from '../core/errors.ts';
import { readBody } from '../http/read-body.ts';

const formType = /^application\/x-www-form-urlencoded(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i;

/**
 * The fields of a form.
 *
 * @throws CountersignError `unsupported_media_type`, `body_too_large`, `malformed_request`
 */
export async function readForm(request: Request): Promise<URLSearchParams> {
  if (!formType.test(request.headers.get('content-type') ?? '')) throw new CountersignError('unsupported_media_type');
  return new URLSearchParams(await readBody(request));
}

/**
 * Whether a form comes from a page of ours, as far as the browser tells. The ticket in the form is what proves it; this stops a
 * foreign page even where somebody has given it a ticket. Our pages send no referrer, and `null` as their origin for it.
 */
export function isOwnForm(request: Request, publicUrl: string): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = request.headers.get('origin');
  if (origin === null || origin === 'null') return true;
  const own = [request.url, publicUrl].filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  return own.includes(origin);
}
