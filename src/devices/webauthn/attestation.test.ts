import { SettingsService } from '@simplewebauthn/server';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import {
  type Cbor,
  type Claims,
  makeSoftCertificate,
  makeSoftKey,
  pemOf,
  softAuthenticator,
  type SoftAuthenticatorOptions,
  type SoftCredential,
  type SoftKey,
} from '../../testing/index.ts';
import { seededRandom } from '../kind-context.fixture.ts';
import { chainEndsIn } from './certificate-chain.ts';
import { ask, confirm, context, enrolled, kind, refused, register } from './webauthn.fixture.ts';

const random = seededRandom('makers');
const make = '01020304-0506-0708-0102-030405060708';
const other = '11111111-2222-4333-8444-555555555555';
const nobody = '00000000-0000-0000-0000-000000000000';

function makeMaker() {
  const key = makeSoftKey(random);
  const certificate = makeSoftCertificate({ key, commonName: 'Maker' });
  return { key, certificate, pem: pemOf(certificate) };
}

const maker = makeMaker();
const certified: SoftAuthenticatorOptions = { attestation: 'certified', aaguid: make, maker };
const believing = () => context().configured({ attestationRoots: [maker.pem] });
const notAllowed = { accepted: false, reason: 'not_allowed', refusal: 'authenticator_not_allowed' };

/**
 * Of a telephone, as anybody can make one: its certificate is about the new key and has the hash that is asked for, and names the address of
 * a list that a verifier is to fetch.
 */
const androidStatement: NonNullable<Claims['statement']> = (credential, authData, clientDataHash) =>
  android({ credential, authData, clientDataHash, namesList: true });

