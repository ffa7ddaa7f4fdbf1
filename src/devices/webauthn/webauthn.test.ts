import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { softAuthenticator } from '../../testing/index.ts';
import { noon } from '../kind-context.fixture.ts';
import { ask, challenge, check, context, enrolled, kind, refused, register } from './webauthn.fixture.ts';

const optionsOf = (ctx = context(), options = {}) => kind.prepare(options, ctx).shown?.['publicKey'] as JsonObject;

describe('what a browser is asked when a passkey is enrolled', () => {
  test('names the service, the user, a fresh challenge of 32 bytes and the algorithms that can be verified (FID-01, FID-11)', () => {
    const ctx = context();
    const options = optionsOf(ctx);
    expect(options).toMatchObject({
      rp: { id: 'localhost', name: 'Countersign' },
      user: { id: ctx.userHandle, name: 'alice', displayName: 'alice' },
      challenge: expect.stringMatching(/^[\w-]{43}$/) as string,
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      attestation: 'none',
    });
    expect(options['pubKeyCredParams']).toEqual([-8, -7, -35, -36, -257].map((alg) => ({ type: 'public-key', alg })));
    expect(optionsOf(ctx)['challenge']).not.toBe(options['challenge']);
  });

  test('follows the configuration and what the caller chose', () => {
    const ctx = context().configured({
      rpId: 'example.org',
      rpName: 'Example',
      origins: ['https://login.example.org'],
    });
    const chosen = { attachment: 'platform', displayName: 'Alice' } as const;
    expect(optionsOf(ctx, chosen)).toMatchObject({
      rp: { id: 'example.org', name: 'Example' },
      user: { displayName: 'Alice' },
      authenticatorSelection: { authenticatorAttachment: 'platform' },
    });
    expect(kind.options.safeParse({ displayName: 'two\nlines' }).success).toBe(false);
  });

  test('asks for user verification when two factors are demanded, whatever is configured (FID-06)', () => {
    const ctx = context().configured({ userVerification: 'discouraged' });
    const selection = { userVerification: 'discouraged' };
    expect(optionsOf(ctx)).toMatchObject({ authenticatorSelection: selection });
    const strict = optionsOf(ctx.under({ factors: 2 }));
    expect(strict).toMatchObject({ authenticatorSelection: { userVerification: 'required' } });
  });

  test('excludes the keys that the user has, also by the AppID of those of the U2F time (FID-09)', async () => {
    const { device } = await enrolled();
    const appId = 'https://login.example.org/app-id.json';
    const { registrationData } = softAuthenticator({ attestation: 'fido-u2f' }).registerU2f(appId);
    const u2f = kind.adopt?.({ registrationData, appId }, context());
    const siblings = [device, ...(u2f === undefined ? [] : [u2f.state])];
    const asked = optionsOf({ ...context(), siblings });
    const ids = siblings.map(({ secret }) => secret.credential?.id);
    expect(ids).toHaveLength(2);
    expect((asked['excludeCredentials'] as { id: string }[]).map(({ id }) => id)).toEqual(ids);
    expect(asked['extensions']).toEqual({ credProps: true, appidExclude: appId });
  });
});

