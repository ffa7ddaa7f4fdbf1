import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  administratorOf,
  everyEndpoint,
  platformAdministrator,
  type RestFixture,
  restFixture,
} from '../doors/rest/rest.fixture.ts';
import type { JsonObject } from '../core/model.ts';
import { softAuthenticator } from '../testing/index.ts';
import { ApiError, type Client, createClient } from './index.ts';

let rest: RestFixture;
let url: string;
let stop: () => Promise<void>;
const called: { method: string; path: string }[] = [];

/** The platform's fetch, and a note of what was asked. */
const fetch: typeof globalThis.fetch = async (input, init) => {
  called.push({ method: init?.method ?? 'GET', path: new URL(input).pathname });
  return globalThis.fetch(input, init);
};

async function listen(server: Server): Promise<{ url: string; stop: () => Promise<void> }> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, stop: close };
}

beforeAll(async () => {
  rest = await restFixture();
  const server = await new Promise<Server>((resolve) => {
    const started = serve(
      {
        fetch: (request) => rest.app.fetch(request, { source: '127.0.0.1', secure: false }),
        port: 0,
        hostname: '127.0.0.1',
      },
      () => resolve(started as Server),
    );
  });
  ({ url, stop } = await listen(server));
});
afterAll(async () => {
  await stop();
  await rest.close();
});

async function refusalOf(call: Promise<unknown>): Promise<ApiError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the call was not refused');
}

