import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../src/core/model.ts';
import type { Answer } from '../../src/devices/index.ts';
import {
  type Claims,
  makeSoftKey,
  softAuthenticator,
  type SoftAuthenticatorOptions,
  type SoftCredential,
} from '../../src/testing/index.ts';
import { type Asked, type KindUnderTest, present } from './kind-under-test.fixture.ts';

const systemBytes = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

/** A passkey or key of this make, in a browser that does what its user wants, whatever was asked for. */
function row(title: string, options: SoftAuthenticatorOptions, settings: JsonObject = {}): KindUnderTest {
  return {
    title,
    kind: 'webauthn',
    answers: 'response',
    verifies: false,
    unique: true,
    settings,
    make() {
      const authenticator = softAuthenticator(options);
      const asOwn = ({ shown }: Asked) => present(shown?.['publicKey'], 'question') as JsonObject;
      const own = () => present(authenticator.credentials[0], 'credential');
      const create = (asked: Asked, claims: Claims = {}): Answer => {
        const [credential] = authenticator.credentials;
        return { response: authenticator.create(asOwn(asked), { ...claims, ...(credential && { credential }) }) };
      };
      const signatures: string[] = [];
      const get = (asked: Asked, claims: Claims = {}): Answer => {
        const response = authenticator.get(asOwn(asked), { credential: own(), ...claims });
        signatures.push((response['response'] as JsonObject)['signature'] as string);
        return { response };
      };
      const elsewhere = (number: number) => Buffer.alloc(32, number + 1).toString('base64url');
      return {
        options: {},
        confirm: (asked) => create(asked),
        confirmWrong: (asked, number) => create(asked, { challenge: elsewhere(number) }),
        answer: (asked) => get(asked),
        wrong: (asked, number) => get(asked, { challenge: elsewhere(number) }),
        forgeries: (asked) => {
          const strange: SoftCredential = { ...own(), key: makeSoftKey(systemBytes) };
          const other: SoftCredential = { ...strange, id: elsewhere(7) };
          const { response } = get(asked) as { response: JsonObject };
          const inner = response['response'] as JsonObject;
          const turned = Buffer.from(inner['signature'] as string, 'base64url');
          turned.writeUInt8(turned.readUInt8(turned.length - 1) ^ 1, turned.length - 1);
          return {
            'the signature of another key': get(asked, { credential: strange }),
            'another credential': get(asked, { credential: other }),
            'another page': get(asked, { origin: 'http://localhost:8301' }),
            'a page in a frame of somebody else': get(asked, { crossOrigin: true, topOrigin: 'https://evil.example' }),
            'another RP ID': get(asked, { rpId: 'evil.example' }),
            'a registration': get(asked, { type: 'webauthn.create' }),
            'nobody who touches it': get(asked, { userPresent: false }),
            'the user handle of somebody else': get(asked, { userHandle: elsewhere(9) }),
            'a credential that has become synced': get(asked, {
              backup: options.backup === undefined ? 'done' : 'none',
            }),
            'a signature with one bit turned': {
              response: { ...response, response: { ...inner, signature: turned.toString('base64url') } },
            },
            'another raw id': { response: { ...response, rawId: elsewhere(8) } },
            'no signature': { response: { ...response, response: { ...inner, signature: '' } } },
          };
        },
        secrets: () => {
          const jwk = own().key.privateKey.export({ format: 'jwk' });
          return [Buffer.from(jwk.d ?? '', 'base64url'), ...signatures];
        },
      };
    },
  };
}

/** Passkeys and security keys, each as another browser and another maker make them. */
export const webauthn: readonly KindUnderTest[] = [
  row('webauthn (a synced passkey)', { counts: false, backup: 'done' }, { userVerification: 'required' }),
  row('webauthn (a security key)', { algorithm: 'EdDSA', attestation: 'self', userVerification: false }),
  row('webauthn (a U2F key)', { attestation: 'fido-u2f' }, { attestation: 'direct' }),
];
