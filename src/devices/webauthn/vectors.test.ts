// The test vectors of W3C Web Authentication Level 3, through the kind.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { X509Certificate } from 'node:crypto';
import { noon } from '../kind-context.fixture.ts';
import { verifyRegistration } from './ceremony.ts';
import { check, confirm, context, type Device, kind, refused } from './webauthn.fixture.ts';

interface Vectors {
  rpId: string;
  origin: string;
  topOrigin: string;
  attestation_ca_cert: string;
  cases: Vector[];
}
interface Vector {
  name: string;
  registration: { challenge: string; credential_id: string; clientDataJSON: string; attestationObject: string };
  authentication: { challenge: string; clientDataJSON: string; authenticatorData: string; signature: string };
}

const path = new URL('../../../test/vectors/webauthn-l3.json', import.meta.url);
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors;
const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
const root = new X509Certificate(Buffer.from(vectors.attestation_ca_cert, 'hex')).toString();

const framed = { topOrigins: [vectors.topOrigin] };
const settings: Record<string, object> = {
  'none-es256-crossOrigin': framed,
  'none-es256-topOrigin': framed,
};

/** What cannot be enrolled, and what SimpleWebAuthn says about it. */
const notEnrolled: Record<string, { why: string; says: RegExp }> = {
  'packed-ed448': { why: 'nobody asks for Ed448, which cannot be verified', says: /Unexpected public key alg "-53"/ },
  'tpm-es256': { why: 'the maker of the TPM is not known to the TCG', says: /Could not match TPM manufacturer/ },
  'android-key-es256': { why: 'the chain does not end in a root of Google', says: /certificate path \(Android Key\)/ },
  'apple-es256': {
    why: 'the chain does not end in the root of Apple',
    says: /could not be chained to any specified trust anchor/,
  },
  'fido-u2f-es256': {
    why: 'a U2F key has no AAGUID (WebAuthn §8.6), and this one claims one',
    says: /AAGUID .* was not expected value/,
  },
};

function contextOf(name: string) {
  const { rpId, origin } = vectors;
  return context().configured({ rpId, origins: [origin], attestationRoots: [root], ...settings[name] });
}

function vectorOf(name: string): Vector {
  const vector = vectors.cases.find((candidate) => candidate.name === name);
  if (vector === undefined) throw new Error('there is no such vector');
  return vector;
}

function answersOf({ registration, authentication }: Vector) {
  const id = base64url(registration.credential_id);
  const credential = { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {} };
  const created = {
    clientDataJSON: base64url(registration.clientDataJSON),
    attestationObject: base64url(registration.attestationObject),
  };
  const got = {
    clientDataJSON: base64url(authentication.clientDataJSON),
    authenticatorData: base64url(authentication.authenticatorData),
    signature: base64url(authentication.signature),
  };
  return { created: { ...credential, response: created }, got: { ...credential, response: got } };
}

async function enroll(vector: Vector, ctx = contextOf(vector.name)) {
  const { state } = kind.prepare({}, ctx);
  const kept = { challenge: base64url(vector.registration.challenge) };
  return confirm({ state, kept }, { response: answersOf(vector).created }, ctx);
}

