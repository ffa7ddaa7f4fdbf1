import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../core/model.ts';
import { systemRandom } from '../core/random.ts';
import {
  type Claims,
  makeSoftKey,
  softAuthenticator,
  type SoftAuthenticator,
  type SoftAuthenticatorOptions,
} from '../testing/index.ts';
import {
  accepts,
  auditOf,
  codeOf,
  type Enrolling,
  enrollTotp,
  expectRefusal,
  openTestEngine,
  race,
} from './enrolled.fixture.ts';
import type { IntegrationCaller, Outcome } from './index.ts';

interface Owner {
  name: string;
  userId: string;
  deviceId: string;
  authenticator: SoftAuthenticator;
}

/** Enrolls a passkey: the authenticator keeps it, with its user. */
async function enrollPasskey(
  t: Enrolling,
  user: string,
  options: SoftAuthenticatorOptions = {},
  caller = t.caller,
): Promise<Owner> {
  const authenticator = softAuthenticator(options);
  const { id } = await t.engine.enrollments.begin(caller, { user });
  const { shown } = await t.engine.enrollments.prepare(caller, id, { kind: 'webauthn' });
  const response = authenticator.create(shown?.['publicKey'] as JsonObject);
  const completed = await t.engine.enrollments.complete(caller, id, { response });
  if (!completed.accepted) throw new Error('the enrollment was refused');
  return {
    name: user,
    userId: completed.user?.id ?? '',
    deviceId: completed.device?.id ?? '',
    authenticator,
  };
}

async function signIn(t: Enrolling, { authenticator }: Owner, caller = t.caller): Promise<Outcome> {
  const { ticket, publicKey } = await t.engine.passkeys.begin(caller);
  return t.engine.passkeys.finish(caller, { ticket, response: authenticator.get(publicKey) });
}

async function otherIntegration(t: Awaited<ReturnType<typeof openTestEngine>>, realm: 'shared' | 'own') {
  const options = { name: `Other ${realm}`, realm };
  const { integration } = await t.engine.integrations.create({ ...t.system, tenant: t.tenant }, options);
  return { ...t.caller, integration } satisfies IntegrationCaller;
}

