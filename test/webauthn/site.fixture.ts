import { createServer as createPlainServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/core/model.ts';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { type RestFixture, restFixture } from '../../src/doors/rest/rest.fixture.ts';
import { generateCertificate } from '../fixtures/certificate.ts';

/** What an application does in the browser: asks its own server, which asks `/v1`, and has the authenticator answer. */
const page = `<!doctype html><title>Application</title><script>
const post = async (path, body) => {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body ?? {}) });
  const answer = await response.json();
  if (!response.ok) throw new Error('refused: ' + answer.code);
  return answer;
};
const create = async (publicKey) =>
  (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })).toJSON();
const get = async (publicKey) =>
  (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })).toJSON();
const enroll = async (user) => {
  const { id } = await post('/v1/enrollments', { user });
  const { shown } = await post('/v1/enrollments/' + id + '/prepare', { kind: 'webauthn' });
  return post('/v1/enrollments/' + id + '/complete', { response: await create(shown.publicKey) });
};
const challenge = async (user) => {
  const { id, shown } = await post('/v1/challenges', { user });
  return post('/v1/challenges/' + id + '/answer', { response: await get(shown.publicKey) });
};
const signIn = async () => {
  const { ticket, publicKey } = await post('/v1/passkeys/challenges');
  return post('/v1/passkeys/answers', { ticket, response: await get(publicKey) });
};
const outcome = (promise) => promise.catch((error) => ({ failed: error.name + ': ' + error.message }));
</script>`;

export interface SiteOptions {
  /** Default: plain on localhost. */
  host?: string;
  settings?: (origin: string) => JsonObject;
  policy?: PolicyOptions;
}

/** An application with passkeys, and the engine behind it. */
export interface Site {
  url: string;
  rest: RestFixture;
}

/** Serves the page and, in the name of the application's server, `/v1`. Ends with the test. */
export async function openSite({ host = 'localhost', settings, policy = {} }: SiteOptions = {}): Promise<Site> {
  let handle: RequestListener = () => undefined;
  const server: Server =
    host === 'localhost'
      ? createPlainServer((request, response) => handle(request, response))
      : createTlsServer(await generateCertificate(host), (request, response) => handle(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const url = `${host === 'localhost' ? 'http' : 'https'}://${host}:${port}`;
  const webauthn = { origins: [url], ...settings?.(url) };
  const rest = await restFixture({ serverKinds: { webauthn }, policy });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rest.close();
  });
  const origin = { source: '127.0.0.1', secure: true };
  const relay = getRequestListener((request) => {
    const headers = new Headers(request.headers);
    headers.set('Authorization', `Bearer ${rest.token}`);
    return rest.app.fetch(new Request(request, { headers }), origin);
  });
  handle = (request, response) => {
    if (request.url?.startsWith('/v1/') === true) void relay(request, response);
    else response.setHeader('Content-Type', 'text/html').end(page);
  };
  return { url, rest };
}
