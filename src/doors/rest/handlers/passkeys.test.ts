import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { softAuthenticator, type SoftAuthenticatorOptions } from '../../../testing/index.ts';
import { contract } from '../contract/index.ts';
import { type RestFixture, restFixture } from '../rest.fixture.ts';

const { challenges, devices, enrollments, passkeys } = contract;
let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

async function enrollPasskey(user: string, options: SoftAuthenticatorOptions = {}) {
  const authenticator = softAuthenticator(options);
  const { body: begun } = await rest.call(enrollments.create, [], { body: { user } });
  const prepared = await rest.call(enrollments.prepare, [begun.id], { body: { kind: 'webauthn' } });
  const response = authenticator.create(prepared.body.shown.publicKey);
  const completed = await rest.call(enrollments.complete, [begun.id], { body: { response } });
  expect(completed).toMatchObject({ status: 200, body: { device: { kind: 'webauthn', name: 'Passkey' } } });
  return { authenticator, device: completed.body.device };
}

describe('passkeys', () => {
  it('are enrolled with what is shown, and answer a challenge with what it shows', async () => {
    const { authenticator, device } = await enrollPasskey('alice');
    expect(device.public).toMatchObject({ credentialId: authenticator.credentials[0]?.id, backedUp: false });
    const { body: challenge } = await rest.call(challenges.create, [], { body: { user: 'alice' } });
    expect(challenge).toMatchObject({ kind: 'webauthn', deviceId: device.id, attemptsLeft: 1 });
    const response = authenticator.get(challenge.shown.publicKey);
    const answered = await rest.call(challenges.answer, [challenge.id], { body: { response } });
    expect(answered.body).toMatchObject({ accepted: true, method: 'webauthn', challenge: { state: 'passed' } });
  });

  it('sign a user in who has not said who he is', async () => {
    const { authenticator, device } = await enrollPasskey('alice');
    const { status, body: asked } = await rest.call(passkeys.challenge);
    expect(status).toBe(201);
    expect(asked.publicKey).toMatchObject({ rpId: 'localhost', allowCredentials: [], userVerification: 'required' });
    const body = { ticket: asked.ticket, response: authenticator.get(asked.publicKey), context: { ip: '192.0.2.7' } };
    const answered = await rest.call(passkeys.answer, [], { body });
    expect(answered.body).toMatchObject({
      accepted: true,
      user: { name: 'alice' },
      device: { id: device.id },
      method: 'webauthn',
    });
    const again = await rest.call(passkeys.answer, [], { body });
    expect(again).toMatchObject({ status: 400, body: { code: 'ticket_invalid' } });
  });

  it('that nobody knows are refused as wrong answers are', async () => {
    const { authenticator } = await enrollPasskey('alice');
    const stranger = softAuthenticator();
    stranger.create({ rp: { id: 'localhost' }, user: { id: 'YWxpY2U' }, challenge: 'AAAA' });
    for (const [key, claims] of [
      [stranger, {}],
      [authenticator, { origin: 'https://evil.example' }],
    ] as const) {
      const { body: asked } = await rest.call(passkeys.challenge);
      const body = { ticket: asked.ticket, response: key.get(asked.publicKey, claims) };
      expect(await rest.call(passkeys.answer, [], { body })).toMatchObject({ status: 200, body: { accepted: false } });
    }
  });

  it('of a make that is denied are refused with a code', async () => {
    const aaguid = '01020304-0506-0708-0102-030405060708';
    await rest.close();
    rest = await restFixture({ policy: { authenticators: { deny: [aaguid] } } });
    const { body: begun } = await rest.call(enrollments.create, [], { body: { user: 'alice' } });
    const prepared = await rest.call(enrollments.prepare, [begun.id], { body: { kind: 'webauthn' } });
    const response = softAuthenticator({ attestation: 'self', aaguid }).create(prepared.body.shown.publicKey);
    const refused = await rest.call(enrollments.complete, [begun.id], { body: { response } });
    expect(refused).toMatchObject({ status: 403, body: { code: 'authenticator_not_allowed' } });
  });

  it('and keys of the U2F time are taken over by an integration (OSS-50)', async () => {
    const appId = 'https://login.example.org/app-id.json';
    const authenticator = softAuthenticator({ attestation: 'fido-u2f' });
    const { registrationData } = authenticator.registerU2f(appId);
    const options = { registrationData, appId, counter: 0 };
    const made = await rest.call(devices.create, [], { body: { user: 'alice', kind: 'webauthn', options } });
    expect(made.body.device).toMatchObject({ kind: 'webauthn', name: 'Security key', public: { appId } });
    const { body: challenge } = await rest.call(challenges.create, [], { body: { user: 'alice' } });
    const response = authenticator.get(challenge.shown.publicKey);
    expect(response['clientExtensionResults']).toEqual({ appid: true });
    const answered = await rest.call(challenges.answer, [challenge.id], { body: { response } });
    expect(answered.body).toMatchObject({ accepted: true });
  });
});