describe('sign-in with a passkey', () => {
  test('needs no user name, and proves the user and his presence', async () => {
    const t = await openTestEngine({ policy: { factors: 2 } });
    const alice = await enrollPasskey(t, 'alice');
    await enrollPasskey(t, 'bob');
    const begun = await t.engine.passkeys.begin(t.caller);
    expect(begun).toMatchObject({ expiresAt: t.clock.now() + 300_000 });
    expect(begun.publicKey).toMatchObject({ rpId: 'localhost', allowCredentials: [], userVerification: 'required' });
    expect(await signIn(t, alice)).toMatchObject({
      accepted: true,
      user: { id: alice.userId, name: 'alice' },
      device: { id: alice.deviceId, lastUsedAt: t.clock.now() },
      method: { name: 'webauthn', kind: 'possession', userVerified: true, deviceId: alice.deviceId },
      auditId: expect.any(String) as string,
    });
    const rows = await auditOf(t, 'passkey.answered');
    expect(rows).toMatchObject([{ outcome: 'accepted', userId: alice.userId, deviceId: alice.deviceId }]);
  });

  test('takes a ticket once, with a right answer or a wrong one (FID-01)', async () => {
    const t = await openTestEngine();
    const { authenticator } = await enrollPasskey(t, 'alice', { counts: false });
    const first = await t.engine.passkeys.begin(t.caller);
    const response = authenticator.get(first.publicKey);
    expect(await t.engine.passkeys.finish(t.caller, { ticket: first.ticket, response })).toMatchObject({
      accepted: true,
    });
    await expectRefusal(t.engine.passkeys.finish(t.caller, { ticket: first.ticket, response }), 'ticket_invalid');
    const second = await t.engine.passkeys.begin(t.caller);
    // An answer to another ticket is wrong, and has used up this one.
    expect(await t.engine.passkeys.finish(t.caller, { ticket: second.ticket, response })).toEqual({ accepted: false });
    const right = authenticator.get(second.publicKey);
    await expectRefusal(
      t.engine.passkeys.finish(t.caller, { ticket: second.ticket, response: right }),
      'ticket_invalid',
    );
    const reasons = (await auditOf(t, 'passkey.answered')).map(({ reason }) => reason);
    expect(reasons).toEqual([undefined, 'replayed', 'wrong', 'replayed']);
  });

  test('has one acceptance of fifty answers at once to one ticket, whether the passkey counts or not (FID-01, FID-08)', async () => {
    const t = await openTestEngine();
    for (const counts of [false, true]) {
      const { authenticator } = await enrollPasskey(t, `user ${String(counts)}`, { counts });
      const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
      const response = authenticator.get(publicKey);
      const attempts = Array.from({ length: 50 }, () => () => t.engine.passkeys.finish(t.caller, { ticket, response }));
      const { accepted, refused, errors } = await race(attempts);
      expect([accepted, refused, new Set(errors), errors.length]).toEqual([1, 0, new Set(['ticket_invalid']), 49]);
    }
    const rows = await auditOf(t, 'passkey.answered');
    expect(rows.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(2);
  });

  test('lets no counter be used twice by tickets that are answered at once (FID-08)', async () => {
    const t = await openTestEngine();
    const { authenticator } = await enrollPasskey(t, 'alice');
    const tickets = await Promise.all(Array.from({ length: 10 }, () => t.engine.passkeys.begin(t.caller)));
    const answers = tickets.map(({ ticket, publicKey }) => ({
      ticket,
      response: authenticator.get(publicKey, { signCount: 7 }),
    }));
    const { accepted, refused } = await race(answers.map((answer) => () => t.engine.passkeys.finish(t.caller, answer)));
    expect([accepted, refused]).toEqual([1, 9]);
  });

  test('demands user verification, whatever is configured (FID-06)', async () => {
    const t = await openTestEngine({ serverKinds: { webauthn: { userVerification: 'discouraged' } } });
    const { authenticator } = await enrollPasskey(t, 'alice');
    const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
    const response = authenticator.get(publicKey, { userVerified: false });
    expect(await t.engine.passkeys.finish(t.caller, { ticket, response })).toEqual({ accepted: false });
    expect((await auditOf(t, 'passkey.answered'))[0]).toMatchObject({
      outcome: 'refused',
      reason: 'user_not_verified',
    });
  });

  test('demands that the passkey names the user whose it is (FID-09)', async () => {
    const t = await openTestEngine();
    const alice = await enrollPasskey(t, 'alice');
    const bob = await enrollPasskey(t, 'bob');
    const [hers] = alice.authenticator.credentials;
    for (const userHandle of [null, bob.authenticator.credentials[0]?.userHandle ?? '']) {
      const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
      const response = alice.authenticator.get(publicKey, { userHandle });
      expect(await t.engine.passkeys.finish(t.caller, { ticket, response })).toEqual({ accepted: false });
    }
    // The credential of one and the key of the other.
    const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
    const [his] = bob.authenticator.credentials;
    if (hers === undefined || his === undefined) throw new Error('there is no credential');
    const response = bob.authenticator.get(publicKey, { credential: { ...his, id: hers.id } });
    expect(await t.engine.passkeys.finish(t.caller, { ticket, response })).toEqual({ accepted: false });
    expect(await signIn(t, alice)).toMatchObject({ accepted: true, user: { name: 'alice' } });
  });

  test('does not take an answer to a challenge, nor a challenge an answer to it (FID-01)', async () => {
    const t = await openTestEngine();
    const { authenticator } = await enrollPasskey(t, 'alice');
    const challenge = await t.engine.challenges.issue(t.caller, { user: 'alice' });
    const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
    const asked = authenticator.get(challenge.shown?.['publicKey'] as JsonObject);
    const anyone = authenticator.get(publicKey);
    expect(await t.engine.passkeys.finish(t.caller, { ticket, response: asked })).toEqual({ accepted: false });
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { response: anyone });
    expect(outcome).toEqual({ accepted: false });
  });

  test('tells a stranger nothing: an unknown passkey is refused as a wrong answer (ENM-01)', async () => {
    const t = await openTestEngine();
    const { authenticator } = await enrollPasskey(t, 'alice');
    const stranger = softAuthenticator();
    const made = await t.engine.enrollments.begin(t.caller, { user: 'mallory' });
    const { shown } = await t.engine.enrollments.prepare(t.caller, made.id, { kind: 'webauthn' });
    stranger.create(shown?.['publicKey'] as JsonObject);
    for (const response of [
      stranger.get((await t.engine.passkeys.begin(t.caller)).publicKey),
      authenticator.get((await t.engine.passkeys.begin(t.caller)).publicKey, { origin: 'https://evil.example' }),
      {},
      null,
      'text',
      { id: 'x' },
    ]) {
      const { ticket } = await t.engine.passkeys.begin(t.caller);
      expect(await t.engine.passkeys.finish(t.caller, { ticket, response })).toEqual({ accepted: false });
    }
  });

  test.each(['unknown', 'known'])('costs guesses, of an %s passkey too (BF-02)', async (whose) => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 3 } } });
    const { authenticator } = await enrollPasskey(t, 'alice');
    const [own] = authenticator.credentials;
    if (own === undefined) throw new Error('there is no credential');
    const credential = whose === 'known' ? own : { ...own, id: 'a'.repeat(43) };
    const wrong = async () => {
      const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
      const response = authenticator.get(publicKey, { credential, challenge: 'AAAA' });
      return t.engine.passkeys.finish(t.caller, { ticket, response }).then(({ accepted }) => accepted, codeOf);
    };
    expect([await wrong(), await wrong(), await wrong()]).toEqual([false, false, false]);
    expect(await wrong()).toBe('too_many_attempts');
    const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
    const right = t.engine.passkeys.finish(t.caller, { ticket, response: authenticator.get(publicKey) });
    const fate = await right.then(({ accepted }) => accepted, codeOf);
    expect(fate).toBe(whose === 'known' ? 'too_many_attempts' : true);
  });

  test('lets nobody who only knows the name of a passkey lock the other devices of its user (BF-12)', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 3 } } });
    const app = await enrollTotp(t, 'alice');
    const { authenticator, userId } = await enrollPasskey(t, 'alice');
    const answer = async (claims: Claims = {}) => {
      const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
      const response = authenticator.get(publicKey, claims);
      return t.engine.passkeys.finish(t.caller, { ticket, response }).then(({ accepted }) => accepted, codeOf);
    };
    for (let guess = 0; guess < 4; guess++) await answer({ challenge: 'AAAA' });
    expect(await answer()).toBe('too_many_attempts');
    expect(await accepts(t, 'alice', app.code())).toBe(true);
    // An administrator opens this way again, too; and who is locked by guesses at his devices is locked here.
    await t.engine.users.unlock(t.caller, userId);
    expect(await answer()).toBe(true);
    for (let guess = 0; guess < 3; guess++) await accepts(t, 'alice', app.wrong());
    expect(await answer()).toBe('too_many_attempts');
  });

  test('has a ticket for one integration, for a time, that nobody can alter (TEN-02)', async () => {
    const t = await openTestEngine();
    const { authenticator } = await enrollPasskey(t, 'alice');
    const { ticket, publicKey } = await t.engine.passkeys.begin(t.caller);
    const response = authenticator.get(publicKey);
    const other = await otherIntegration(t, 'shared');
    await expectRefusal(t.engine.passkeys.finish(other, { ticket, response }), 'ticket_invalid');
    const altered = `${ticket.slice(0, -2)}${ticket.endsWith('AA') ? 'BB' : 'AA'}`;
    for (const forged of [altered, '', 'x', ticket.slice(1), `${ticket}A`])
      await expectRefusal(t.engine.passkeys.finish(t.caller, { ticket: forged, response }), 'ticket_invalid');
    t.clock.advance(300_000);
    await expectRefusal(t.engine.passkeys.finish(t.caller, { ticket, response }), 'ticket_invalid');
  });

  test('finds nobody of another realm or tenant (TEN-01, TEN-04)', async () => {
    const t = await openTestEngine();
    const alice = await enrollPasskey(t, 'alice');
    const apart = await otherIntegration(t, 'own');
    expect(await signIn(t, alice, apart)).toEqual({ accepted: false });
    const { tenant } = await t.engine.tenants.create(t.system, { name: 'Elsewhere' });
    const { integration } = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name: 'Theirs' });
    const foreign = { ...t.caller, tenant: tenant.id, integration };
    expect(await signIn(t, alice, foreign)).toEqual({ accepted: false });
    expect(await signIn(t, alice)).toMatchObject({ accepted: true });
  });

  test('lets nobody in who may not: device suspended or removed, user inactive, kind not allowed (FLW-18)', async () => {
    const t = await openTestEngine();
    const alice = await enrollPasskey(t, 'alice');
    await t.engine.devices.setStatus(t.caller, alice.deviceId, 'suspended');
    expect(await signIn(t, alice)).toEqual({ accepted: false });
    await t.engine.devices.setStatus(t.caller, alice.deviceId, 'active');
    expect(await signIn(t, alice)).toMatchObject({ accepted: true });
    await t.engine.users.setStatus(t.caller, alice.userId, 'inactive');
    expect(await signIn(t, alice)).toEqual({ accepted: false });
    await t.engine.users.setStatus(t.caller, alice.userId, 'active');
    const admin = { ...t.system, tenant: t.tenant };
    const strict = await t.engine.integrations.update(admin, t.integration.id, { policy: { allowedKinds: ['totp'] } });
    await expectRefusal(t.engine.passkeys.begin({ ...t.caller, integration: strict }), 'kind_not_allowed');
    await t.engine.devices.remove(t.caller, alice.deviceId);
    expect(await signIn(t, alice)).toEqual({ accepted: false });
  });
});

