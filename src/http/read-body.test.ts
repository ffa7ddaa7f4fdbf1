import { describe, expect, it } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import { hasBody, readBody, requireJson } from './read-body.ts';

/** A request whose body has no announced length. */
function streamed(chunks: readonly Uint8Array[], onPull: () => void = () => undefined): Request {
  let index = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      onPull();
      const chunk = chunks[index++];
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
  });
  return new Request('http://localhost/', { method: 'POST', body, duplex: 'half' });
}

function announced(body: string | Uint8Array<ArrayBuffer>, length = Buffer.byteLength(body)): Request {
  return new Request('http://localhost/', { method: 'POST', body, headers: { 'content-length': String(length) } });
}

async function codeOf(action: () => unknown): Promise<string | undefined> {
  try {
    await action();
  } catch (error) {
    return error instanceof CountersignError ? error.code : String(error);
  }
  return undefined;
}

const request = (headers: Record<string, string>) => new Request('http://localhost/', { method: 'POST', headers });
const encode = (text: string) => new TextEncoder().encode(text);

describe('the text of a body', () => {
  it('comes out whether its length was announced or not', async () => {
    expect(await readBody(announced('{"a":"ü"}'))).toBe('{"a":"ü"}');
    const bytes = encode('{"a":"ü"}');
    expect(await readBody(streamed([bytes.slice(0, 7), bytes.slice(7)]))).toBe('{"a":"ü"}');
    expect(await readBody(new Request('http://localhost/', { method: 'POST' }))).toBe('');
  });

  it('may have the limit and not one byte more, by announcement and by count (INP-03)', async () => {
    expect(await readBody(announced('x'.repeat(10)), 10)).toHaveLength(10);
    expect(await codeOf(async () => readBody(announced('x'.repeat(11)), 10))).toBe('body_too_large');
    expect(await readBody(streamed([encode('x'.repeat(10))]), 10)).toHaveLength(10);
    expect(await codeOf(async () => readBody(streamed([encode('xxxxxx'), encode('xxxxxx')]), 10))).toBe(
      'body_too_large',
    );
    expect(await readBody(announced('x'.repeat(65_536)))).toHaveLength(65_536);
    expect(await codeOf(async () => readBody(announced('x'.repeat(65_537))))).toBe('body_too_large');
  });

  it('is not read further once it is too large (DOS-03)', async () => {
    let pulls = 0;
    const endless = streamed(
      Array.from({ length: 1000 }, () => encode('x'.repeat(1000))),
      () => {
        pulls += 1;
      },
    );
    expect(await codeOf(async () => readBody(endless, 5000))).toBe('body_too_large');
    expect(pulls).toBeLessThan(20);
  });

  it.each(['-1', 'abc', '1e9', '99999999999999999999'])(
    'with the announced length %s is refused or counted all the same',
    async (length) => {
      const request = new Request('http://localhost/', {
        method: 'POST',
        body: 'x'.repeat(100),
        headers: { 'content-length': length },
      });
      expect(await codeOf(async () => readBody(request, 10))).toBe('body_too_large');
    },
  );

  it('that is longer than announced is refused', async () => {
    expect(await codeOf(async () => readBody(announced('x'.repeat(100), 5), 10))).toBe('body_too_large');
  });

  it.each([[[0xff, 0xfe]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xf0, 0x9f, 0x98]]])(
    'that is not UTF-8 is refused: %j',
    async (bytes) => {
      expect(await codeOf(async () => readBody(announced(new Uint8Array(bytes))))).toBe('malformed_request');
    },
  );

  it('keeps a byte order mark, so that the JSON is refused (INP-08)', async () => {
    expect(await readBody(announced('\ufeff{}'))).toBe('\ufeff{}');
  });

  it('that breaks off is the fault of the request, not of the server', async () => {
    const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error('reset')) });
    const request = new Request('http://localhost/', { method: 'POST', body, duplex: 'half' });
    expect(await codeOf(async () => readBody(request))).toBe('malformed_request');
  });
});

describe('the type of a body', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
  ])('%s is JSON', (type) => {
    expect(() => requireJson(new Headers({ 'content-type': type }))).not.toThrow();
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/jsonp',
    'text/json',
    'application/xml',
    'application/json, text/plain',
    '',
  ])('%j is not (INP-08)', async (type) => {
    expect(await codeOf(() => requireJson(new Headers({ 'content-type': type })))).toBe('unsupported_media_type');
  });

  it('must be told, and may not be compressed (DOS-03)', async () => {
    expect(await codeOf(() => requireJson(new Headers()))).toBe('unsupported_media_type');
    const headers = new Headers({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect(await codeOf(() => requireJson(headers))).toBe('unsupported_media_type');
  });
});

it('a request has a body when its header says so', () => {
  expect(hasBody(request({}))).toBe(false);
  expect(hasBody(request({ 'content-length': '0', 'content-type': 'application/json' }))).toBe(false);
  expect(hasBody(request({ 'content-length': '2' }))).toBe(true);
  expect(hasBody(request({ 'transfer-encoding': 'chunked' }))).toBe(true);
});
