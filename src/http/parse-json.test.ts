import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { parseJson } from './parse-json.ts';

function refusalOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    return error instanceof CountersignError
      ? { code: error.code, paths: error.issues.map(({ path }) => path) }
      : error;
  }
}

const malformed = { code: 'malformed_request', paths: [] };
const invalid = (path: string) => ({ code: 'invalid_parameters', paths: [path] });

describe('a JSON body', () => {
  it('is what JSON.parse makes of it, for every value that has no NUL and no half character', () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''));
    const key = text.filter((name) => name !== '__proto__');
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false, ':', '{"a":1,"a":2}', '\\":'),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        text,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2), (value, indent) => {
        const written = JSON.stringify(value, undefined, indent);
        expect(parseJson(written)).toEqual(JSON.parse(written));
      }),
    );
  });

  it.each([
    '{"code":"1","code":"2"}',
    '{"code":"1","code":"1"}',
    '{"a":{"b":1,"b":2}}',
    '[{"a":1,"b":{"c":[{"d":1,"d":1}]}}]',
    String.raw`{"code":"1","\u0063ode":"2"}`,
    String.raw`{"a\"b":1,"a\"b":2}`,
    '{"":1,"":2}',
    '{"0":1,"0":2}',
    '{"__proto__":1,"__proto__":2}',
  ])('that gives a member twice is refused: %s (INP-07)', (text) => {
    expect(refusalOf(text)).toMatchObject({
      code: expect.stringMatching(/^(malformed_request|invalid_parameters)$/) as string,
    });
  });

  it.each(['', ' ', '{', '{"a":}', "{'a':1}", '{"a":1}x', '\ufeff{"a":1}', 'undefined', 'NaN', '{"a":01}'])(
    'that is no JSON is refused: %j',
    (text) => {
      expect(refusalOf(text)).toEqual(malformed);
    },
  );

  it.each([
    [String.raw`{"code":"12\u00003"}`, 'code'],
    [String.raw`{"a":[{"b":"\ud800"}]}`, 'a.0.b'],
    [String.raw`{"a":"\udc00\ud800"}`, 'a'],
    [String.raw`{"a":{"\u0000":1}}`, 'a'],
    [String.raw`"\u0000"`, ''],
    ['{"a":1e999}', 'a'],
    ['{"a":[-1e999]}', 'a.0'],
    ['{"__proto__":{"admin":true}}', '__proto__'],
    ['{"a":{"__proto__":1}}', 'a.__proto__'],
  ])('with NUL, half a character, an endless number or __proto__ is refused: %s (INP-02, INP-09)', (text, path) => {
    expect(refusalOf(text)).toEqual(invalid(path));
  });

  it('keeps a surrogate pair, and the names that objects inherit, as plain members', () => {
    expect(parseJson(String.raw`{"a":"\ud83d\ude00","constructor":{"prototype":1},"toString":2}`)).toEqual({
      a: '😀',
      constructor: { prototype: 1 },
      toString: 2,
    });
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
  });

  it.each([1000, 30_000])('nested %i deep is refused without an overflow (DOS-03)', (depth) => {
    expect(refusalOf('['.repeat(depth) + ']'.repeat(depth))).toEqual(malformed);
    expect(refusalOf('{"a":'.repeat(depth) + '1' + '}'.repeat(depth))).toEqual(malformed);
  });

  it('does not repeat the text in its refusal', () => {
    let refusal: unknown;
    try {
      parseJson('{"password":"hunter2",');
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CountersignError);
    const { message, detail, cause } = refusal as CountersignError;
    expect(JSON.stringify([message, detail, cause])).not.toContain('hunter2');
  });
});
