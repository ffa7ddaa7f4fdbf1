import { escapeHtml } from '../templates/escape-html.ts';
import { fillPlaceholders } from '../templates/fill-placeholders.ts';

/**
 * What a template may name: the number with and without `+`, the text, its coding (0 for the GSM alphabet, 2 for Unicode, as Kannel and
 * others count), the id of the message, the sender and the gateway's secret.
 */
export const placeholders = ['to', 'digits', 'text', 'coding', 'id', 'from', 'secret'] as const;

export type TemplateFilling = Readonly<Record<(typeof placeholders)[number], string>>;

/** The body formats whose escaping is known. */
export type BodyFormat = 'json' | 'form' | 'xml' | 'text';

/** Fills the path and the query of a URL; each value is percent-encoded, so that none can end its place (RFC 3986 §2.1). */
export function fillUrl(template: string, filling: TemplateFilling): string {
  return fillPlaceholders(template, filling, percentEncode);
}

/** Fills a header. What is not fit for one is percent-encoded: a line break would begin another header. */
export function fillHeader(template: string, filling: TemplateFilling): string {
  return fillPlaceholders(template, filling, (value) => (/^[\x20-\x7E]*$/.test(value) ? value : percentEncode(value)));
}

/**
 * Fills a body. JSON is filled as a value and written anew, so that a text stays one string whatever is in it.
 *
 * @throws SyntaxError when a JSON template is none
 */
export function fillBody(format: BodyFormat, template: string, filling: TemplateFilling): string {
  if (format === 'json') return JSON.stringify(fillJson(JSON.parse(template), filling));
  if (format === 'form') return fillPlaceholders(template, filling, percentEncode);
  if (format === 'xml') return fillPlaceholders(template, filling, escapeXml);
  return fillPlaceholders(template, filling);
}

/** The format of a body by its content type; undefined when it is not known how to escape in it. */
export function bodyFormat(contentType: string): BodyFormat | undefined {
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) return 'json';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type === 'application/xml' || type === 'text/xml' || /^application\/[\w.-]+\+xml$/.test(type)) return 'xml';
  return type === 'text/plain' ? 'text' : undefined;
}

function fillJson(value: unknown, filling: TemplateFilling): unknown {
  if (typeof value === 'string') return fillPlaceholders(value, filling);
  if (Array.isArray(value)) return value.map((item) => fillJson(item, filling));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fillJson(inner, filling)]));
}

/** Everything but the unreserved characters (RFC 3986 §2.3). */
function percentEncode(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** XML 1.0 §2.2 has no control characters but these three. */
function escapeXml(value: string): string {
  return escapeHtml(value.replace(/[^\t\n\r\P{Cc}]/gu, ' '));
}