function android(of: {
  credential: SoftCredential;
  authData: Uint8Array;
  clientDataHash: Uint8Array;
  namesList: boolean;
  /** Vouches for the certificate. Default: the maker. */
  issuer?: { key: SoftKey; certificate: Uint8Array };
}): [string, Cbor] {
  const { credential, authData, clientDataHash, namesList, issuer = maker } = of;
  const der = (tag: number, ...content: Uint8Array[]) => {
    const bytes = Buffer.concat(content);
    return Buffer.concat([Buffer.from([tag, bytes.length]), bytes]);
  };
  const one = Buffer.from([1]);
  const [integer, level, list] = [der(0x02, one), der(0x0a, one), der(0x30)];
  const description = der(0x30, integer, level, integer, level, der(0x04, clientDataHash), der(0x04), list, list);
  const address = der(0x86, Buffer.from('http://169.254.169.254/latest'));
  const extensions = [
    { id: '2b06010401d679020111', value: description },
    ...(namesList ? [{ id: '551d1f', value: der(0x30, der(0x30, der(0xa0, der(0xa0, address)))) }] : []),
  ];
  const leaf = makeSoftCertificate({ key: credential.key, issuer, serial: 2, extensions });
  const x5c = issuer === maker ? [leaf, maker.certificate] : [leaf, issuer.certificate, maker.certificate];
  return [
    'android-key',
    new Map<string, Cbor>([
      ['alg', -7],
      ['sig', credential.key.sign(Buffer.concat([authData, clientDataHash]))],
      ['x5c', x5c],
    ]),
  ];
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a list of makes that are allowed', () => {
  const only = { authenticators: { allow: [make] } };

  test('asks for an attestation', () => {
    const asked = (ctx = context()) => kind.prepare({}, ctx).shown?.['publicKey'];
    expect(asked()).toMatchObject({ attestation: 'none' });
    for (const authenticators of [only.authenticators, { deny: [make] }]) {
      expect(asked(context().under({ authenticators }))).toMatchObject({ attestation: 'direct' });
    }
    const enterprise = context().configured({ attestation: 'enterprise' }).under(only);
    expect(asked(enterprise)).toMatchObject({ attestation: 'enterprise' });
  });

  test('admits a key whose maker vouches for it', async () => {
    const ctx = believing().under(only);
    const { authenticator, device } = await enrolled(certified, ctx);
    expect(device.secret.credential).toMatchObject({ aaguid: make, format: 'packed', attested: true });
    expect((await ask(device, authenticator, ctx)).accepted).toBe(true);
  });

  test.each<[string, SoftAuthenticatorOptions]>([
    ['another make', { ...certified, aaguid: other }],
    ['one that says nothing of itself', { attestation: 'none', aaguid: make }],
    ['one that vouches for itself', { attestation: 'self', aaguid: make }],
    ['one whose maker nobody knows', { ...certified, maker: makeMaker() }],
    ['a U2F key of a maker who is believed', { attestation: 'fido-u2f', maker }],
  ])('refuses %s, and says so', async (_what, options) => {
    expect((await register(softAuthenticator(options), believing().under(only))).verdict).toEqual(notAllowed);
  });

  describe('and a telephone, whose programs say of its make what they like', () => {
    const telephone = 'b93fd961-f2e6-462f-b122-82002247de78';
    const believeGoogle = () => vi.spyOn(SettingsService, 'getRootCertificates').mockReturnValue([maker.pem]);
    const claim = (
      aaguid: string,
      ctx: ReturnType<typeof context>,
      issuer?: { key: SoftKey; certificate: Uint8Array },
    ) =>
      register(softAuthenticator({ aaguid }), ctx.under({ authenticators: { allow: [make, telephone] } }), {
        statement: (credential, authData, clientDataHash) =>
          android({ credential, authData, clientDataHash, namesList: false, ...(issuer && { issuer }) }),
      });

    test('is let in as what it is', async () => {
      believeGoogle();
      expect((await claim(telephone, context())).verdict).toMatchObject({
        accepted: true,
        next: { secret: { credential: { format: 'android-key', attested: true } } },
      });
    });

    test.each([
      ['by Google', context],
      ['by an operator, too', believing],
    ])('is refused as another make, whose root is believed %s (FID-12)', async (_by, configured) => {
      believeGoogle();
      expect((await claim(make, configured())).verdict).toEqual(notAllowed);
    });

    test('is refused when one of its keys vouches for another key, as if it were a maker (FID-12)', async () => {
      believeGoogle();
      const key = makeSoftKey(random);
      const certificate = makeSoftCertificate({ key, issuer: maker, commonName: 'A key', serial: 3 });
      expect((await claim(telephone, context(), { key, certificate })).verdict).toEqual(notAllowed);
    });
  });

  test('refuses everybody as long as no maker is believed', async () => {
    expect((await register(softAuthenticator(certified), context().under(only))).verdict).toEqual(notAllowed);
  });

  test('can name keys without a make, those of U2F, of a maker who is believed', async () => {
    const ctx = believing().under({ authenticators: { allow: [nobody] } });
    const { device } = await enrolled({ attestation: 'fido-u2f', maker }, ctx);
    expect(device.secret.credential).toMatchObject({ aaguid: nobody, format: 'fido-u2f', attested: true });
    expect((await register(softAuthenticator({ attestation: 'none' }), ctx)).verdict).toEqual(notAllowed);
  });
});

describe('a list of makes that are denied', () => {
  test('refuses them at the enrollment, and every other one is let in', async () => {
    const ctx = context().under({ authenticators: { deny: [make] } });
    for (const attestation of ['certified', 'self', 'none'] as const) {
      const authenticator = softAuthenticator({ attestation, aaguid: make });
      expect((await register(authenticator, ctx)).verdict).toEqual(notAllowed);
    }
    expect((await register(softAuthenticator({ aaguid: other }), ctx)).verdict.accepted).toBe(true);
  });

  test('stops what was enrolled before: a make is denied when it is found to be weak', async () => {
    const { authenticator, device, ctx } = await enrolled(certified);
    expect(await ask(device, authenticator, ctx.under({ authenticators: { deny: [make] } }))).toEqual(
      refused('not_allowed'),
    );
    expect(await ask(device, authenticator, ctx.under({ authenticators: { allow: [make] } }))).toEqual(
      refused('not_allowed'),
    );
    expect((await ask(device, authenticator, ctx.under({ authenticators: { deny: [other] } }))).accepted).toBe(true);
  });
});

