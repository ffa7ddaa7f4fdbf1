import { describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import { bindingContext, fields, integer, readFields, text, username } from './read-fields.ts';

const schema = fields({
  username: username(),
  device_pk: integer().optional(),
  binding_context: bindingContext.optional(),
  inner: fields({ note: text() }).optional(),
});

async function issues(body: string, type = 'application/json'): Promise<string[]> {
  const error: unknown = await read(body, type).catch((error: unknown) => error);
  if (!(error instanceof CountersignError)) throw new TypeError('nothing was refused');
  return error.issues.map(({ path, message }) => `${path}: ${message}`);
}

async function read(body: string | FormData, type?: string): Promise<unknown> {
  const headers = type === undefined ? {} : { 'Content-Type': type };
  return readFields(new Request('http://localhost/', { method: 'POST', body, headers }), schema);
}

const json = (value: unknown) => read(JSON.stringify(value), 'application/json');

describe('the fields of a body', () => {
  test('are trimmed, and numbers are taken as text', async () => {
    expect(await json({ username: '  alice ' })).toEqual({ username: 'alice' });
    expect(await json({ username: 12345 })).toEqual({ username: '12345' });
    expect(await json({ username: 1.5 })).toEqual({ username: '1.5' });
    expect(await json({ username: 'a', device_pk: ' 7 ' })).toEqual({ username: 'a', device_pk: 7 });
  });

  test.each([
    ['{}', 'username: This field is required.'],
    ['{"username":null}', 'username: This field may not be null.'],
    ['{"username":true}', 'username: Not a valid string.'],
    ['{"username":["a"]}', 'username: Not a valid string.'],
    ['{"username":{}}', 'username: Not a valid string.'],
    ['{"username":" \\t "}', 'username: This field may not be blank.'],
    ['{"username":""}', 'username: This field may not be blank.'],
    ['{"username":"a","device_pk":"x"}', 'device_pk: A valid integer is required.'],
    ['{"username":"a","device_pk":1.5}', 'device_pk: A valid integer is required.'],
    ['{"username":"a","device_pk":true}', 'device_pk: A valid integer is required.'],
    ['{"username":"a","inner":{}}', 'inner.note: This field is required.'],
    ['[]', ': Invalid data. Expected a dictionary.'],
    ['"alice"', ': Invalid data. Expected a dictionary.'],
    ['{"username":"a","binding_context":[]}', 'binding_context: Invalid data. Expected a dictionary.'],
  ])('%s is refused', async (body, issue) => {
    expect(await issues(body)).toEqual([issue]);
  });

  test('a number that would become another one when it is written down is refused, so that no two users become one', async () => {
    expect(await issues('{"username":9007199254740993}')).toEqual(['username: Not a valid string.']);
  });

  test('64 characters are a username, 65 are not, whatever they are made of', async () => {
    expect(await json({ username: '😀'.repeat(64) })).toEqual({ username: '😀'.repeat(64) });
    expect(await issues(JSON.stringify({ username: 'a'.repeat(65) }))).toEqual([
      'username: Ensure this field has no more than 64 characters.',
    ]);
  });

  test('a form nests its fields by dots, leaves out what is empty, and the last of equal names counts', async () => {
    const type = 'application/x-www-form-urlencoded';
    expect(await read('username=bob&username=alice&device_pk=&inner.note=%20x%20&inner.other=1', type)).toEqual({
      username: 'alice',
      inner: { note: 'x' },
    });
    expect(await issues('username=', type)).toEqual(['username: This field is required.']);
    expect(await issues('__proto__.username=alice', type)).toEqual(['username: This field is required.']);
  });

  test('a form of several parts is read the same; a file is no text', async () => {
    const form = new FormData();
    form.append('username', 'alice');
    form.append('binding_context.client_ip_address', '2001:db8::1');
    expect(await read(form)).toEqual({ username: 'alice', binding_context: { ip: '2001:db8::1' } });
    form.set('username', new Blob(['alice']), 'alice.txt');
    await expect(read(form)).rejects.toMatchObject({ issues: [{ path: 'username', message: 'Not a valid string.' }] });
  });
});
