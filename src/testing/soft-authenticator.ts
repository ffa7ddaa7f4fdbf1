import { hash } from 'node:crypto';
import { systemRandom } from '../core/random.ts';
import { type Cbor, encodeCbor } from './cbor.ts';
import type {
  Claims,
  CreationOptions,
  RequestOptions,
  SoftAuthenticator,
  SoftAuthenticatorOptions,
  SoftCredential,
} from './soft-authenticator-options.ts';
import { makeSoftCertificate } from './soft-certificate.ts';
import { makeSoftKey, pointOf, type SoftKey } from './soft-key.ts';

const flag = { present: 0x01, verified: 0x04, eligible: 0x08, backedUp: 0x10, attested: 0x40 };

const base64url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Uint8Array) => hash('sha256', data, 'buffer');

/** A passkey or security key for tests: it does what a real one does, and with {@link Claims} what none should. */
export function softAuthenticator(options: SoftAuthenticatorOptions = {}): SoftAuthenticator {
  const { algorithm, attestation = 'none', random = systemRandom, counts = true } = options;
  const isU2f = attestation === 'fido-u2f';
  const { userVerification = !isU2f, aaguid = '00000000-0000-0000-0000-000000000000' } = options;
  const credentials: SoftCredential[] = [];
  const appIds = new Map<string, string>();
  let batch: { key: SoftKey; certificate: Uint8Array } | undefined;

  function batchCertificate() {
    const key = makeSoftKey(random);
    const makerKey = makeSoftKey(random);
    const maker = options.maker ?? { key: makerKey, certificate: makeSoftCertificate({ key: makerKey }) };
    const make = isU2f ? {} : { aaguid };
    batch ??= { key, certificate: makeSoftCertificate({ key, issuer: maker, serial: 2, ...make }) };
    return batch;
  }

  function makeCredential(userHandle: string | undefined): SoftCredential {
    const key = makeSoftKey(random, isU2f ? 'ES256' : algorithm);
    const credential = { id: base64url(random.bytes(32)), key, userHandle, signCount: 0 };
    credentials.push(credential);
    return credential;
  }

  /** Authenticator data (WebAuthn §6.1). */
  function authenticatorData(rpId: string, signCount: number, claims: Claims, attested?: Uint8Array): Buffer {
    const backup = claims.backup ?? options.backup;
    const flags =
      ((claims.userPresent ?? true) ? flag.present : 0) |
      ((claims.userVerified ?? userVerification) ? flag.verified : 0) |
      (backup === 'eligible' || backup === 'done' ? flag.eligible : 0) |
      (backup === 'done' ? flag.backedUp : 0) |
      (attested === undefined ? 0 : flag.attested);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(claims.signCount ?? signCount);
    return Buffer.concat([sha256(claims.rpId ?? rpId), Buffer.from([flags]), counter, attested ?? Buffer.alloc(0)]);
  }

  /** Attestation statement (WebAuthn §8.2, §8.6). */
  function statement(credential: SoftCredential, authData: Buffer, clientDataHash: Buffer): [string, Cbor] {
    const signed = Buffer.concat([authData, clientDataHash]);
    const { key } = credential;
    if (attestation === 'none') return ['none', new Map()];
    if (attestation === 'self') {
      const alg = key.algorithm === 'ES256' ? -7 : -8;
      return [
        'packed',
        new Map<string, Cbor>([
          ['alg', alg],
          ['sig', key.sign(signed)],
        ]),
      ];
    }
    const maker = batchCertificate();
    const x5c = [maker.certificate];
    if (attestation === 'certified') {
      return [
        'packed',
        new Map<string, Cbor>([
          ['alg', -7],
          ['sig', maker.key.sign(signed)],
          ['x5c', x5c],
        ]),
      ];
    }
    const id = Buffer.from(credential.id, 'base64url');
    const message = Buffer.concat([Buffer.from([0]), authData.subarray(0, 32), clientDataHash, id, pointOf(key)]);
    return [
      'fido-u2f',
      new Map<string, Cbor>([
        ['sig', maker.key.sign(message)],
        ['x5c', x5c],
      ]),
    ];
  }

  function clientData(type: string, challenge: unknown, claims: Claims): Buffer {
    const { origin = 'http://localhost:8300', crossOrigin = false, topOrigin } = claims;
    const said = { type: claims.type ?? type, challenge: claims.challenge ?? challenge, origin, crossOrigin };
    return Buffer.from(JSON.stringify({ ...said, ...(topOrigin === undefined ? {} : { topOrigin }) }));
  }

  return {
    credentials,
    create(asked, claims = {}) {
      const { rp, user, challenge, excludeCredentials } = asked as unknown as CreationOptions; // what the kind has made
      const isOther = claims.credential === undefined;
      if (isOther && excludeCredentials?.some(({ id }) => credentials.some((own) => own.id === id)) === true) {
        throw new Error('InvalidStateError: the authenticator has a credential for this already');
      }
      const credential = claims.credential ?? makeCredential(user.id);
      const id = Buffer.from(credential.id, 'base64url');
      const length = Buffer.from([id.length >> 8, id.length & 0xff]);
      const make = Buffer.from(aaguid.replaceAll('-', ''), 'hex');
      const attested = Buffer.concat([make, length, id, credential.key.cose]);
      const authData = authenticatorData(rp.id, 0, claims, attested);
      const data = clientData('webauthn.create', challenge, claims);
      const [fmt, attStmt] = (claims.statement ?? statement)(credential, authData, sha256(data));
      const object = encodeCbor(
        new Map<string, Cbor>([
          ['fmt', fmt],
          ['attStmt', attStmt],
          ['authData', authData],
        ]),
      );
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON: base64url(data), attestationObject: base64url(object), transports: ['usb'] },
      };
    },
    get(asked, claims = {}) {
      const { rpId, challenge, allowCredentials = [], extensions } = asked as unknown as RequestOptions; // what the kind has made
      const isAskedFor = ({ id }: SoftCredential) =>
        allowCredentials.length === 0 || allowCredentials.some((allowed) => allowed.id === id);
      const credential = claims.credential ?? credentials.find(isAskedFor);
      if (credential === undefined) throw new Error('NotAllowedError: there is no credential that is asked for');
      const ownAppId = appIds.get(credential.id);
      const usesAppId = ownAppId !== undefined && ownAppId === extensions?.appid;
      if (counts) credential.signCount++;
      const { signCount } = credential;
      const authData = authenticatorData(usesAppId ? ownAppId : (rpId ?? ''), counts ? signCount : 0, claims);
      const data = clientData('webauthn.get', challenge, claims);
      const handle = claims.userHandle === undefined ? (isU2f ? null : credential.userHandle) : claims.userHandle;
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        clientExtensionResults: extensions?.appid === undefined ? {} : { appid: usesAppId },
        response: {
          clientDataJSON: base64url(data),
          authenticatorData: base64url(authData),
          signature: base64url(credential.key.sign(Buffer.concat([authData, sha256(data)]))),
          ...(handle === undefined || handle === null ? {} : { userHandle: handle }),
        },
      };
    },
    registerU2f(appId) {
      const credential = makeCredential(undefined);
      appIds.set(credential.id, appId);
      const keyHandle = Buffer.from(credential.id, 'base64url');
      const point = pointOf(credential.key);
      const maker = batchCertificate();
      // FIDO U2F Raw Message Formats §4.3; the challenge parameter is what the caller has drawn.
      const challenge = sha256(random.bytes(32));
      const signed = Buffer.concat([Buffer.from([0]), sha256(appId), challenge, keyHandle, point]);
      const parts = [Buffer.from([5]), point, Buffer.from([keyHandle.length]), keyHandle, maker.certificate];
      const registrationData = base64url(Buffer.concat([...parts, maker.key.sign(signed)]));
      return { registrationData, keyHandle: credential.id, publicKey: base64url(point) };
    },
  };
}
