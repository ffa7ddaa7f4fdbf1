// The ceremonies in a real browser with authenticators made of software (Chrome DevTools Protocol, domain WebAuthn).
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../src/core/model.ts';
import { softAuthenticator } from '../../src/testing/index.ts';
import { launchBrowser, type VirtualAuthenticators, virtualAuthenticators } from '../browser/chromium.fixture.ts';
import { openSite, type SiteOptions } from './site.fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser({ localDomain: 'example.test', trustCertificates: true });
});
afterAll(async () => browser.close());

async function open(options: SiteOptions = {}) {
  const site = await openSite(options);
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page: Page = await context.newPage();
  await page.goto(site.url);
  const authenticators: VirtualAuthenticators = await virtualAuthenticators(context, page);
  /** Runs a function of the page; what it throws is `failed`. */
  const run = (call: string) => page.evaluate<JsonObject>(`outcome(${call})`);
  return { ...site, page, run, authenticators };
}

describe('in Chromium', () => {
  test('a passkey of the computer itself is enrolled, answers, and signs in without a user name (FID-06, FID-07)', async () => {
    const t = await open({ policy: { factors: 2 } });
    await t.authenticators.add({ transport: 'internal', residentKey: true, userVerification: true, backedUp: true });
    expect(await t.run(`enroll('alice')`)).toMatchObject({
      device: { kind: 'webauthn', public: { backupEligible: true, backedUp: true } },
    });
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true, method: 'webauthn' });
    expect(await t.run('signIn()')).toMatchObject({ accepted: true, user: { name: 'alice' } });
    // The browser itself refuses what is excluded.
    expect(await t.run(`enroll('alice')`)).toEqual({ failed: expect.stringMatching(/^InvalidStateError/) as string });
  });

  test('a security key is enrolled and answers; two of them, each for itself', async () => {
    const t = await open({ settings: () => ({ attestation: 'direct' }) });
    const first = await t.authenticators.add({ userVerification: true });
    const enrolled = await t.run(`enroll('alice')`);
    expect(enrolled).toMatchObject({
      device: { public: { attestation: 'packed', attested: false, transports: ['usb'] } },
    });
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true });
    await t.authenticators.remove(first);
    t.rest.clock.advance(1000);
    await t.authenticators.add({ userVerification: true });
    expect(await t.run(`enroll('alice')`)).toMatchObject({ device: { kind: 'webauthn' } });
    // The one that was enrolled or used last is asked for.
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true });
  });

  test('a key of the U2F time is enrolled and used through WebAuthn (OSS-50, FID-14)', async () => {
    const t = await open({ settings: () => ({ attestation: 'direct' }) });
    await t.authenticators.add({ protocol: 'u2f' });
    expect(await t.run(`enroll('alice')`)).toMatchObject({ device: { public: { attestation: 'fido-u2f' } } });
    for (let round = 0; round < 2; round++)
      expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true, method: 'webauthn' });
  });

  test('whose user does not prove himself to his authenticator, nobody is let in where that is demanded (FID-06)', async () => {
    const t = await open({ policy: { factors: 2 } });
    const id = await t.authenticators.add({ userVerification: true });
    await t.run(`enroll('alice')`);
    await t.authenticators.setVerified(id, false);
    expect(await t.run(`challenge('alice')`)).toEqual({ failed: expect.stringMatching(/^NotAllowedError/) as string });
    await t.authenticators.remove(id);
    await t.authenticators.add({ protocol: 'u2f' });
    expect(await t.run(`enroll('bob')`)).toHaveProperty('failed');
  });

  test('a copy of a key is noticed by its counter (FID-08)', async () => {
    const t = await open();
    const id = await t.authenticators.add({ userVerification: true });
    await t.run(`enroll('alice')`);
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true });
    const [credential] = await t.authenticators.credentials(id);
    if (credential === undefined) throw new Error('there is no credential');
    await t.authenticators.remove(id);
    const copy = await t.authenticators.add({ userVerification: true });
    await t.authenticators.addCredential(copy, { ...credential, signCount: credential.signCount - 1 });
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: false, challenge: { state: 'failed' } });
    const { items } = await t.rest.engine.audit.query(t.rest.caller, { event: 'challenge.answered', limit: 1 });
    expect(items).toMatchObject([{ outcome: 'refused', reason: 'replayed' }]);
  });

  test('a key that was registered with the old U2F API answers as its AppID (OSS-50, FID-03, FID-14)', async () => {
    const t = await open({ host: 'login.example.test', settings: (url) => ({ appId: `${url}/u2f/app-id.json` }) });
    const appId = `${t.url}/u2f/app-id.json`;
    const old = softAuthenticator({ attestation: 'fido-u2f' });
    const { registrationData } = old.registerU2f(appId);
    const devices = [{ kind: 'webauthn', options: { registrationData, counter: 41 } }];
    await t.rest.engine.devices.provision(t.rest.caller, { user: 'alice', devices });

    const id = await t.authenticators.add({ protocol: 'u2f' });
    const [credential] = old.credentials;
    if (credential === undefined) throw new Error('there is no credential');
    await t.authenticators.addCredential(id, {
      credentialId: Buffer.from(credential.id, 'base64url').toString('base64'),
      isResidentCredential: false,
      rpId: appId,
      privateKey: credential.key.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
      signCount: 41,
    });
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true, method: 'webauthn' });
    expect(await t.run(`challenge('alice')`)).toMatchObject({ accepted: true });
    // The key is known to this browser, so it is not enrolled a second time.
    expect(await t.run(`enroll('alice')`)).toEqual({ failed: expect.stringMatching(/^InvalidStateError/) as string });
  });
});
