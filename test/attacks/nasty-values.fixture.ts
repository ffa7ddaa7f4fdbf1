import * as fc from 'fast-check';

/** Texts that have broken something somewhere. */
export const nastyTexts = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '\0',
    '12\0',
    '123456\0',
    "' or 1=1--",
    '*)(uid=*',
    '\\2a',
    '../../..',
    'a\r\nb',
    '\u001b[31m',
    '\u202e',
    '\u200b',
    'x'.repeat(5000),
    '9'.repeat(400),
    '%00',
    '%',
    '{code}',
    'a@b@c',
    '🦊',
    'ﬀ',
    'İ',
    'ı',
    '１２３４５６',
    '0x1e240',
    '1e5',
    '-1',
    '__proto__',
    'constructor',
    'alice',
    'null',
    'true',
    '(a+)+$',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!',
  ),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
);

/** Values of every type that JSON has, and some that no field takes. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  nastyTexts,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    123456,
    2 ** 31,
    2 ** 53,
    2 ** 63,
    1e308,
    5e-324,
    '\ud800',
    '\udc00x',
    [],
    {},
    ['123456'],
    ['123456', '000000'],
    [[]],
    [null],
    { $ne: null },
    { length: 6 },
    { toString: 1 },
    { constructor: { prototype: 1 } },
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(fc.constant(1), { minLength: 1000, maxLength: 2000 }),
);

/** Every place in a value, and one beside the members of each object that nobody has declared. */
export function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]));
  return [path, [...path, 'unknown'], ...inner];
}

/** The value with something else in one place. */
export function replaceAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return replacement;
  const members = value as Record<string, unknown>;
  return { ...members, [name]: replaceAt(members[name], rest, replacement) };
}

/** The members of a value as parameters of a form or a query; what is no object has none. */
export function paramsOf(fields: unknown): URLSearchParams {
  const params = new URLSearchParams();
  if (typeof fields !== 'object' || fields === null) return params;
  for (const [name, value] of Object.entries(fields))
    params.append(name, typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  return params;
}