describe('the client of a real server', () => {
  let client: Client;
  beforeAll(() => {
    client = createClient({ url: `${url}/`, token: rest.token, fetch });
  });

  it('enrols, challenges, verifies and decides', async () => {
    const enrollment = await client.enrollments.create({ user: 'alice', context: { ip: '192.0.2.7' } });
    const prepared = await client.enrollments.prepare(enrollment.id, { kind: 'totp' });
    const wrong = await refusalOf(client.enrollments.complete(enrollment.id, { code: '000000' }));
    expect(wrong).toMatchObject({ code: 'answer_refused', status: 422, attemptsLeft: 4 });
    const { user, device } = await client.enrollments.complete(enrollment.id, { code: rest.codeOf(prepared.shown) });
    expect((await client.enrollments.get(enrollment.id)).state).toBe('completed');
    expect((await client.decide({ user: 'alice' })).result).toBe('challenge');

    rest.clock.advance(30_000);
    const outcome = await client.verify({ user: 'alice', code: rest.codeOf(prepared.shown), kinds: ['totp'] });
    expect(outcome).toMatchObject({ accepted: true, user: { id: user?.id }, device: { id: device?.id } });
    const challenge = await client.challenges.create({ user: 'alice', reference: 'r' });
    rest.clock.advance(30_000);
    const answered = await client.challenges.answer(challenge.id, { code: rest.codeOf(prepared.shown) });
    expect([answered.accepted, (await client.challenges.get(challenge.id)).state]).toEqual([true, 'passed']);
    const second = await client.challenges.create({ user: 'alice' });
    expect((await client.challenges.deny(second.id)).state).toBe('denied');
    expect((await client.challenges.list({ state: 'denied' })).items).toHaveLength(1);
  });

  it('signs in with a passkey', async () => {
    const authenticator = softAuthenticator();
    const enrollment = await client.enrollments.create({ user: 'carol' });
    const { shown } = await client.enrollments.prepare(enrollment.id, { kind: 'webauthn' });
    const created = authenticator.create(shown?.['publicKey'] as JsonObject);
    await client.enrollments.complete(enrollment.id, { response: created });
    const { ticket, publicKey } = await client.passkeys.challenge();
    const outcome = await client.passkeys.answer({ ticket, response: authenticator.get(publicKey) });
    expect(outcome).toMatchObject({ accepted: true, user: { name: 'carol' }, method: 'webauthn' });
  });

  it('looks after users and devices', async () => {
    const user = await client.users.create({ name: 'bob', status: 'active' }, { idempotencyKey: 'k1' });
    expect(await client.users.create({ name: 'bob', status: 'active' }, { idempotencyKey: 'k1' })).toEqual(user);
    expect((await refusalOf(client.users.create({ name: 'bob' }))).code).toBe('user_exists');
    const made = await client.devices.create({ user: 'bob', kind: 'email', options: { address: 'bob@example.org' } });
    expect(await client.devices.get(made.device.id)).toEqual(made.device);
    expect((await client.devices.update(made.device.id, { name: 'Mail' })).name).toBe('Mail');
    const challenge = await client.challenges.create({ user: 'bob' });
    expect((await client.challenges.resend(challenge.id)).state).toBe('pending');
    const hotp = await client.devices.create({ user: 'bob', kind: 'hotp' });
    expect(await client.devices.resynchronize(hotp.device.id, { codes: ['000000', '000000'] })).toEqual({
      accepted: false,
    });
    expect((await client.users.devices(user.id)).items).toHaveLength(2);
    expect((await client.users.replaceRecoveryCodes(user.id)).device.kind).toBe('recovery-codes');
    expect(await client.users.get(user.id)).toEqual(user);
    expect((await client.users.unlock(user.id)).id).toBe(user.id);
    expect((await client.users.update(user.id, { status: 'bypass' })).status).toBe('bypass');
    expect(await client.devices.remove(made.device.id)).toBeUndefined();
    const enrollment = await client.enrollments.create({ user: 'bob', kind: 'totp' });
    expect((await client.enrollments.cancel(enrollment.id)).state).toBe('cancelled');
    expect((await client.enrollments.list({ user: 'bob', limit: 5 })).items).toHaveLength(1);
    await client.users.remove(user.id);
    expect((await refusalOf(client.users.get(user.id))).code).toBe('not_found');
  });

  it('reads every page', async () => {
    for (let number = 0; number < 5; number += 1) await client.users.create({ name: `page${number}` });
    const names: string[] = [];
    for await (const { name } of client.users.list.all({ limit: 2 })) names.push(name);
    expect(names.filter((name) => name.startsWith('page'))).toHaveLength(5);
    expect(new Set(names).size).toBe(names.length);
    const { next } = await client.users.list({ limit: 2 });
    expect((await client.users.list({ limit: 2, cursor: next })).items).toHaveLength(2);
  });

  it('tells who it is and what happened', async () => {
    expect((await client.whoami()).id).toBe(rest.integration.id);
    expect((await client.kinds.list()).items.length).toBeGreaterThan(2);
    expect((await client.audit.list({ limit: 1 })).items).toHaveLength(1);
    expect((await client.audit.key()).algorithm).toBe('Ed25519');
    await rest.engine.audit.signHeads();
    expect((await client.audit.heads()).items.length).toBeGreaterThan(0);
    expect((await createClient({ url, fetch }).openapi())['openapi']).toBe('3.1.1');
  });

  it('administers', async () => {
    const root = createClient({ url, token: (await platformAdministrator(rest)).token, fetch });
    const { tenant } = await root.tenants.create({ name: 'Täglich' });
    expect((await root.tenants.list()).items.map(({ name }) => name)).toContain('Täglich');
    expect(await root.tenants.get(tenant.id)).toEqual(tenant);
    expect((await root.tenants.update(tenant.id, { active: true })).active).toBe(true);

    const { password } = await administratorOf(rest, rest.tenant, 'bób');
    const signedIn = createClient({ url, token: { login: 'bób', password }, fetch });
    const { token } = await signedIn.administrators.issueToken();
    const admin = createClient({ url, token, tenant: rest.tenant, fetch });
    const person = { email: 'carol@example.org', firstName: 'Carol', lastName: 'Example', password };
    expect((await admin.administrators.create(person)).login).toBe('carol@example.org');
    // Made in the same moment as the other, so their order is not certain.
    const carol = (await admin.administrators.list()).items.find(({ login }) => login === 'carol@example.org');
    expect((await admin.administrators.update(carol?.id ?? '', { active: false })).active).toBe(false);
    expect(await admin.administrators.revokeTokens(carol?.id ?? '')).toBeUndefined();

    const made = await admin.integrations.create({
      name: 'VPN',
      doors: { rest: {} },
      policy: { allowedKinds: ['totp'] },
    });
    const { id } = made.integration;
    expect((await admin.integrations.update(id, { notes: 'n' })).notes).toBe('n');
    expect((await admin.integrations.get(id)).policy.allowedKinds).toEqual(['totp']);
    expect((await admin.integrations.list({})).items).toHaveLength(2);
    const rotated = await admin.integrations.rotate(id, { type: 'token' });
    await admin.integrations.revoke(id, rotated.id);
    expect((await admin.integrations.credentials(id)).items).toHaveLength(2);
    const hook = { endpoint: 'https://app.example.org/countersign', headers: { Authorization: 'Bearer example' } };
    const first = await admin.webhooks.set(id, hook);
    expect(first).toMatchObject({ webhook: { headers: ['Authorization'], secrets: 1 }, secret: expect.any(String) });
    expect((await admin.webhooks.rotate(id)).webhook.secrets).toBe(2);
    expect((await admin.webhooks.retire(id)).secrets).toBe(1);
    expect(JSON.stringify(await admin.webhooks.get(id))).not.toContain('Bearer');
    await admin.webhooks.remove(id);
    expect((await refusalOf(admin.webhooks.get(id))).code).toBe('not_found');
    const theme = { name: 'Example', primaryColor: '#0b57d0' };
    expect(await admin.settings.theme.set(theme)).toEqual(theme);
    expect(await admin.settings.theme.get()).toEqual(theme);
    await admin.settings.theme.remove();
    expect(await admin.settings.theme.get()).toEqual({});
    const templates = { de: { code: { subject: 'Ihr Code', text: 'Code: {code}' } } };
    expect(await admin.settings.templates.set(templates)).toEqual(templates);
    expect(await admin.settings.templates.get()).toEqual(templates);
    await admin.settings.templates.remove();
    expect(await admin.settings.templates.get()).toEqual({});
    const own = rest.integration.id;
    const [alice] = (await admin.integrations.users(own, { name: 'alice' })).items;
    expect((await admin.integrations.updateUser(own, alice?.id ?? '', { status: 'active' })).name).toBe('alice');
    const open = [];
    for await (const challenge of admin.integrations.challenges.all(own, { limit: 1 })) open.push(challenge.id);
    expect(open.length).toBeGreaterThan(1);
    expect((await admin.integrations.enrollments(own)).items.length).toBeGreaterThan(0);
    await admin.integrations.remove(id);
    expect((await refusalOf(admin.integrations.get(id))).status).toBe(404);
  });

  it('gives access passes to those who have lost everything, and trusts browsers', async () => {
    const { id } = await client.users.create({ name: 'dave' });
    const { password } = await administratorOf(rest, rest.tenant, 'erin');
    const admin = createClient({ url, token: { login: 'erin', password }, fetch });
    const own = rest.integration.id;
    await admin.integrations.update(own, { policy: { trustedBrowsers: { lifeSeconds: 3600 } } });
    const first = await admin.integrations.issueAccessPass(own, id, { reason: 'Lost his telephone' });
    const { code } = await client.users.issueAccessPass(id, { reason: 'And the first pass' });
    expect((await client.verify({ user: 'dave', code: first.code })).accepted).toBe(false);
    expect((await client.verify({ user: 'dave', code })).accepted).toBe(true);

    const { shown } = await client.devices.create({ user: 'dave', kind: 'totp' });
    const challenge = await client.challenges.create({ user: 'dave' });
    await client.challenges.answer(challenge.id, { code: rest.codeOf(shown) });
    const { browser } = await client.trustedBrowsers.trust(challenge.id, { name: 'Firefox at home' });
    expect((await client.trustedBrowsers.rename(id, browser.id, { name: 'At home' })).name).toBe('At home');
    expect((await client.trustedBrowsers.list(id)).items).toMatchObject([{ id: browser.id, name: 'At home' }]);
    // This integration has no pages.
    expect(await refusalOf(client.users.openPortal(id))).toMatchObject({ code: 'door_closed', status: 403 });
    await client.trustedBrowsers.revoke(id, browser.id);
    await client.trustedBrowsers.revokeAll(id);
    expect((await client.trustedBrowsers.list(id)).items).toEqual([]);
    await client.users.remove(id);
  });

  it('has thereby used every endpoint of the contract', () => {
    const unused = everyEndpoint().filter(([, { method, path }]) => {
      const pattern = new RegExp(`^${path.replaceAll(/:\w+/g, '[a-z]{3}_[^/]+')}$`);
      return !called.some((request) => request.method === method && pattern.test(request.path));
    });
    expect(unused.map(([name]) => name)).toEqual([]);
  });

  it('tells which fields were refused, and when to try again', async () => {
    const refused = await refusalOf(client.verify({ user: '', code: ' ' }));
    expect(refused).toMatchObject({ code: 'invalid_parameters', status: 400, name: 'ApiError' });
    expect(refused.issues.map(({ path }) => path).sort()).toEqual(['code', 'user', 'user']);
    for (let guess = 0; guess < 10; guess += 1) await client.verify({ user: 'nobody', code: '000000' });
    const exhausted = await refusalOf(client.verify({ user: 'nobody', code: '000000' }));
    expect(exhausted.code).toBe('too_many_attempts');
    expect(exhausted.retryAfter).toBeGreaterThan(0);
  });

  it.each(['', '.', '..'])('does not take %j for an id', async (id) => {
    expect(() => client.users.get(id)).toThrow(TypeError);
    expect((await refusalOf(client.users.get('../users'))).code).toBe('not_found');
  });
});

