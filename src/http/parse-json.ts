import { CountersignError, invalidParameter } from '../core/errors.ts';

/** Deeper than any body of any endpoint. */
const maxDepth = 32;

/**
 * Parses JSON strictly. Refused besides what `JSON.parse` refuses: a member given twice (readers differ in which one
 * counts), `__proto__` as a name, NUL and half a surrogate pair in names and strings (databases differ in what they make
 * of them), numbers beyond the range of a double, and nesting deeper than 32.
 *
 * @throws CountersignError `malformed_request`, `invalid_parameters`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without the cause: its message quotes the text, which may hold a secret.
    throw new CountersignError('malformed_request', { detail: 'the body is not JSON' });
  }
  // A member that was given twice is one colon more in the text than there are members in the value.
  if (checkValue(value, '', 0) !== countColons(text)) {
    throw new CountersignError('malformed_request', { detail: 'the body gives a member twice' });
  }
  return value;
}

/** Checks a value that was just parsed; returns how many members its objects have in all. */
function checkValue(value: unknown, path: string, depth: number): number {
  if (typeof value === 'string') checkText(value, path);
  else if (typeof value === 'number' && !Number.isFinite(value)) throw invalidParameter(path, 'is too large a number');
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === maxDepth) throw new CountersignError('malformed_request', { detail: 'the body is nested too deeply' });
  let members = 0;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) members += checkValue(item, join(path, String(index)), depth + 1);
    return members;
  }
  for (const [name, member] of Object.entries(value)) {
    checkText(name, path);
    if (name === '__proto__') throw invalidParameter(join(path, name), 'is not a name that is accepted');
    members += 1 + checkValue(member, join(path, name), depth + 1);
  }
  return members;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function checkText(text: string, path: string): void {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw invalidParameter(path, 'holds NUL or half a surrogate pair');
  }
}

/** The colons of a well-formed JSON text that stand outside its strings. */
function countColons(text: string): number {
  let colons = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (quoted) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x3a) colons += 1;
  }
  return colons;
}