describe('an enrollment', () => {
  test.each([
    ['ES256', 'none'],
    ['EdDSA', 'none'],
    ['ES256', 'self'],
    ['EdDSA', 'self'],
    ['ES256', 'certified'],
    ['ES256', 'fido-u2f'],
  ] as const)(
    'of %s with attestation %s is accepted, and its next answer too (OSS-50)',
    async (algorithm, attestation) => {
      const { authenticator, device, ctx } = await enrolled({ algorithm, attestation });
      const userVerified = attestation !== 'fido-u2f';
      const verdict = await ask(device, authenticator, ctx);
      const counters = { signCount: 1, backupEligible: false, backedUp: false };
      expect(verdict).toEqual({
        accepted: true,
        next: { secret: device.secret, counters },
        method: { name: 'webauthn', kind: 'possession', at: noon, userVerified },
      });
      expect(kind.factors?.(device)).toBe(userVerified ? 2 : 1);
    },
  );

  test.each([
    ['an assertion', { type: 'webauthn.get' }, 'wrong'],
    ['another challenge', { challenge: 'AAAA' }, 'wrong'],
    ['another page', { origin: 'https://evil.example' }, 'wrong_origin'],
    ['another RP ID', { rpId: 'evil.example' }, 'wrong'],
    ['nobody there', { userPresent: false }, 'wrong'],
    ['a frame', { crossOrigin: true, topOrigin: 'https://evil.example' }, 'wrong_origin'],
    ['a frame that does not name itself', { crossOrigin: true }, 'wrong_origin'],
    ['a frame that says it is none', { topOrigin: 'https://evil.example' }, 'wrong_origin'],
  ] as const)('is refused with %s (FID-01, FID-02, FID-03, FID-04, FID-06)', async (_what, claims, reason) => {
    const { verdict } = await register(softAuthenticator(), context(), claims);
    expect(verdict).toEqual(refused(reason));
  });

  test('is refused without user verification where that is demanded (FID-06)', async () => {
    const weak = softAuthenticator({ userVerification: false });
    for (const ctx of [context().configured({ userVerification: 'required' }), context().under({ factors: 2 })]) {
      expect((await register(weak, ctx)).verdict).toEqual(refused('user_not_verified'));
      expect((await register(softAuthenticator(), ctx)).verdict.accepted).toBe(true);
    }
  });

  test('keeps no secret: everything about it may be told but the public key', async () => {
    const { device } = await enrolled({ attestation: 'self', aaguid: '01020304-0506-0708-0102-030405060708' });
    expect(kind.describe(device)).toEqual({
      credentialId: device.secret.credential?.id,
      aaguid: '01020304-0506-0708-0102-030405060708',
      attestation: 'packed',
      attested: false,
      transports: ['usb'],
      backupEligible: false,
      backedUp: false,
    });
    expect(kind.lookup?.(device)).toBe(device.secret.credential?.id);
    expect(kind).not.toHaveProperty('recognizes');
    expect(kind).not.toHaveProperty('contact');
  });
});