describe('a client whose server does not answer as it should', () => {
  it('reports what it got instead', async () => {
    const server = await listen(
      createServer((request, response) => {
        if (request.url === '/v1/kinds')
          response.writeHead(502, { 'Content-Type': 'text/html' }).end('<h1>Bad gateway</h1>');
        else if (request.url === '/v1/integration')
          response.writeHead(302, { Location: `${url}/v1/integration` }).end();
        else if (request.url === '/v1/audit/key') response.end('not JSON');
        else if (request.url === '/v1/audit/heads') response.writeHead(500).end('{"error":"x"}');
      }),
    );
    const client = createClient({ url: server.url, token: rest.token, timeoutMs: 300 });
    expect(await refusalOf(client.kinds.list())).toMatchObject({ code: 'unexpected_answer', status: 502 });
    expect(await refusalOf(client.audit.key())).toMatchObject({ code: 'unexpected_answer', status: 200 });
    expect(await refusalOf(client.audit.heads())).toMatchObject({ code: 'unexpected_answer', status: 500 });
    // The token must not travel to wherever a redirect points.
    expect(await refusalOf(client.whoami())).toMatchObject({ code: 'network_failed', status: 0 });
    expect(await refusalOf(client.users.list())).toMatchObject({ code: 'timed_out', status: 0 });
    await server.stop();
    expect(await refusalOf(client.whoami())).toMatchObject({ code: 'network_failed', status: 0 });
  });

  it('can be told to stop', async () => {
    const server = await listen(createServer(() => undefined));
    const client = createClient({ url: server.url, token: rest.token });
    const stopped = new AbortController();
    const call = client.whoami({ signal: stopped.signal });
    stopped.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await server.stop();
  });
});

it('the client imports nothing that a browser does not have', () => {
  const source = join(import.meta.dirname, '..');
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [statement, target = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)[^;]*? from '([^']+)';/gms,
    )) {
      const names = /\{([^}]*)\}/s
        .exec(statement)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? ['*'];
      if (/^(import|export) type/.test(statement) || names.every((name) => name.trim().startsWith('type '))) continue;
      if (target.startsWith('.')) visit(join(dirname(file), target));
      else packages.add(target);
    }
  };
  visit(join(import.meta.dirname, 'index.ts'));
  expect([...packages]).toEqual(['zod']);
  const rooms = new Set(Array.from(seen, (file) => dirname(relative(source, file))));
  expect(rooms).toEqual(new Set(['client', 'core', 'core/settings', 'doors/rest/contract', 'http']));
  expect(Array.from(seen, (file) => relative(source, file)).filter((file) => file.startsWith('http/'))).toEqual([
    'http/endpoint.ts',
  ]);
});
