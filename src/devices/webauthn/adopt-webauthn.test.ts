import { describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { makeSoftKey, softAuthenticator, softKey } from '../../testing/index.ts';
import { seededRandom, stored } from '../kind-context.fixture.ts';
import { ask, challenge, check, type Context, context, type Device, kind, refused } from './webauthn.fixture.ts';
import { readU2fRegistration } from './u2f-registration.ts';

const appId = 'https://login.example.org/u2f/app-id.json';
const origin = 'https://login.example.org';
const migrated = () => context().configured({ origins: [origin], appId });

function adopt(options: JsonObject, ctx: Context): Device {
  const adopted = kind.adopt?.(options, ctx);
  if (adopted === undefined) throw new Error('nothing is adopted');
  return { id: 'dev_1', ...stored(adopted.state) };
}

function refusalOf(options: JsonObject, ctx = migrated()): string[] | undefined {
  try {
    kind.adopt?.(options, ctx);
  } catch (error) {
    if (error instanceof CountersignError) return error.issues.map(({ path }) => path);
    throw error;
  }
  return undefined;
}

describe('a key that was registered with the old U2F API', () => {
  test.each(['registrationData', 'keyHandle and publicKey'])(
    'is taken over from its %s, and answers as its AppID through WebAuthn (OSS-50, FID-14)',
    async (form) => {
      const ctx = migrated();
      const authenticator = softAuthenticator({ attestation: 'fido-u2f' });
      const { registrationData, keyHandle, publicKey } = authenticator.registerU2f(appId);
      const options = form === 'registrationData' ? { registrationData } : { keyHandle, publicKey };
      const device = adopt({ ...options, counter: 0 }, ctx);
      expect(kind.describe(device)).toMatchObject({ credentialId: keyHandle, appId, attestation: 'fido-u2f' });
      const { publicKey: asked } = challenge(device, ctx);
      expect(asked).toMatchObject({ rpId: 'login.example.org', extensions: { appid: appId } });
      expect(await ask(device, authenticator, ctx, { origin })).toMatchObject({
        accepted: true,
        next: { counters: { signCount: 1 } },
        method: { userVerified: false },
      });
    },
  );

  test('has a counter that must rise above the one that was last seen (FID-08, FID-14)', async () => {
    const ctx = migrated();
    const authenticator = softAuthenticator({ attestation: 'fido-u2f' });
    const { registrationData } = authenticator.registerU2f(appId);
    const device = adopt({ registrationData, counter: 41 }, ctx);
    expect(await ask(device, authenticator, ctx, { origin, signCount: 41 })).toEqual(refused('replayed'));
    expect((await ask(device, authenticator, ctx, { origin, signCount: 42 })).accepted).toBe(true);
  });

  test('answers as its AppID only when the browser says so, and as no other AppID (FID-03)', async () => {
    const ctx = migrated();
    const authenticator = softAuthenticator({ attestation: 'fido-u2f' });
    const { registrationData } = authenticator.registerU2f(appId);
    const device = adopt({ registrationData }, ctx);
    const { kept, publicKey } = challenge(device, ctx);
    const right = authenticator.get(publicKey, { origin });
    expect(right['clientExtensionResults']).toEqual({ appid: true });
    for (const clientExtensionResults of [{}, { appid: false }, { appid: 'true' }, { appid: 1 }, null]) {
      expect(await check(device, kept, { ...right, clientExtensionResults }, ctx)).toEqual(refused('wrong'));
    }
    const other = { origin, rpId: 'https://evil.example/app-id.json' };
    expect(await ask(device, authenticator, ctx, other)).toEqual(refused('wrong'));
    // Who says that the AppID was used has to have used it.
    const asRp = authenticator.get(publicKey, { origin, rpId: 'login.example.org' });
    expect(await check(device, kept, asRp, ctx)).toEqual(refused('wrong'));
    expect((await check(device, kept, { ...asRp, clientExtensionResults: {} }, ctx)).accepted).toBe(true);
  });

  test('is the only one that may answer as an AppID (FID-03)', async () => {
    const ctx = migrated();
    const authenticator = softAuthenticator();
    const { state, kept, shown } = kind.prepare({}, ctx);
    const response = authenticator.create(shown?.['publicKey'] as JsonObject, { origin });
    const examined = await kind.examine?.({ state, kept, enrolling: true }, { response }, ctx);
    const verdict = kind.confirm({ state, kept }, { response, ...(examined && { examined }) }, ctx);
    if (!verdict.accepted) throw new Error(verdict.reason);
    const device: Device = { id: 'dev_1', ...verdict.next };
    const asked = challenge(device, ctx);
    expect(asked.publicKey).not.toHaveProperty('extensions');
    const asAppId = authenticator.get(asked.publicKey, { origin, rpId: appId });
    const claimed = { ...asAppId, clientExtensionResults: { appid: true } };
    expect(await check(device, asked.kept, claimed, ctx)).toEqual(refused('wrong'));
  });

  test('is refused without an AppID, and with what is no key of P-256', () => {
    const { registrationData, keyHandle, publicKey } = softAuthenticator({ attestation: 'fido-u2f' }).registerU2f(
      appId,
    );
    expect(refusalOf({ registrationData }, context())).toEqual(['appId']);
    expect(refusalOf({ registrationData, appId: 'https://other.example.org' }, context())).toBeUndefined();
    const point = Buffer.from(publicKey, 'base64url');
    const besides = Buffer.from(point);
    besides.writeUInt8(besides.readUInt8(64) ^ 1, 64);
    const compressed = Buffer.concat([Buffer.from([2]), point.subarray(1, 33)]);
    const [short, hybrid] = [point.subarray(0, 64), Buffer.concat([Buffer.from([6]), point.subarray(1)])];
    for (const bad of [besides, compressed, short, hybrid]) {
      expect(refusalOf({ keyHandle, publicKey: bad.toString('base64url') })).toEqual(['publicKey']);
    }
  });

  test('is refused when the registration message is cut, extended or altered (FID-12)', () => {
    const { registrationData } = softAuthenticator({ attestation: 'fido-u2f' }).registerU2f(appId);
    const bytes = Buffer.from(registrationData, 'base64url');
    expect(readU2fRegistration(bytes)).toBeDefined();
    for (let length = 0; length < bytes.length; length++) {
      expect([length, readU2fRegistration(bytes.subarray(0, length))]).toEqual([length, undefined]);
    }
    expect(readU2fRegistration(Buffer.concat([bytes, Buffer.from([0])]))).toBeUndefined();
    const version = Buffer.from(bytes);
    version[0] = 4;
    expect(refusalOf({ registrationData: version.toString('base64url') })).toEqual(['registrationData']);
  });
});

describe('a credential of another server with the same RP ID', () => {
  const key = makeSoftKey(seededRandom('adopted'), 'EdDSA');
  const publicKey = Buffer.from(key.cose).toString('base64url');
  const id = Buffer.alloc(20, 9).toString('base64url');

  test('is taken over with its counter and its user handle', async () => {
    const ctx = context();
    const authenticator = softAuthenticator();
    authenticator.credentials.push({ id, key, userHandle: 'dGhlaXJz', signCount: 8 });
    const device = adopt({ credentialId: id, publicKey, counter: 8, userHandle: 'dGhlaXJz', transports: ['nfc'] }, ctx);
    const answered = await ask(device, authenticator, ctx);
    expect(answered).toMatchObject({ accepted: true, next: { counters: { signCount: 9, backupEligible: false } } });
    expect(await ask(device, authenticator, ctx, { userHandle: ctx.userHandle })).toEqual(refused('wrong'));
  });

  test('is refused when its key is of an algorithm that is not asked for, weak or no key (FID-11)', async () => {
    const { generateKeyPairSync } = await import('node:crypto');
    const rsa = (modulusLength: number) => {
      const { cose } = softKey(generateKeyPairSync('rsa', { modulusLength }).privateKey);
      return Buffer.from(cose).toString('base64url');
    };
    expect(refusalOf({ credentialId: id, publicKey: rsa(2048) })).toBeUndefined();
    const elliptic = Buffer.from(makeSoftKey(seededRandom('curve')).cose);
    const withAlgorithm = (byte: number) => {
      const changed = Buffer.from(elliptic);
      changed.writeUInt8(byte, 4);
      return changed.toString('base64url');
    };
    const wrong = [
      rsa(1024),
      withAlgorithm(0x27), // EdDSA over P-256
      withAlgorithm(0x38), // ES384 over P-256, and cut
      elliptic.subarray(0, 40).toString('base64url'),
      'AAAA',
    ];
    for (const bad of wrong) expect(refusalOf({ credentialId: id, publicKey: bad })).toEqual(['publicKey']);
  });

  test.each<JsonObject>([
    {},
    { credentialId: '%%%', publicKey },
    { credentialId: 'a'.repeat(1365), publicKey },
    { credentialId: id, publicKey, counter: -1 },
    { credentialId: id, publicKey, counter: 2 ** 32 },
    { credentialId: id, publicKey, appId },
  ])('is refused when its fields are not what they should be: %j', (options) => {
    expect(refusalOf(options)).toBeDefined();
  });
});