describe('a challenge', () => {
  test('asks for this one credential, and takes one answer, right or wrong (FID-01)', async () => {
    const { device, ctx } = await enrolled();
    const issued = kind.issue?.(device, ctx);
    expect(issued).toMatchObject({ attempts: 1 });
    expect(issued?.shown?.['publicKey']).toEqual({
      challenge: issued?.kept?.['challenge'],
      timeout: 300_000,
      rpId: 'localhost',
      allowCredentials: [{ id: device.secret.credential?.id, type: 'public-key', transports: ['usb'] }],
      userVerification: 'preferred',
    });
    expect(issued?.kept?.['challenge']).toMatch(/^[\w-]{43}$/);
  });

  test.each([
    ['a registration', { type: 'webauthn.create' }, 'wrong'],
    ['another challenge', { challenge: 'AAAA' }, 'wrong'],
    ['another RP ID', { rpId: 'login.localhost' }, 'wrong'],
    ['the parent of the RP ID', { rpId: 'host' }, 'wrong'],
    ['nobody there', { userPresent: false }, 'wrong'],
    ['the user handle of somebody else', { userHandle: 'Ym9i' }, 'wrong'],
    ['a credential that could be synced all of a sudden', { backup: 'eligible' }, 'wrong'],
    ['a frame', { crossOrigin: true, topOrigin: 'https://evil.example' }, 'wrong_origin'],
    ['a frame of its own', { crossOrigin: true, topOrigin: 'http://localhost:8300' }, 'wrong_origin'],
  ] as const)('is refused with %s (FID-01, FID-03, FID-04, FID-06, FID-07, FID-09)', async (_what, claims, reason) => {
    const { authenticator, device, ctx } = await enrolled();
    expect(await ask(device, authenticator, ctx, claims)).toEqual(refused(reason));
    expect((await ask(device, authenticator, ctx)).accepted).toBe(true);
  });

  test.each([
    'http://localhost:8301',
    'https://localhost:8300',
    'http://localhost',
    'http://localhost:8300/',
    'http://LOCALHOST:8300',
    'http://sub.localhost:8300',
    'http://localhost:8300.evil.example',
    'https://localhost.evil.example',
    'http://127.0.0.1:8300',
    'null',
    '',
    'android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('is refused from the page %j: origins are compared whole (FID-02)', async (origin) => {
    const { authenticator, device, ctx } = await enrolled();
    expect(await ask(device, authenticator, ctx, { origin })).toEqual(refused('wrong_origin'));
  });

  test('is answered from every configured origin, related ones too', async () => {
    const origins = ['https://login.example.org', 'https://login.example.net'];
    const ctx = context().configured({ rpId: 'example.org', origins });
    const { authenticator, device } = await enrolled({}, ctx, { origin: 'https://login.example.org' });
    for (const origin of origins) expect((await ask(device, authenticator, ctx, { origin })).accepted).toBe(true);
    const elsewhere = { origin: 'https://login.example.com' };
    expect(await ask(device, authenticator, ctx, elsewhere)).toEqual(refused('wrong_origin'));
  });

  test('is answered in the frame of a page that is allowed, and of no other (FID-17)', async () => {
    const ctx = context().configured({ topOrigins: ['https://app.example.org'] });
    const { authenticator, device } = await enrolled({}, ctx);
    const framed = (topOrigin: string) => ask(device, authenticator, ctx, { crossOrigin: true, topOrigin });
    expect((await framed('https://app.example.org')).accepted).toBe(true);
    expect(await framed('https://app.example.org:8443')).toEqual(refused('wrong_origin'));
    const contradiction = { crossOrigin: false, topOrigin: 'https://app.example.org' };
    expect(await ask(device, authenticator, ctx, contradiction)).toEqual(refused('wrong_origin'));
  });

  test('demands user verification in what is signed, not in what is said (FID-06)', async () => {
    const { authenticator, device, ctx } = await enrolled();
    const strict = ctx.under({ factors: 2 });
    const { kept, publicKey } = challenge(device, strict);
    expect(publicKey['userVerification']).toBe('required');
    const weak = authenticator.get(publicKey, { userVerified: false });
    expect(await check(device, kept, weak, strict)).toEqual(refused('user_not_verified'));
    // The bit set afterwards is not what was signed.
    const inner = weak['response'] as JsonObject;
    const data = Buffer.from(inner['authenticatorData'] as string, 'base64url');
    data.writeUInt8(data.readUInt8(32) | 0x04, 32);
    const forged = { ...weak, response: { ...inner, authenticatorData: data.toString('base64url') } };
    expect(await check(device, kept, forged, strict)).toEqual(refused('wrong'));
    expect(await ask(device, authenticator, strict)).toMatchObject({ method: { userVerified: true } });
    const relaxed = await ask(device, authenticator, ctx, { userVerified: false });
    expect(relaxed).toMatchObject({ accepted: true, method: { userVerified: false } });
  });

  test('is not passed by the key of another device under this name, nor by another device (FID-09)', async () => {
    const { authenticator, device, ctx } = await enrolled();
    const other = await enrolled();
    const [own] = authenticator.credentials;
    const [theirs] = other.authenticator.credentials;
    if (own === undefined || theirs === undefined) throw new Error('there is no credential');
    expect(await ask(device, other.authenticator, ctx, { credential: theirs })).toEqual(refused('wrong'));
    const disguised = { ...theirs, id: own.id };
    expect(await ask(device, other.authenticator, ctx, { credential: disguised })).toEqual(refused('wrong'));
  });
});

describe('the signature counter', () => {
  test.each([
    [5, 5, 'replayed'],
    [5, 4, 'replayed'],
    [5, 0, 'replayed'],
    [5, 6, 'accepted'],
    [0, 0, 'accepted'],
    [0, 1, 'accepted'],
    [0xffff_ffff, 0xffff_ffff, 'replayed'],
    [0xffff_fffe, 0xffff_ffff, 'accepted'],
  ])('that was %i and is %i now: %s (FID-08, INP-16)', async (stored, said, expected) => {
    const { authenticator, device, ctx } = await enrolled();
    const counted = { ...device, counters: { ...device.counters, signCount: stored } };
    const verdict = await ask(counted, authenticator, ctx, { signCount: said });
    expect(verdict.accepted ? 'accepted' : verdict.reason).toBe(expected);
  });

  test('is judged against the device as it is by now, not as it was when the signature was verified (FID-08)', async () => {
    const { authenticator, device, ctx } = await enrolled();
    const { kept, publicKey } = challenge(device, ctx);
    const answer = { response: authenticator.get(publicKey, { signCount: 7 }) };
    const { secret, counters } = device;
    const examined = await kind.examine?.({ state: { secret, counters }, kept, enrolling: false }, answer, ctx);
    const later = { ...device, counters: { ...counters, signCount: 8 } };
    expect(examined).toBeDefined();
    expect(kind.check(later, kept, { ...answer, ...(examined && { examined }) }, ctx)).toEqual(refused('replayed'));
    expect(kind.check(device, kept, { ...answer, ...(examined && { examined }) }, ctx).accepted).toBe(true);
  });
});

