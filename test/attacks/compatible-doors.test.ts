// Whatever is sent to the doors of the older systems is answered or refused with a code, and never breaks anything. The routes are read
// from the doors themselves: one that is new fails here until its fields are told, and is then covered like the others. The REST door has
// the same in src/doors/rest/bodies.test.ts, from its contract.
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HttpDoor } from '../../src/http/door.ts';
import { basic, type EveryDoor, everyDoor, type Told } from './every-door.fixture.ts';
import { nasty, nastyTexts, paramsOf, pathsOf, replaceAt } from './nasty-values.fixture.ts';

/** Who may call it, and a body (or query) of his that is well-formed. */
interface Form {
  method: 'GET' | 'POST';
  as?: 'integration' | 'administrator' | 'platform';
  fields: Record<string, unknown>;
}

const number = ':pk{[0-9]+}';
const context = { client_ip_address: '192.0.2.7', client_browser_fingerprint: 'f', trusted_device_token: 't' };

const oss2fa: Record<string, Form> = {
  '/clients/auth': { method: 'POST', fields: { username: 'alice', binding_context: context } },
  '/enrollments': { method: 'POST', fields: { username: 'carol', binding_context: context } },
  '/enrollments/:pk{[0-9]+}': { method: 'GET', fields: {} },
  '/enrollments/:pk{[0-9]+}/prepare-device': { method: 'POST', fields: { kind: 1, options: { address: 'a@b' } } },
  '/enrollments/:pk{[0-9]+}/complete': { method: 'POST', fields: { token: '123456' } },
  '/challenges': {
    method: 'POST',
    fields: { username: 'alice', reference: 'r', device_pk: 1, binding_context: context },
  },
  '/challenges/:pk{[0-9]+}': { method: 'GET', fields: {} },
  '/challenges/:pk{[0-9]+}/complete': { method: 'POST', fields: { token: '123456' } },
  '/devices-kind': { method: 'GET', fields: {} },
  '/tenants': {
    method: 'POST',
    as: 'platform',
    fields: {
      name: 'Example',
      administrator: { first_name: 'A', last_name: 'B', email: 'a@example.org', password: 'four winds of heaven 42' },
    },
  },
  '/tenants/integrations': { method: 'POST', as: 'administrator', fields: { name: 'Example', notes: 'n' } },
};

const adjure: Record<string, Form> = {
  '/user/provision': {
    method: 'POST',
    fields: { user_id: 'carol', key_length: 6, key_valid_duration: 30, hash_algorithm: 'SHA1' },
  },
  '/user/auth_code': { method: 'GET', fields: { user_id: 'alice' } },
  '/user/authenticate': { method: 'POST', fields: { user_id: 'alice', auth_code: '123456' } },
  '/user/recovery/authenticate': { method: 'POST', fields: { user_id: 'alice', recovery_code: 'abc' } },
  '/user/recovery/regenerate': { method: 'POST', fields: { user_id: 'alice' } },
  '/user/qrcode': { method: 'GET', fields: { user_id: 'alice', issuer: 'i', username: 'u' } },
  '/healthcheck': { method: 'GET', fields: {} },
};

function routesOf(door: HttpDoor | undefined): string[] {
  return [...new Set(door?.app.routes.map(({ path }) => path))];
}

let t: EveryDoor;
beforeAll(async () => {
  // As many guesses as there may be: here everything has to reach the code that reads it.
  const guesses = { perUser: 1000, perSource: 10_000, windowSeconds: 600, consecutive: 1000 };
  t = await everyDoor({ policy: { guesses } });
  await t.enrol('alice');
});
afterAll(() => t.close());

/** A fresh enrollment (prepared where it is to be completed) or challenge, so that what is sent reaches the code that judges it. */
async function targetOf(path: string): Promise<string> {
  const begin = async (target: string, body: unknown) =>
    (await t.send('POST', target, { body, headers: t.oss2fa })).body.pk;
  if (path.includes('/challenges/:pk'))
    return path.replace(number, await begin('/integration/challenges', { username: 'alice' }));
  if (!path.includes('/enrollments/:pk')) return path;
  const pk = await begin('/integration/enrollments', { username: 'dave' });
  if (path.endsWith('/complete')) await begin(`/integration/enrollments/${pk}/prepare-device`, { kind: 1 });
  return path.replace(number, pk);
}

