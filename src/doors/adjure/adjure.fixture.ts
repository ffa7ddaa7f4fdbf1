import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { JsonObject } from '../../core/model.ts';
import { loopbackNetworks } from '../../core/network.ts';
import { createTestEngine, type TestEngine } from '../../testing/test-engine.ts';
import { adjureDoor } from './index.ts';

const answerBody = z.strictObject({
  user_id: z.string().optional(),
  recovery_codes: z.array(z.string()).optional(),
  code: z.string().optional(),
  error_code: z.string().optional(),
  error_message: z.string().optional(),
});

/** An answer of the door, its JSON body read. */
export interface AdjureAnswer {
  status: number;
  headers: Headers;
  text: string;
  body: z.output<typeof answerBody>;
}

export interface AdjureFixture extends TestEngine {
  /** Sends any request to the door; by default from loopback. */
  fetch(path: string, init?: RequestInit, source?: string): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<AdjureAnswer>;
  get(path: string, parameters?: Record<string, string>, headers?: Record<string, string>): Promise<AdjureAnswer>;
  /** Replaces the settings of the door. */
  configure(settings: JsonObject | undefined): Promise<void>;
  /** Provisions a user and gives the recovery codes. */
  provision(userId: string, options?: JsonObject): Promise<string[]>;
  /** The status of an attempt to authenticate with a code of the authenticator app. */
  authenticate(userId: string, code: string): Promise<number>;
  /** The status of an attempt to authenticate with a recovery code. */
  recover(userId: string, code: string): Promise<number>;
  /** What the user's QR code says: read by zbarimg, an independent reader. */
  scan(userId: string, issuer?: string, username?: string): Promise<URL>;
  /** What an authenticator app shows `steps` steps from now: computed by oathtool from the QR code. */
  appCode(userId: string, steps?: number): Promise<string>;
  /** What went wrong without being a refusal. */
  faults: unknown[];
}

/** The door on a real engine, open to loopback without a token. */
export async function startAdjure(settings: JsonObject = {}): Promise<AdjureFixture> {
  const test = await createTestEngine();
  const faults: unknown[] = [];
  const door = adjureDoor({
    engine: test.engine,
    tokenlessIntegration: () => test.engine.integrations.get(test.caller, test.integration.id),
    report: (error) => faults.push(error),
  });

  const fetch: AdjureFixture['fetch'] = async (path, init = {}, source = '127.0.0.1') =>
    door.app.request(new URL(path, 'http://localhost:5000').href, init, { source, secure: false });
  const post: AdjureFixture['post'] = async (path, body, headers = {}) =>
    readAnswer(
      await fetch(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) }),
    );
  const get: AdjureFixture['get'] = async (path, parameters = {}, headers = {}) =>
    readAnswer(await fetch(`${path}?${new URLSearchParams(parameters).toString()}`, { headers }));

  const fixture: AdjureFixture = {
    ...test,
    faults,
    fetch,
    post,
    get,
    async configure(changed) {
      const doors = changed === undefined ? {} : { adjure: { openTo: [...loopbackNetworks], ...changed } };
      await test.engine.integrations.update(test.caller, test.integration.id, { doors });
    },
    async provision(userId, options = {}) {
      const { status, body } = await post('/user/provision', { user_id: userId, ...options });
      if (status !== 200 || body.recovery_codes === undefined)
        throw new Error(`not provisioned: ${body.error_message}`);
      return body.recovery_codes;
    },
    authenticate: async (userId, code) =>
      (await post('/user/authenticate', { user_id: userId, auth_code: code })).status,
    recover: async (userId, code) =>
      (await post('/user/recovery/authenticate', { user_id: userId, recovery_code: code })).status,
    async scan(userId, issuer = 'Adjure', username = 'Foobar') {
      const parameters = new URLSearchParams({ issuer, username, user_id: userId });
      const answer = await fetch(`/user/qrcode?${parameters.toString()}`);
      if (answer.status !== 200) throw new Error(`no QR code: ${answer.status}`);
      return new URL(readQrCode(new Uint8Array(await answer.arrayBuffer())));
    },
    async appCode(userId, steps = 0) {
      const { searchParams: key } = await fixture.scan(userId);
      const period = Number(key.get('period'));
      return oathtool(key, Math.floor(test.clock.now() / 1000) + steps * period);
    },
  };
  await fixture.configure(settings);
  return fixture;
}

async function readAnswer(response: Response): Promise<AdjureAnswer> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: answerBody.parse(JSON.parse(text)) };
}

/** The text of a QR code, by zbarimg. */
export function readQrCode(png: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-qr-'));
  try {
    const file = join(folder, 'qr.png');
    writeFileSync(file, png);
    return execFileSync('zbarimg', ['--raw', '-q', file], { encoding: 'utf8', stdio: 'pipe' }).replace(/\n$/, '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The code of a scanned key at a time, by the OATH Toolkit. */
export function oathtool(key: URLSearchParams, unixSeconds: number): string {
  const algorithm = (key.get('algorithm') ?? '').toLowerCase();
  const args = ['-d', key.get('digits') ?? '', '-s', `${key.get('period')}s`, '-N', `@${unixSeconds}`];
  const command = [`--totp=${algorithm}`, ...args, '-b', key.get('secret') ?? ''];
  return execFileSync('oathtool', command, { encoding: 'utf8' }).trim();
}
