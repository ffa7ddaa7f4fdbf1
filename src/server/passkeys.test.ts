import { describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../core/model.ts';
import { webauthnConfiguration } from '../devices/index.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { createHandler } from './create-handler.ts';
import { diagnose } from './doctor.ts';
import { kindSettings, ownOrigin } from './kind-settings.ts';
import { answerRelatedOrigins } from './related-origins.ts';
import { softAuthenticator } from '../testing/index.ts';
import { startTestServer } from './server.fixture.ts';

const configOf = (file: string) => resolveConfig({ file, env: {} });

describe('where passkeys are used without a word about it', () => {
  test.each([
    ['http://127.0.0.1:8300', 'http://localhost:8300'],
    ['http://[::1]:8300', 'http://localhost:8300'],
    ['https://0.0.0.0:8300', 'https://localhost:8300'],
    ['http://localhost:8300', 'http://localhost:8300'],
    ['https://2fa.example.org/base/', 'https://2fa.example.org'],
    ['https://2fa.example.org:8443', 'https://2fa.example.org:8443'],
    ['https://192.0.2.1', undefined],
    ['https://[2001:db8::1]:8300', undefined],
    ['', undefined],
  ])('of %s is %s', (url, origin) => {
    expect(ownOrigin(url)).toBe(origin);
  });

  test('is where the server listens, on the port that it got in the end', () => {
    const settings = (file: string, url = '') =>
      webauthnConfiguration.parse(kindSettings(configOf(file), () => url)['webauthn']).origins;
    expect(settings('')).toEqual(['http://localhost:8300']);
    expect(settings('listen: 127.0.0.1:0', 'http://127.0.0.1:43210')).toEqual(['http://localhost:43210']);
    expect(settings('publicUrl: https://2fa.example.org')).toEqual(['https://2fa.example.org']);
    const origins = 'kinds: {webauthn: {origins: [https://login.example.org]}}';
    expect(settings(origins, 'http://127.0.0.1:8300')).toEqual(['https://login.example.org']);
  });

  test('is checked at the start, with what is to be mended', () => {
    expect(() => configOf('kinds: {webauthn: {rpId: example.org}}')).toThrowError(
      expect.objectContaining({ code: 'misconfigured', detail: expect.stringContaining('kinds.webauthn.origins') }),
    );
    const whole = configOf('{publicUrl: https://login.example.org, kinds: {webauthn: {rpId: example.org}}}');
    expect(kindSettings(whole)['webauthn']).toEqual({ rpId: 'example.org', origins: ['https://login.example.org'] });
  });
});

describe('what the doctor says of passkeys', () => {
  const saidOf = async (file: string) =>
    (await diagnose({ config: configOf(file) })).find(({ what }) => what.startsWith('passkeys'));

  test.each([
    ['', 'ok', 'passkeys belong to localhost'],
    ['{publicUrl: https://2fa.example.org, kinds: {webauthn: {rpId: example.org}}}', 'ok', 'belong to example.org'],
    ['publicUrl: https://192.0.2.1', 'warning', 'are at an address'],
    ['publicUrl: http://2fa.example.org', 'warning', 'cannot be used'],
    ['kinds: {webauthn: {origins: [https://login.example.org]}}', 'warning', 'is not one of kinds.webauthn.origins'],
  ])('with %j: %s', async (file, level, what) => {
    const said = await saidOf(file);
    expect(said).toMatchObject({ level, what: expect.stringContaining(what) });
    expect(said?.fix === '').toBe(level === 'ok');
  });
});

describe('/.well-known/webauthn', () => {
  const ask = (settings: object, path = '/.well-known/webauthn', method = 'GET') => {
    const answer = answerRelatedOrigins(() => ({ ...settings }));
    const handle = createHandler({ doors: [], pages: { '.well-known': answer } });
    return handle(new Request(`https://example.org${path}`, { method }), { source: '192.0.2.1', secure: true });
  };
  const related = ['https://example.org', 'https://login.example.net', 'android:apk-key-hash:' + 'a'.repeat(43)];

  test('names the origins that may use the passkeys of another domain', async () => {
    const response = await ask({ origins: related });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ origins: related.slice(0, 2) });
    expect((await ask({ origins: related }, undefined, 'POST')).status).toBe(405);
  });

  test('is not there where no such origin is configured, and nothing else is below it', async () => {
    expect((await ask({})).status).toBe(404);
    expect((await ask({ origins: related.slice(0, 1) })).status).toBe(404);
    for (const path of ['/.well-known', '/.well-known/', '/.well-known/webauthn/', '/.well-known/security.txt'])
      expect((await ask({ origins: related }, path)).status).toBe(404);
  });
});

describe('a server that was started without a word about passkeys', () => {
  test('takes them on its own pages, on the port that it got, and on no others', async () => {
    const { server, call, close } = await startTestServer();
    onTestFinished(close);
    const origin = `http://localhost:${new URL(server.url).port}`;
    const post = async (path: string, body?: unknown) => (await call(path, body)).body as Record<string, JsonObject>;
    const enroll = async (user: string, from: string) => {
      const authenticator = softAuthenticator();
      const { id } = (await call('/v1/enrollments', { user })).body as { id: string };
      const { shown } = await post(`/v1/enrollments/${id}/prepare`, { kind: 'webauthn' });
      const response = authenticator.create(shown?.['publicKey'] as JsonObject, { origin: from });
      return { authenticator, answer: await call(`/v1/enrollments/${id}/complete`, { response }) };
    };
    const { authenticator, answer } = await enroll('carol', origin);
    expect(answer).toMatchObject({ status: 200, body: { device: { kind: 'webauthn' } } });
    expect((await enroll('dave', 'http://localhost:8300')).answer).toMatchObject({ status: 422 });

    const { ticket, publicKey } = await post('/v1/passkeys/challenges', {});
    const response = authenticator.get(publicKey ?? {}, { origin });
    const signedIn = await call('/v1/passkeys/answers', { ticket, response });
    expect(signedIn).toMatchObject({ body: { accepted: true, user: { name: 'carol' }, userVerified: true } });
    const related = await fetch(`${server.url}/.well-known/webauthn`);
    expect(related.status).toBe(404);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('operation="passkey",outcome="accepted"} 1');
  });
});