describe('the test vectors of WebAuthn Level 3', () => {
  const enrolling = vectors.cases.filter(({ name }) => notEnrolled[name] === undefined);

  test('are fifteen, of which these are taken', () => {
    expect(vectors.cases).toHaveLength(15);
    expect(enrolling.map(({ name }) => name)).toEqual([
      'none-es256',
      'packed-self-es256',
      'none-es256-crossOrigin',
      'none-es256-topOrigin',
      'none-es256-long-credential-id',
      'packed-es256',
      'packed-es384',
      'packed-es512',
      'packed-rs256',
      'packed-eddsa',
    ]);
  });

  test.each(enrolling)('$name is enrolled, and its assertion accepted (FID-11, FID-12)', async (vector) => {
    const ctx = contextOf(vector.name);
    const verdict = await enroll(vector);
    if (!verdict.accepted) throw new Error(verdict.reason);
    const certified = vector.name.startsWith('packed-') && vector.name !== 'packed-self-es256';
    expect(verdict.next.secret.credential).toMatchObject({
      id: base64url(vector.registration.credential_id),
      attested: certified,
    });
    const device: Device = { id: 'dev_1', ...verdict.next };
    const kept = { challenge: base64url(vector.authentication.challenge) };
    expect((await check(device, kept, answersOf(vector).got, ctx)).accepted).toBe(true);
    expect(await check(device, { challenge: 'another' }, answersOf(vector).got, ctx)).toEqual(refused('wrong'));
  });

  const refusing = Object.entries(notEnrolled).map(([name, reason]) => ({ name, ...reason }));
  test.each(refusing)('$name is refused: $why (FID-11, FID-14)', async ({ name, says }) => {
    const vector = vectorOf(name);
    expect(await enroll(vector)).toEqual(refused('wrong'));
    const { rpId, origin: only } = vectors;
    const challenge = base64url(vector.registration.challenge);
    const verified = verifyRegistration(
      answersOf(vector).created,
      { challenge, origins: [only], topOrigins: [], rpId },
      { roots: [root], now: noon },
    );
    await expect(verified).rejects.toThrow(says);
  });

  test.each(['none-es256-crossOrigin', 'none-es256-topOrigin'])(
    '%s is refused where the pages of others may not frame ours (FID-17)',
    async (name) => {
      const { rpId, origin } = vectors;
      const strict = context().configured({ rpId, origins: [origin] });
      expect(await enroll(vectorOf(name), strict)).toEqual(refused('wrong_origin'));
      const other = strict.configured({ rpId, origins: [origin], topOrigins: ['https://example.net'] });
      const named = name === 'none-es256-topOrigin';
      expect((await enroll(vectorOf(name), other)).accepted).toBe(!named);
    },
  );

  test('are enrolled as the credential that was signed for, or not at all, whatever byte of them is turned or cut off (FID-12)', async () => {
    const vector = vectorOf('packed-es256');
    const ctx = contextOf(vector.name);
    const kept = { challenge: base64url(vector.registration.challenge) };
    const { state } = kind.prepare({}, ctx);
    const { created } = answersOf(vector);
    const original = Buffer.from(created.response.attestationObject, 'base64url');
    const credentialOf = async (object: Buffer) => {
      const response = {
        ...created,
        response: { ...created.response, attestationObject: object.toString('base64url') },
      };
      const verdict = await confirm({ state, kept }, { response }, ctx);
      return verdict.accepted ? verdict.next.secret.credential : undefined;
    };
    const signed = await credentialOf(original);
    expect(signed).toMatchObject({ attested: true });
    for (let place = 0; place < original.length; place++) {
      const turned = Buffer.from(original);
      turned.writeUInt8(turned.readUInt8(place) ^ 0x04, place);
      // What nobody has signed, such as how the signature itself is written, may be turned; what it is about may not.
      const { id, publicKey, aaguid } = (await credentialOf(turned)) ?? signed ?? {};
      expect([place, id, publicKey, aaguid]).toEqual([place, signed?.id, signed?.publicKey, signed?.aaguid]);
      if (place % 16 !== 0) continue;
      expect([place, await credentialOf(original.subarray(0, place))]).toEqual([place, undefined]);
    }
  });

  test('are refused with any bit of what is signed turned (FID-12, FID-13)', async () => {
    const ctx = contextOf('none-es256');
    const vector = vectorOf('none-es256');
    const verdict = await enroll(vector);
    if (!verdict.accepted) throw new Error(verdict.reason);
    const device: Device = { id: 'dev_1', ...verdict.next };
    const kept = { challenge: base64url(vector.authentication.challenge) };
    const { got } = answersOf(vector);
    for (const name of ['authenticatorData', 'signature', 'clientDataJSON'] as const) {
      const bytes = Buffer.from(got.response[name], 'base64url');
      for (let place = 0; place < bytes.length; place++) {
        const turned = Buffer.from(bytes);
        turned.writeUInt8(turned.readUInt8(place) ^ 0x01, place);
        const response = { ...got, response: { ...got.response, [name]: turned.toString('base64url') } };
        expect([name, place, (await check(device, kept, response, ctx)).accepted]).toEqual([name, place, false]);
      }
    }
  });
});
