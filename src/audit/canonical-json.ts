import type { Json } from '../core/model.ts';

/**
 * One text per JSON value: keys in the order of their UTF-16 code units, no blanks, numbers and strings as ECMAScript
 * writes them (as RFC 8785 does). Members that are undefined are absent.
 *
 * @throws TypeError for what JSON cannot say (NaN, Infinity, functions, …).
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean' || value === null) return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError('the value has no form in JSON');
  let text = '';
  for (const [key, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
