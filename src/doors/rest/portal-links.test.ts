import { expect, test } from 'vitest';
import { createTestEngine } from '../../testing/test-engine.ts';
import type { JsonObject } from '../../core/model.ts';
import { hostedPages } from '../../pages/index.ts';
import { restDoor } from './rest-door.ts';

const back = 'https://app.example.org/back';

/** The door and the pages in front of one engine. */
async function fixture(portal: JsonObject | undefined) {
  const { engine, integration, token, system, tenant, clock, close } = await createTestEngine();
  const doors = { rest: {}, ...(portal === undefined ? {} : { portal }) };
  await engine.integrations.update({ ...system, tenant }, integration.id, { doors });
  const origin = { source: '192.0.2.1', secure: true };
  const rest = restDoor({ engine, version: '0', portal: () => 'https://2fa.example.org/portal', clock });
  const pages = hostedPages({ engine, clock, publicUrl: () => 'https://2fa.example.org' });
  const call = async (path: string, body: JsonObject) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await rest.app.request(path, { method: 'POST', headers, body: JSON.stringify(body) }, origin);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const open = async (url: unknown) => {
    const response = await pages.app.request(String(url), {}, origin);
    return { status: response.status, text: await response.text() };
  };
  return { call, open, close };
}

test('what an integration with pages begins has the address of the page on which it goes on', async () => {
  const { call, open, close } = await fixture({ returnUrls: [back] });
  const enrollment = await call('/v1/enrollments', { user: 'alice', returnUrl: back, state: 'x1' });
  expect(enrollment.body['portalUrl']).toMatch(/^https:\/\/2fa\.example\.org\/portal\/enrollment\/\?token=[\w-]+$/);
  expect(await open(enrollment.body['portalUrl'])).toMatchObject({ status: 200 });
  await call('/v1/devices', { user: 'alice', kind: 'totp' });
  const challenge = await call('/v1/challenges', { user: 'alice', returnUrl: back });
  expect(challenge.status).toBe(201);
  expect(await open(challenge.body['portalUrl'])).toMatchObject({ status: 200 });
  await close();
});

test('somebody whom the integration has let in sees to his devices, and comes back to it', async () => {
  const { call, open, close } = await fixture({ returnUrls: [back] });
  const user = await call('/v1/users', { name: 'alice' });
  const opened = await call(`/v1/users/${String(user.body['id'])}/portal-ticket`, { returnUrl: back });
  expect(opened.status).toBe(201);
  expect(opened.body['portalUrl']).toMatch(/^https:\/\/2fa\.example\.org\/portal\/devices\/\?token=[\w-]+$/);
  const page = await open(opened.body['portalUrl']);
  expect(page.status).toBe(200);
  expect(page.text).toContain(`href="${back}"`);
  const elsewhere = { returnUrl: 'https://evil.example/' };
  expect((await call(`/v1/users/${String(user.body['id'])}/portal-ticket`, elsewhere)).status).toBe(400);
  expect((await call('/v1/users/usr_none/portal-ticket', {})).status).toBe(404);
  await close();
});

test('an integration without pages gets no address, and cannot ask for one', async () => {
  const { call, close } = await fixture(undefined);
  expect((await call('/v1/enrollments', { user: 'alice' })).body).not.toHaveProperty('portalUrl');
  const refused = await call('/v1/enrollments', { user: 'alice', state: 'x1' });
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_parameters', errors: [{ path: 'state' }] } });
  const user = await call('/v1/users', { name: 'alice' });
  const closed = await call(`/v1/users/${String(user.body['id'])}/portal-ticket`, {});
  expect(closed).toMatchObject({ status: 403, body: { code: 'door_closed' } });
  const inactive = await call('/v1/users', { name: 'bob', status: 'inactive' });
  const refusedBob = await call(`/v1/users/${String(inactive.body['id'])}/portal-ticket`, {});
  expect(refusedBob).toMatchObject({ status: 403, body: { code: 'user_inactive' } });
  await close();
});

test.each([
  'https://app.example.org/back/',
  'https://app.example.org/back?x=1',
  'https://app.example.org/back#x',
  'https://app.example.org:443/back',
  'https://user@app.example.org/back',
  'https://app.example.org.evil.example/back',
  'https://app.example.org@evil.example/back',
  'http://app.example.org/back',
  'HTTPS://app.example.org/back',
  '//app.example.org/back',
  '/\\app.example.org/back',
  'https:app.example.org/back',
  'https://app.example.org/%62ack',
  'https://app.example.org/back\n',
  'https://app.example.org/\tback',
  'https://app.example.org/x/../back',
  'javascript:alert(1)',
  'data:text/html,x',
  'https://аpp.example.org/back',
  `https://app.example.org/back${'x'.repeat(1900)}`,
])('a return URL that is not registered, character by character, is refused (WEB-04): %j', async (returnUrl) => {
  const { call, close } = await fixture({ returnUrls: [back] });
  const refused = await call('/v1/enrollments', { user: 'alice', returnUrl });
  expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_parameters', errors: [{ path: 'returnUrl' }] } });
  await close();
});

test('settings of the door portal that do not hold are not stored', async () => {
  const { engine, tenant, system, close } = await createTestEngine();
  const caller = { ...system, tenant };
  const person = {
    email: 'admin@example.org',
    firstName: 'Bob',
    lastName: 'Example',
    password: 'four winds of heaven 42',
  };
  const { id } = await engine.administrators.create(caller, person);
  const { token } = await engine.administrators.issueToken(caller, id);
  const { app } = restDoor({ engine, version: '0' });
  const create = async (portal: JsonObject) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ name: 'Mail', doors: { portal } });
    const response = await app.request(
      '/v1/integrations',
      { method: 'POST', headers, body },
      { source: '192.0.2.1', secure: true },
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  expect(await create({ returnUrls: ['javascript:alert(1)'] })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'doors.portal.returnUrls.0' }] },
  });
  expect((await create({ returnUrls: [back] })).status).toBe(201);
  await close();
});