describe('a passkey', () => {
  test('is a device of one user once: again, by him or by somebody else, it is refused (FID-09)', async () => {
    const t = await openTestEngine();
    const { authenticator } = await enrollPasskey(t, 'alice');
    const [credential] = authenticator.credentials;
    for (const user of ['alice', 'bob']) {
      const { id } = await t.engine.enrollments.begin(t.caller, { user });
      const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'webauthn' });
      const publicKey = shown?.['publicKey'] as JsonObject;
      expect(publicKey['excludeCredentials']).toHaveLength(user === 'alice' ? 1 : 0);
      const response = authenticator.create(publicKey, credential === undefined ? {} : { credential });
      await expectRefusal(t.engine.enrollments.complete(t.caller, id, { response }), 'already_exists');
    }
    const taken = {
      credentialId: credential?.id ?? '',
      publicKey: Buffer.from(credential?.key.cose ?? '').toString('base64url'),
    };
    const devices = [{ kind: 'webauthn', options: taken }];
    await expectRefusal(t.engine.devices.provision(t.caller, { user: 'bob', devices }), 'already_exists');
  });

  test('of a make that the policy denies is refused by name, and the attempt is spent', async () => {
    const aaguid = '01020304-0506-0708-0102-030405060708';
    const t = await openTestEngine({ policy: { authenticators: { deny: [aaguid] } } });
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'alice' });
    const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'webauthn' });
    expect(shown?.['publicKey']).toMatchObject({ attestation: 'direct' });
    const denied = softAuthenticator({ attestation: 'self', aaguid }).create(shown?.['publicKey'] as JsonObject);
    await expectRefusal(t.engine.enrollments.complete(t.caller, id, { response: denied }), 'authenticator_not_allowed');
    expect(await t.engine.enrollments.get(t.caller, id)).toMatchObject({ state: 'prepared', attemptsLeft: 4 });
    const [row] = await auditOf(t, 'enrollment.answered');
    expect(row).toMatchObject({ outcome: 'refused', reason: 'not_allowed' });
    const allowed = softAuthenticator().create(shown?.['publicKey'] as JsonObject);
    expect((await t.engine.enrollments.complete(t.caller, id, { response: allowed })).accepted).toBe(true);
  });

  test('that is enrolled by ten at the same time is the device of one (FID-09)', async () => {
    const t = await openTestEngine();
    const authenticator = softAuthenticator();
    const attempts: (() => Promise<string>)[] = [];
    for (let index = 0; index < 10; index++) {
      const { id } = await t.engine.enrollments.begin(t.caller, { user: `user ${index}` });
      const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'webauthn' });
      const [credential] = authenticator.credentials;
      const response = authenticator.create(shown?.['publicKey'] as JsonObject, credential && { credential });
      attempts.push(() => t.engine.enrollments.complete(t.caller, id, { response }).then(() => 'completed', codeOf));
    }
    const fates = await Promise.all(attempts.map((attempt) => attempt()));
    expect(fates.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'already_exists'), 'completed']);
  });

  test('is one of fifty devices of a user at most (FID-16)', async () => {
    const t = await openTestEngine();
    const key = Buffer.from(makeSoftKey(systemRandom).cose).toString('base64url');
    const devices = Array.from({ length: 49 }, (_, index) => ({
      kind: 'webauthn',
      options: { credentialId: `key${index}`, publicKey: key },
    }));
    await t.engine.devices.provision(t.caller, { user: 'alice', devices });
    await enrollPasskey(t, 'alice');
    await expect(enrollPasskey(t, 'alice')).rejects.toMatchObject({ code: 'already_exists' });
  });

  test('that was removed and comes back goes on counting where it had stopped (FID-08)', async () => {
    const t = await openTestEngine();
    const alice = await enrollPasskey(t, 'alice');
    const [credential] = alice.authenticator.credentials;
    if (credential === undefined) throw new Error('there is no credential');
    credential.signCount = 8;
    expect(await signIn(t, alice)).toMatchObject({ accepted: true });
    await t.engine.devices.remove(t.caller, alice.deviceId);
    const { userHandle = '', id: credentialId, key } = credential;
    const options = { credentialId, userHandle, publicKey: Buffer.from(key.cose).toString('base64url'), counter: 0 };
    await t.engine.devices.provision(t.caller, { user: 'alice', devices: [{ kind: 'webauthn', options }] });
    credential.signCount = 8;
    expect(await signIn(t, alice)).toEqual({ accepted: false });
    expect(await signIn(t, alice)).toMatchObject({ accepted: true });
  });

  test('belongs to the domain of the integration that has enrolled it, and is nothing at another (FID-03)', async () => {
    const t = await openTestEngine();
    const admin = { ...t.system, tenant: t.tenant };
    const webauthn = { rpId: 'example.org', origins: ['https://login.example.org'] };
    const { integration } = await t.engine.integrations.create(admin, { name: 'Apart', kinds: { webauthn } });
    const apart = { ...t.caller, integration };
    const alice = await enrollPasskey(t, 'alice');
    const { ticket, publicKey } = await t.engine.passkeys.begin(apart);
    expect(publicKey['rpId']).toBe('example.org');
    const response = alice.authenticator.get(publicKey, { origin: 'https://login.example.org', rpId: 'localhost' });
    expect(await t.engine.passkeys.finish(apart, { ticket, response })).toEqual({ accepted: false });
    expect(await signIn(t, alice)).toMatchObject({ accepted: true });
    const wrong = { webauthn: { rpId: 'example.org' } };
    const refused = await expectRefusal(
      t.engine.integrations.create(admin, { name: 'Wrong', kinds: wrong }),
      'invalid_parameters',
    );
    expect(refused.issues.map(({ path }) => path)).toEqual(['kinds.webauthn.origins']);
  });

  test('among several of a user is found by its own name', async () => {
    const t = await openTestEngine();
    const phone = await enrollPasskey(t, 'alice');
    const key = await enrollPasskey(t, 'alice', { algorithm: 'EdDSA', attestation: 'self' });
    expect(phone.deviceId).not.toBe(key.deviceId);
    for (const owner of [phone, key, phone])
      expect(await signIn(t, owner)).toMatchObject({ accepted: true, device: { id: owner.deviceId } });
    const id = key.authenticator.credentials[0]?.id ?? '';
    const found = await t.engine.devices.findByLookup(t.caller, 'webauthn', id);
    expect(found).toMatchObject({ user: { name: 'alice' }, device: { id: key.deviceId } });
  });
});
