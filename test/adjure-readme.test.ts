import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { oathtool, readQrCode, startAdjure } from '../src/doors/adjure/adjure.fixture.ts';

const run = promisify(execFile);

/** The session of Adjure's README, statement by statement; only the last part is ours: it shows what came back. */
const session = `
import requests

response = requests.post(
    'http://localhost:5000/user/provision',
    json={
        'user_id': '123',
        'key_length': 6,  # Defaults to your config value or 6
        'key_valid_duration': 30,  # Defaults to your config value or 30
        'hash_algorithm': 'SHA256',  # Defaults to your config value or SHA256
    }
)
provisioned = response.json()

# Typically a user would get the below from their 2FA app.
response = requests.get('http://localhost:5000/user/auth_code', params={'user_id': '123'})
code = response.json()['code']
authenticate_response = requests.post(
    'http://localhost:5000/user/authenticate',
    json={
        'user_id': '123',
        'auth_code': code
    }
)
authenticated = authenticate_response.json()

image = requests.get('http://localhost:5000/user/qrcode?issuer=Adjure&username=Foobar&user_id=123')

import base64, json
print(json.dumps({
    'provisioned': provisioned,
    'code': code,
    'authenticated': authenticated,
    'statuses': [authenticate_response.status_code, image.status_code],
    'type': image.headers['content-type'],
    'image': base64.b64encode(image.content).decode(),
}))
`;

interface SessionResult {
  provisioned: { user_id: string; recovery_codes: string[] };
  code: string;
  authenticated: unknown;
  statuses: number[];
  type: string;
  image: string;
}

test('ADJ-53: the session of the README runs as it stands against http://localhost:5000', async () => {
  const adjure = await startAdjure();
  const app = new Hono();
  app.all('*', (c) => adjure.fetch(c.req.path + new URL(c.req.url).search, c.req.raw, getConnInfo(c).remote.address));
  const server = createAdaptorServer({ fetch: app.fetch });
  try {
    server.listen(5000, '127.0.0.1');
    await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EADDRINUSE'
        ? new Error('port 5000 of this machine is in use: the README of Adjure names it, so stop what listens there')
        : error;
    });
    const env = { ...process.env, NO_PROXY: '*', no_proxy: '*' };
    const { stdout } = await run('/usr/bin/python3', ['-c', session], { env, timeout: 20_000 });
    const result = JSON.parse(stdout) as SessionResult;

    expect(result.provisioned.user_id).toBe('123');
    expect(result.provisioned.recovery_codes).toHaveLength(10);
    expect(result.code).toMatch(/^[0-9]{6}$/);
    expect(result.authenticated).toEqual({});
    expect([...result.statuses, result.type]).toEqual([200, 200, 'image/png']);
    const uri = new URL(readQrCode(Buffer.from(result.image, 'base64')));
    expect(uri.pathname).toBe('/Adjure:Foobar');
    expect(oathtool(uri.searchParams, Math.floor(adjure.clock.now() / 1000))).toBe(result.code);
  } finally {
    server.close();
    await adjure.close();
  }
});
