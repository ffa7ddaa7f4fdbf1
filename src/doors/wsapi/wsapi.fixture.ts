import { onTestFinished } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import type { PolicyOptions } from '../../core/policy/policy.ts';
import type { Caller } from '../../engine/engine.ts';
import { encodeYubikeyOtp, parseYubicoResponse, signYubico, yubicoSignatureMatches } from '../../otp/index.ts';
import { createTestEngine, integrationCaller, type TestEngine } from '../../testing/index.ts';
import { apiKeyPurpose } from './settings.ts';
import { wsapiDoor } from './wsapi-door.ts';

/** A key that types what it is told to. */
export interface SoftKey {
  publicId: string;
  privateId: string;
  aesKey: string;
}

export const softKey: SoftKey = {
  publicId: 'cccccccccccb',
  privateId: '8792ebfe26cc',
  aesKey: 'ecde18dbe76fbd0c33330f1c354871db',
};

/** What the key types at its n-th touch after the u-th time it was plugged in. */
export function typed(usageCounter: number, sessionUse: number, key: Partial<SoftKey> = {}, random = 1): string {
  const { publicId, privateId, aesKey } = { ...softKey, ...key };
  const timestamp = 8 * sessionUse;
  const said = { usageCounter, sessionUse, timestamp, random, capsLock: false };
  return encodeYubikeyOtp({ publicId, privateId: Buffer.from(privateId, 'hex'), ...said }, Buffer.from(aesKey, 'hex'));
}

export interface Told {
  status: string | undefined;
  /** Whether the answer is signed with the key of the client; undefined when it is not signed at all. */
  signed: boolean | undefined;
  parameters: Readonly<Record<string, string>>;
  text: string;
  response: Response;
}

export interface Wsapi extends TestEngine {
  admin: Caller;
  app: ReturnType<typeof wsapiDoor>['app'];
  reported: unknown[];
  id: number;
  key: Uint8Array;
  /** A request with exactly these parameters. */
  ask(parameters: Readonly<Record<string, string>>, key?: Uint8Array): Promise<Told>;
  /** A signed request about an OTP, with a nonce of its own. */
  verify(otp: string, more?: Readonly<Record<string, string>>): Promise<Told>;
  send(target: string, method?: string): Promise<Response>;
  give(user: string, key?: SoftKey): Promise<void>;
}

/** The door before an engine whose integration lists it. Ends with the test. */
export async function openWsapi(settings: JsonObject = {}, policy: PolicyOptions = {}): Promise<Wsapi> {
  const t = await createTestEngine({ policy });
  onTestFinished(() => t.close());
  const admin: Caller = { ...t.system, tenant: t.tenant, actor: { type: 'administrator', id: 'adm_1' } };
  const integration = await t.engine.integrations.update(admin, t.integration.id, { doors: { wsapi: settings } });
  const generation = typeof settings['keyGeneration'] === 'number' ? settings['keyGeneration'] : 1;
  const { number: id, key } = await t.engine.sharedKeys.read(admin, integration.id, apiKeyPurpose, generation);
  const reported: unknown[] = [];
  const { app } = wsapiDoor({ engine: t.engine, clock: t.clock, report: (error) => reported.push(error) });
  let nonces = 0;

  const send: Wsapi['send'] = async (target, method = 'GET') =>
    app.request(target, { method }, { source: '192.0.2.1', secure: true });

  const ask: Wsapi['ask'] = async (parameters, with_ = key) => {
    const response = await send(`/wsapi/2.0/verify?${new URLSearchParams(parameters).toString()}`);
    const text = await response.text();
    const read = parseYubicoResponse(text);
    const said = read?.parameters ?? {};
    return {
      status: read?.status,
      signed: said['h'] === undefined ? undefined : yubicoSignatureMatches(said, with_),
      parameters: said,
      text,
      response,
    };
  };
  const verify: Wsapi['verify'] = (otp, more = {}) => {
    const parameters = { id: String(id), nonce: `nonce${String(nonces++).padStart(15, '0')}`, otp, ...more };
    return ask({ ...parameters, h: signYubico(parameters, key) });
  };
  const caller = integrationCaller(integration, 'wsapi');
  const give: Wsapi['give'] = async (user, soft = softKey) => {
    await t.engine.devices.provision(caller, { user, devices: [{ kind: 'yubikey', options: { ...soft } }] });
  };
  return { ...t, integration, caller, admin, app, reported, id, key, ask, verify, send, give };
}
