import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../src/core/model.ts';
import type { Caller, IntegrationCaller } from '../../src/engine/index.ts';
import type { ConfigOptions } from '../../src/server/config/schema.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { encodeModhex } from '../../src/otp/index.ts';

const run = promisify(execFile);

export interface Ended {
  code: number | null;
  /** What it has said, on both. */
  said: string;
}

/** Runs a program to its end, with what is typed into it. */
export async function runProgram(program: string, args: readonly string[], typed = ''): Promise<Ended> {
  const child = spawn(program, args, { stdio: 'pipe' });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code));
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(typed);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, said: out + err };
}

/** A key whose OTPs Debian's `ykgenerate` makes. */
export interface GeneratedKey {
  publicId: string;
  options: JsonObject;
  /** The OTP of a touch, in whose random part no two agree. */
  touch(usageCounter: number, sessionUse: number, privateId?: string): Promise<string>;
}

export function generatedKey(): GeneratedKey {
  const publicId = encodeModhex(randomBytes(6));
  const [privateId, aesKey] = [randomBytes(6).toString('hex'), randomBytes(16).toString('hex')];
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
  return {
    publicId,
    options: { publicId, privateId, aesKey },
    async touch(usageCounter, sessionUse, id = privateId) {
      const counters = [hex(usageCounter, 4), hex(sessionUse * 8, 4), '00', hex(sessionUse, 2)];
      const { stdout } = await run('ykgenerate', [aesKey, id, ...counters]);
      return publicId + stdout.trim();
    },
  };
}

/** A served Countersign whose integration answers at the door wsapi, and the client that knows its key. */
export interface ServedWsapi extends TestServer {
  url: string;
  clientId: number;
  apiKey: string;
  caller: IntegrationCaller;
  admin: Caller;
  /** Gives a user a key that is validated here. */
  give(user: string, key: GeneratedKey): Promise<void>;
}

/** Ends with the test. */
export async function serveWsapi(config: ConfigOptions = {}, door: JsonObject = {}): Promise<ServedWsapi> {
  const test = await startTestServer({ config });
  onTestFinished(() => test.close());
  const { engine, url } = test.server;
  const found = await engine.integrations.authenticate({ token: test.file.integration.token });
  if (found === undefined) throw new Error('there is no integration');
  const admin: Caller = { tenant: found.tenantId, actor: { type: 'administrator', id: 'adm_1' }, door: 'test' };
  const integration = await engine.integrations.update(admin, found.id, { doors: { ...found.doors, wsapi: door } });
  const { number, key } = await engine.sharedKeys.read(admin, integration.id, 'wsapi', 1);
  const caller = { ...admin, integration };
  return {
    ...test,
    url: `${url}/wsapi/2.0/verify`,
    clientId: number,
    apiKey: Buffer.from(key).toString('base64'),
    admin,
    caller,
    give: async (user, soft) => {
      await engine.devices.provision(caller, { user, devices: [{ kind: 'yubikey', options: soft.options }] });
    },
  };
}