describe('an attestation', () => {
  test.each<[string, SoftAuthenticatorOptions]>([
    ['a certificate for another make', { ...certified, aaguid: make }],
    ['a signature of another key', { attestation: 'self' }],
  ])('with %s is refused whatever the policy says (FID-12)', async (what, options) => {
    const ctx = context();
    const { state, kept, shown } = kind.prepare({}, ctx);
    const authenticator = softAuthenticator(options);
    const response = authenticator.create(shown?.['publicKey'] as JsonObject);
    const inner = response['response'] as Record<string, string>;
    const object = Buffer.from(inner['attestationObject'] ?? '', 'base64url');
    // The make stands in the signed data behind the hash, the flags and the counter; the key's last byte at the very end.
    const place = what.startsWith('a certificate')
      ? object.indexOf(Buffer.from('authData')) + 10 + 37
      : object.length - 1;
    object.writeUInt8(object.readUInt8(place) ^ 1, place);
    const forged = { ...response, response: { ...inner, attestationObject: object.toString('base64url') } };
    expect(await confirm({ state, kept }, { response: forged }, ctx)).toEqual(refused('wrong'));
    expect((await confirm({ state, kept }, { response }, ctx)).accepted).toBe(true);
  });

  test('whose certificate names a list of revoked ones makes us ask nobody for it (OUT-01)', async () => {
    const fetched = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('nobody is asked'));
    const ctx = context();
    const { verdict } = await register(softAuthenticator(), ctx, { statement: androidStatement });
    expect(fetched).not.toHaveBeenCalled();
    expect(verdict).toMatchObject({
      accepted: true,
      next: { secret: { credential: { format: 'none', attested: false } } },
    });
  });

  test('of a format that nobody can verify here counts as none (FID-12)', async () => {
    for (const format of ['android-safetynet', 'compound', 'from-the-future']) {
      const { verdict } = await register(softAuthenticator(certified), believing(), {
        statement: () => [format, new Map()],
      });
      expect(verdict).toMatchObject({
        accepted: true,
        next: { secret: { credential: { format: 'none', attested: false } } },
      });
      const strict = believing().under({ authenticators: { allow: [make] } });
      expect(
        (await register(softAuthenticator(certified), strict, { statement: () => [format, new Map()] })).verdict,
      ).toEqual(notAllowed);
    }
  });
});

describe('a chain of certificates', () => {
  const now = Date.parse('2026-01-01');
  const key = makeSoftKey(random);
  const leaf = makeSoftCertificate({ key, issuer: maker, serial: 2 });

  test('is believed when it ends in a root, or is one', () => {
    expect(chainEndsIn([leaf], [maker.pem], now)).toBe(true);
    expect(chainEndsIn([leaf, maker.certificate], [maker.pem], now)).toBe(true);
    expect(chainEndsIn([leaf], [pemOf(leaf)], now)).toBe(true);
  });

  test('is not believed otherwise', () => {
    const stranger = makeMaker();
    const byLeaf = makeSoftCertificate({ key: makeSoftKey(random), issuer: { key, certificate: leaf }, serial: 3 });
    expect(chainEndsIn([], [maker.pem], now)).toBe(false);
    expect(chainEndsIn([leaf], [], now)).toBe(false);
    expect(chainEndsIn([leaf], [stranger.pem], now)).toBe(false);
    expect(chainEndsIn([leaf, stranger.certificate], [stranger.pem], now)).toBe(false);
    // A batch certificate is no authority: it must not vouch for another one.
    expect(chainEndsIn([byLeaf, leaf], [maker.pem], now)).toBe(false);
    expect(chainEndsIn([leaf], [maker.pem], Date.parse('2019-12-31'))).toBe(false);
    expect(chainEndsIn([leaf], [maker.pem], Date.parse('2130-01-01'))).toBe(false);
    expect(chainEndsIn([Buffer.from('nonsense')], [maker.pem], now)).toBe(false);
  });
});