/** One call of a form; `fields` may be any text where the form is a POST. */
async function call(path: string, form: Form, fields: unknown, headers: Record<string, string> = {}): Promise<Told> {
  const target = await targetOf(path);
  const caller = { integration: t.oss2fa, administrator: t.admin, platform: t.platform }[form.as ?? 'integration'];
  const all = { ...(path in adjure ? {} : caller), ...headers };
  if (form.method === 'GET') return t.send('GET', `${target}?${paramsOf(fields).toString()}`, { headers: all });
  return t.send('POST', target, { headers: all, body: typeof fields === 'string' ? fields : JSON.stringify(fields) });
}

/** Never a failure of the server, and every refusal with its code, in the shape that the door has. */
function judge(path: string, { status, headers, body, text }: Told): void {
  expect([path, status, text]).toEqual([path, expect.toSatisfy((code: number) => code >= 200 && code < 500), text]);
  expect(t.faults).toEqual([]);
  expect([path, status < 400 || hasCode(path, headers, body)]).toEqual([path, true]);
}

function hasCode(path: string, headers: Headers, body: Told['body']): boolean {
  if (!(path in adjure)) return /^[a-z_]+$/.test(headers.get('x-error-code') ?? '');
  return Object.keys(body).join(' ') === 'error_code error_message' && /^[A-Z_]+$/.test(body.error_code);
}

const prefixed = Object.entries(oss2fa).map(([path, form]): [string, Form] => [
  /^\/(tenants|devices-kind)/.test(path) ? path : `/integration${path}`,
  form,
]);
const all = [...prefixed, ...Object.entries(adjure)];
const posts = all.filter(([, { method }]) => method === 'POST');