describe('the backup state', () => {
  test('is recorded with every answer, and whether there may be one never changes (FID-07)', async () => {
    const { authenticator, device, ctx } = await enrolled({ backup: 'eligible', counts: false });
    expect(device.counters).toEqual({ signCount: 0, backupEligible: true, backedUp: false });
    const synced = await ask(device, authenticator, ctx, { backup: 'done' });
    expect(synced).toMatchObject({ next: { counters: { backedUp: true } } });
    expect(await ask(device, authenticator, ctx, { backup: 'none' })).toEqual(refused('wrong'));
  });

  test('of a credential that is synced and cannot be is a contradiction (FID-07)', async () => {
    const { authenticator, device, ctx } = await enrolled();
    const { kept, publicKey } = challenge(device, ctx);
    const [credential] = authenticator.credentials;
    const right = authenticator.get(publicKey);
    const inner = right['response'] as Record<string, string>;
    const data = Buffer.from(inner['authenticatorData'] ?? '', 'base64url');
    data.writeUInt8((data.readUInt8(32) | 0x10) & ~0x08, 32);
    const hash = createHash('sha256')
      .update(Buffer.from(inner['clientDataJSON'] ?? '', 'base64url'))
      .digest();
    const signature = credential?.key.sign(Buffer.concat([data, hash])) ?? Buffer.alloc(0);
    const response = {
      ...inner,
      authenticatorData: data.toString('base64url'),
      signature: Buffer.from(signature).toString('base64url'),
    };
    expect(await check(device, kept, { ...right, response }, ctx)).toEqual(refused('wrong'));
  });
});

describe('what the browser says', () => {
  async function answeredWith(text: (json: string) => string | Buffer) {
    const { authenticator, device, ctx } = await enrolled();
    const { kept, publicKey } = challenge(device, ctx);
    const [credential] = authenticator.credentials;
    const right = authenticator.get(publicKey);
    const inner = right['response'] as Record<string, string>;
    const json = Buffer.from(inner['clientDataJSON'] ?? '', 'base64url').toString('utf8');
    const said = Buffer.from(text(json));
    const data = Buffer.from(inner['authenticatorData'] ?? '', 'base64url');
    const signed = Buffer.concat([data, createHash('sha256').update(said).digest()]);
    const signature = Buffer.from(credential?.key.sign(signed) ?? '').toString('base64url');
    const response = { ...inner, clientDataJSON: said.toString('base64url'), signature };
    const verdict = await check(device, kept, { ...right, response }, ctx);
    return verdict.accepted ? 'accepted' : verdict.reason;
  }

  test.each<[string, (json: string) => string | Buffer, string]>([
    ['with keys that nobody knows', (json) => json.replace('{', '{"extra":[1,{}],'), 'accepted'],
    ['with a byte order mark', (json) => `\ufeff${json}`, 'accepted'],
    ['with blanks around', (json) => `\n ${json} `, 'accepted'],
    ['with the challenge padded', (json) => json.replace(/("challenge":"[^"]+)/, '$1='), 'wrong'],
    ['with another challenge first', (json) => json.replace('{', '{"challenge":"AAAA",'), 'accepted'],
    ['with another challenge last', (json) => json.replace('}', ',"challenge":"AAAA"}'), 'wrong'],
    ['with another origin last', (json) => json.replace('}', ',"origin":"https://evil.example"}'), 'wrong_origin'],
    ['with something behind it', (json) => `${json}x`, 'malformed'],
    ['in UTF-16', (json) => Buffer.from(json, 'utf16le'), 'malformed'],
    ['that is not UTF-8', (json) => Buffer.concat([Buffer.from(json), Buffer.from([0xff])]), 'malformed'],
    ['that is a list', (json) => `[${json}]`, 'malformed'],
    ['that is too long', (json) => json.replace('{', `{"x":"${'x'.repeat(1_000_000)}",`), 'malformed'],
  ])('%s: is read once, as it was signed (FID-13)', async (_what, text, expected) => {
    expect(await answeredWith(text)).toBe(expected);
  });
});
