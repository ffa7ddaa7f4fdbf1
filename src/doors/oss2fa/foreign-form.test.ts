import { describe, expect, test } from 'vitest';
import { basic, type HeaderFields, openWire, type Wire } from './oss2fa.fixture.ts';

const password = 'a quiet harbour at dawn';
const Origin = 'https://page.example';

async function openPlatform(): Promise<{ wire: Wire; login: HeaderFields }> {
  const wire = await openWire();
  const person = { login: 'root', email: 'root@example.org', firstName: 'Root', lastName: 'Example', password };
  await wire.engine.administrators.create(wire.system, person);
  return { wire, login: basic('root', password) };
}

const administrator = { first_name: 'Mallory', last_name: 'Example', email: 'mallory@example.org', password };
const form = new URLSearchParams({
  name: 'Mine',
  ...Object.fromEntries(Object.entries(administrator).map(([name, value]) => [`administrator.${name}`, value])),
});

describe('a page in the browser of an administrator, who has typed his password into it before', () => {
  test.each([
    ['a form', 'application/x-www-form-urlencoded', form.toString()],
    ['plain text', 'text/plain', JSON.stringify({ name: 'Mine', administrator })],
    ['a body of no type', undefined, JSON.stringify({ name: 'Mine', administrator })],
  ])('cannot create a tenant with %s', async (_, type, text) => {
    const { wire, login } = await openPlatform();
    const headers = { ...login, Origin, ...(type !== undefined && { 'Content-Type': type }) };
    // A body of bytes: of a text `Request` would make up a type.
    const { status } = await wire.send('POST', '/tenants', { body: new TextEncoder().encode(text), headers });
    expect(status).toBe(403);
    expect(await wire.engine.tenants.findByName('Mine')).toBeUndefined();
  });

  test('cannot create an integration', async () => {
    const { wire, login: root } = await openPlatform();
    await wire.post('/tenants', { name: 'Example', administrator }, root);
    const body = new URLSearchParams({ name: 'VPN', notes: 'n' });
    const login = basic('mallory@example.org', password);
    expect(
      (await wire.send('POST', '/tenants/integrations', { body, headers: { ...login, Origin: 'null' } })).status,
    ).toBe(403);
    expect((await wire.get('/tenants/integrations', login)).body).toEqual([]);
  });

  test('may send JSON: for that it has to know the password itself', async () => {
    const { wire, login } = await openPlatform();
    const asked = await wire.send('OPTIONS', '/tenants', {
      headers: { Origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
    });
    expect(asked.headers.get('Access-Control-Allow-Origin')).toBe('*');
    expect(asked.headers.has('Access-Control-Allow-Credentials')).toBe(false);
    const { status } = await wire.post('/tenants', { name: 'Mine', administrator }, { ...login, Origin });
    expect(status).toBe(201);
  });
});