describe('the forms of this test', () => {
  test('are those of every route that the doors have', () => {
    const [, old, older] = t.doors;
    const both = prefixed.flatMap(([path]) => [path, path.replace(/^\/integration\//, '/integrations/')]);
    expect(routesOf(old).toSorted()).toEqual([...new Set(both)].toSorted());
    expect(routesOf(older).toSorted()).toEqual(Object.keys(adjure).toSorted());
  });

  test('are well-formed: as they stand they are not refused for their fields', async () => {
    for (const [path, form] of posts) {
      const { status, text } = await call(path, form, form.fields);
      expect([path, status, text]).toEqual([
        path,
        expect.toSatisfy((code: number) => code < 500 && code !== 404),
        text,
      ]);
    }
  });
});

describe('whatever comes to an older door', () => {
  test.each(all)(
    '%s answers or refuses it, and never fails (INP-01, INP-02, INP-09, INP-12, DOS-09)',
    async (path, form) => {
      const places = pathsOf(form.fields);
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...places), nasty, async (place, value) => {
          judge(path, await call(path, form, replaceAt(form.fields, place, value)));
        }),
        // Every call of an administrator hashes his password.
        { numRuns: form.as === undefined ? 60 : 6 },
      );
    },
  );

  test.each(posts)(
    '%s refuses wrong types, blanks, NUL, broken text and digits of other scripts (INP-01, INP-02, INP-04)',
    async (path, form) => {
      for (const place of pathsOf(form.fields)) {
        for (const value of [
          null,
          true,
          ['123456'],
          { $ne: null },
          '\0',
          '12\u00003456',
          '\ud800',
          '１２３４５６',
          '१२३४५६',
        ]) {
          const told = await call(path, form, replaceAt(form.fields, place, value));
          judge(path, told);
          expect([path, /complete$|authenticate$/.test(path) && isAcceptance(told)]).toEqual([path, false]);
          if (form.as !== undefined) break;
        }
      }
    },
  );

  test.each(posts)('%s refuses what is too long before it looks at it (INP-03, DOS-03)', async (path, form) => {
    for (const name of Object.keys(form.fields)) {
      const told = await call(path, form, { ...form.fields, [name]: 'x'.repeat(2 ** 20) });
      judge(path, told);
      expect(told.status).toBe(413);
    }
    const depth = '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000);
    const keys = JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 1])));
    for (const text of [depth, keys.slice(0, 65_000), '['.repeat(60_000), `{"a":${'9'.repeat(60_000)}}`]) {
      const told = await call(path, form, text);
      judge(path, told);
      expect(told.status).toBeGreaterThanOrEqual(400);
    }
  });

  test.each(posts)(
    '%s takes no member twice, no __proto__ and nothing that is not JSON (INP-07, INP-09)',
    async (path, form) => {
      const [name = 'a'] = Object.keys(form.fields);
      const good = JSON.stringify(form.fields).slice(0, -1);
      for (const text of [
        `${good},"${name}":"twice"}`,
        `${good},"__proto__":{"admin":true}}`,
        `${good},"constructor":{"prototype":{"admin":true}}`,
        '\ufeff{}',
        '{',
        '<xml/>',
        "{'a':1}",
      ]) {
        const told = await call(path, form, text);
        judge(path, told);
        expect(told.status).toBe(400);
      }
      expect(({} as Record<string, unknown>)['admin']).toBeUndefined();
    },
  );

  test('what a caller names in a field that is refused reaches the prototype of nothing (INP-09)', async () => {
    const toText: unknown = Object.getOwnPropertyDescriptor(Object.prototype, 'toString')?.value;
    const roots = [Object.prototype, Object, toText, Array.prototype, Function.prototype];
    const look = () =>
      roots.map((root) => Object.values(Object.getOwnPropertyDescriptors(root)).map(({ value }) => value as unknown));
    const before = look();
    for (const [path, form] of posts) {
      for (const text of [
        '{"constructor":{"prototype":{"accepted":"\\u0000"}}}',
        '{"a":{"constructor":{"prototype":{"accepted":"\\u0000"}}}}',
        '{"__proto__":{"accepted":"\\u0000"}}',
        '{"a":{"__proto__":1}}',
        '{"constructor":{"isFrozen":"\\u0000"}}',
        '{"toString":{"call":"\\u0000"}}',
        '{"constructor":1e999}',
        '{"toString":"\\u0000"}',
        '{"hasOwnProperty":{"call":"\\u0000"}}',
      ]) {
        const told = await call(path, form, text);
        judge(path, told);
        expect([path, text, told.status]).toEqual([path, text, 400]);
        expect(look()).toEqual(before);
      }
      const inForm = { 'Content-Type': 'application/x-www-form-urlencoded' };
      judge(path, await call(path, form, 'constructor.prototype=1&__proto__.accepted=1&__proto__=1', inForm));
      expect(look()).toEqual(before);
    }
  });

  test('a form is read like JSON, and never breaks the OSS2FA door (INP-08, INP-09)', async () => {
    for (const [path, form] of prefixed.filter(([, { as, method }]) => as === undefined && method === 'POST')) {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(fc.string(), nastyTexts), { maxLength: 4 }), async (pairs) => {
          const fields = new URLSearchParams([
            ...paramsOf(form.fields),
            ...pairs.map(([a, b]): [string, string] => [a, b]),
          ]);
          const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
          judge(path, await call(path, form, fields.toString(), headers));
          const parts = '--b\r\nContent-Disposition: form-data; name="username"\r\n\r\n';
          const multipart = { 'Content-Type': 'multipart/form-data; boundary=b' };
          judge(path, await call(path, form, `${parts}${pairs.join('')}\r\n--b--\r\n`, multipart));
        }),
        { numRuns: 25 },
      );
    }
  });

  test('a type of another kind is refused at the OSS2FA door; a page can send nothing to the Adjure door (INP-08)', async () => {
    for (const [path, form] of prefixed.filter(([, { as, method }]) => as === undefined && method === 'POST')) {
      for (const type of ['text/plain', 'application/xml', 'application/x-yaml', 'image/png', 'nonsense']) {
        const told = await call(path, form, form.fields, { 'Content-Type': type });
        expect([path, type, told.status]).toEqual([path, type, 415]);
      }
    }
    for (const [path, form] of Object.entries(adjure)) {
      if (path === '/healthcheck') continue;
      for (const headers of [{ Origin: 'https://example.org' }, { 'Sec-Fetch-Site': 'cross-site' }]) {
        const { status } = await call(path, form, form.fields, { 'Content-Type': 'text/plain', ...headers });
        expect([path, status]).toEqual([path, 401]);
      }
    }
  });

  test('credentials of any form are refused or right, never a failure (INP-02, INP-11)', async () => {
    await fc.assert(
      fc.asyncProperty(nastyTexts, nastyTexts, async (user, password) => {
        const header = basic(user, password);
        for (const target of ['/integration/clients/auth', '/tenants/integrations', '/v1/users']) {
          const told = await t.send('POST', target, { headers: header, body: { username: 'alice' } });
          expect([target, told.status]).toEqual([
            target,
            expect.toSatisfy((code: number) => [400, 401, 405, 429].includes(code)),
          ]);
        }
        expect(t.faults).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

function isAcceptance({ status, body }: Told): boolean {
  return status === 201 || (status === 200 && body?.status !== 2 && body?.status !== 4);
}
