import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { decodeBase32, totp } from '../../otp/index.ts';
import { auditOf } from '../../engine/enrolled.fixture.ts';
import { sealChallengeTicket } from '../index.ts';
import { returnAddress } from '../result/return-address.ts';
import { type Got, openPortal, type Portal, publicUrl, returnUrl } from '../pages.fixture.ts';
import { giveEmail, giveTotp, lastCode, openChallenge, openReader } from '../visit-page.fixture.ts';

/** What an application does with what comes back: verifies it as the guide says. */
async function verifyResult(portal: Portal, page: Got, typ = 'challenge-result+jwt') {
  const result = new URL(page.location ?? '').searchParams.get('result') ?? '';
  const keys = JSON.parse((await portal.get('jwks.json')).html) as JSONWebKeySet;
  const verified = await jwtVerify(result, createLocalJWKSet(keys), {
    issuer: `${publicUrl}/portal`,
    audience: portal.integration.id,
    algorithms: ['EdDSA'],
    typ,
    currentDate: new Date(portal.clock.now()),
  });
  return { ...verified, result };
}

describe('the page Challenge', () => {
  it('takes the code and sends the browser back with a signed result', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { challenge, reader } = await openChallenge(portal, 'alice');
    expect(reader.page().text).toContain('Default asks you to prove it.');
    const back = await reader.submit('answer', { code: alice.code() });
    expect(back.status).toBe(303);
    expect(back.location?.startsWith(`${returnUrl}?result=`)).toBe(true);
    expect(new URL(back.location ?? '').searchParams.get('state')).toBe('state-1');
    const { payload, protectedHeader } = await verifyResult(portal, back);
    const now = Math.floor(portal.clock.now() / 1000);
    expect(payload).toEqual({
      iss: `${publicUrl}/portal`,
      aud: portal.integration.id,
      sub: 'alice',
      challenge: challenge.id,
      method: 'totp',
      amr: ['otp'],
      nonce: 'state-1',
      iat: now,
      exp: now + 60,
      jti: challenge.id,
    });
    expect(protectedHeader.typ).toBe('challenge-result+jwt');
    expect(await portal.engine.challenges.get(portal.caller, challenge.id)).toMatchObject({ state: 'passed' });
  });

  it('gives one result: not to a reload, the back button, a copy of the address, or fifty at once (FLW-23)', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { reader, ticket } = await openChallenge(portal, 'alice');
    const form = reader.page();
    const code = alice.code();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => portal.submit('challenge/', form, 'answer', { code })),
    );
    const later = [
      await portal.get(`challenge/?token=${ticket}`),
      await portal.submit('challenge/', form, 'answer', { code }),
      await reader.submitOf(form, 'answer', { code: '' }),
    ];
    const results = [...answers, ...later].filter(({ location }) => location?.includes('result='));
    expect(results).toHaveLength(1);
    expect(reader.page().text).toContain('You were sent back already.');
    expect(reader.page().html).toContain(`${returnUrl}?error=already_returned&amp;state=state-1`);
  });

  it('tells a page that waits what has become of the challenge, and gives no result by that', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { challenge, reader } = await openChallenge(portal, 'alice');
    expect((await reader.open('&look=state')).html).toBe('pending');
    await portal.engine.challenges.answer(portal.caller, challenge.id, { code: alice.code() });
    const told = await reader.open('&look=state');
    expect([told.status, told.html, told.headers.get('content-type')]).toEqual([
      200,
      'passed',
      'text/plain; charset=utf-8',
    ]);
    expect((await reader.open()).location).toContain('result=');
  });

  it('gives the result that was lost on the way, or was earned on another device, to whoever waits', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { challenge, reader } = await openChallenge(portal, 'alice');
    await portal.engine.challenges.answer(portal.caller, challenge.id, { code: alice.code() });
    const back = await reader.open();
    expect(back.status).toBe(303);
    expect((await verifyResult(portal, back)).payload).toMatchObject({ challenge: challenge.id, method: 'totp' });
    expect((await reader.open()).status).toBe(200);
  });

  it('takes no result of an enrollment for that of a challenge', async () => {
    const portal = await openPortal();
    const { ticket } = await portal.beginEnrollment('alice', { returnUrl });
    const page = await portal.follow(
      'enrollment/',
      await portal.submit('enrollment/', await portal.get(`enrollment/?token=${ticket}`), 'choose', { kind: 'totp' }),
    );
    const key = /<code class="key"[^>]*>([^<]*)</.exec(page.html)?.[1]?.replaceAll(' ', '') ?? '';
    const code = totp({ secret: decodeBase32(key), time: portal.clock.now() });
    const done = await portal.follow('enrollment/', await portal.submit('enrollment/', page, 'answer', { code }));
    const back = await portal.submit('enrollment/', done, 'finish');
    await expect(verifyResult(portal, back)).rejects.toThrow('typ');
    const { payload, result } = await verifyResult(portal, back, 'enrollment-result+jwt');
    expect(decodeProtectedHeader(result).alg).toBe('EdDSA');
    expect(payload).not.toHaveProperty('challenge');
    expect(payload).not.toHaveProperty('amr');
    expect(payload).toMatchObject({ sub: 'alice', enrollment: payload.jti });
  });

  it('counts wrong answers, tells how many are left and ends; an empty one costs nothing (FLW-08)', async () => {
    const portal = await openPortal({ policy: { challenge: { attempts: 2 } } });
    const alice = await giveTotp(portal, 'alice');
    const { reader } = await openChallenge(portal, 'alice');
    const wrong = alice.code() === '000000' ? '000001' : '000000';
    expect((await reader.submit('answer', { code: '' })).status).toBe(422);
    const once = await reader.submit('answer', { code: wrong });
    expect(once.status).toBe(422);
    expect(once.text).toContain('That was not right. You have 1 more try.');
    expect(once.html).toMatch(/aria-invalid="true"/);
    const over = await reader.submit('answer', { code: wrong });
    expect(over.text).toContain('That did not work');
    expect(over.html).toContain(`href="${returnUrl}?error=failed&amp;state=state-1"`);
    expect((await reader.submitOf(once, 'answer', { code: alice.code() })).location).toBeUndefined();
  });

  it('sends another code when it is time, and no earlier (CSS counts, the server decides)', async () => {
    const portal = await openPortal();
    await giveEmail(portal, 'alice');
    const { reader } = await openChallenge(portal, 'alice');
    expect(reader.page().text).toMatch(/We have sent a code to [^ ]*@example\.org\./);
    expect(reader.page().text).not.toContain('alice@example.org');
    expect(reader.page().html).toContain('class="countdown wait-30"');
    const early = await reader.submit('resend');
    expect([early.status, portal.messages.length]).toEqual([429, 1]);
    portal.clock.advance(30_000);
    expect((await reader.open()).html).not.toContain('class="countdown');
    const first = lastCode(portal);
    const again = await reader.submit('resend');
    expect(again.text).toContain('We have sent another code.');
    expect(again.html).toContain('class="countdown wait-30"');
    expect(portal.messages).toHaveLength(2);
    const stale = lastCode(portal) === first ? '' : first;
    expect((await reader.submit('answer', { code: stale })).status).toBe(422);
    expect((await reader.submit('answer', { code: lastCode(portal) })).status).toBe(303);
  });

  it('lets somebody try another of his devices, and gives one result for all of them', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const mail = await giveEmail(portal, 'alice');
    await portal.engine.devices.provision(portal.caller, { user: 'alice', devices: [{ kind: 'recovery-codes' }] });
    portal.clock.advance(60_000);
    const asked = await portal.engine.challenges.issue(portal.caller, { user: 'alice', deviceId: mail.deviceId });
    const ticket = sealChallengeTicket(portal.engine, portal.caller, asked, { returnUrl });
    const reader = await openReader(portal, 'challenge', ticket);
    const form = reader.page();
    const ways = await reader.open('&way=other');
    expect(ways.text).toContain('Authenticator app');
    expect(ways.text).toContain('10 codes left');
    expect(ways.text).not.toContain('E-mail');
    const devices = await portal.engine.devices.list(portal.caller, alice.id);
    const app = devices.find(({ kind }) => kind === 'totp')?.id ?? '';
    const question = await reader.submit('another', { device: app });
    expect(question.text).toContain('Type the code that “Authenticator app” shows now.');
    const back = await reader.submit('answer', { code: alice.code() });
    const { payload } = await verifyResult(portal, back);
    expect(payload).toMatchObject({ sub: 'alice', begun_as: asked.id, method: 'totp' });
    expect(payload['challenge']).not.toBe(asked.id);
    // The first one is still pending; passing it, too, gives nothing more.
    const second = await reader.submitOf(form, 'answer', { code: lastCode(portal) });
    expect(second.location).toBeUndefined();
    expect(second.text).toContain('You were sent back already.');
  });

  it.each(['dev_of_nobody', ''])('asks on no device that is not his: %j (TEN-01, FLW-07)', async (device) => {
    const portal = await openPortal();
    await giveTotp(portal, 'alice');
    const mallory = await giveEmail(portal, 'mallory');
    const { reader } = await openChallenge(portal, 'alice');
    await giveEmail(portal, 'alice');
    await reader.open('&way=other');
    const refused = await reader.submit('another', { device: device === '' ? mallory.deviceId : device });
    expect(refused.status).toBe(409);
    expect(portal.messages).toEqual([]);
  });

  it('lets nobody who has given up try for longer than an hour', async () => {
    const portal = await openPortal({ policy: { challenge: { lifeSeconds: 7200 } } });
    await giveTotp(portal, 'alice');
    const { reader } = await openChallenge(portal, 'alice');
    await giveEmail(portal, 'alice');
    const ways = await reader.open('&way=other');
    portal.clock.advance(3_600_000);
    expect((await reader.submitOf(ways, 'another')).status).toBe(400);
  });

  it('ends with its challenge: expired, refused by the user, or cancelled', async () => {
    const portal = await openPortal();
    await giveTotp(portal, 'alice');
    const first = await openChallenge(portal, 'alice');
    await portal.engine.challenges.deny(portal.caller, first.challenge.id);
    const denied = await first.reader.open('&way=other');
    expect(denied.text).toContain('This was refused');
    expect(denied.html).toContain(`${returnUrl}?error=denied&amp;state=state-1`);
    const second = await openChallenge(portal, 'alice');
    const cancelled = await second.reader.submit('cancel');
    expect(cancelled.location).toBe(`${returnUrl}?error=cancelled&state=state-1`);
    expect(await portal.engine.challenges.get(portal.caller, second.challenge.id)).toMatchObject({ state: 'failed' });
    const third = await openChallenge(portal, 'alice');
    portal.clock.advance(300_000);
    expect((await third.reader.open()).text).toContain('Time has run out');
  });

  it('sends nobody to an address that was taken back meanwhile (FLW-18, WEB-04)', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { reader } = await openChallenge(portal, 'alice');
    const form = reader.page();
    await portal.engine.integrations.update({ ...portal.system, tenant: portal.tenant }, portal.integration.id, {
      doors: { portal: { returnUrls: ['https://app.example.org/other'] } },
    });
    expect((await reader.open()).headers.get('content-security-policy')).toContain("form-action 'self';");
    const done = await reader.submitOf(form, 'answer', { code: alice.code() });
    expect([done.status, done.location]).toEqual([200, undefined]);
  });

  it('sends nobody anywhere when the application has given no address', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { reader, challenge } = await openChallenge(portal, 'alice', {});
    const done = await reader.submit('answer', { code: alice.code() });
    expect([done.status, done.location]).toEqual([200, undefined]);
    expect(done.text).toContain('You can close this page.');
    expect(await portal.engine.challenges.get(portal.caller, challenge.id)).toMatchObject({ state: 'passed' });
  });

  it('escapes what others have named (WEB-03)', async () => {
    const portal = await openPortal();
    const name = `<img src=x onerror=alert(1)>"'&`;
    await portal.engine.devices.provision(portal.caller, { user: name, devices: [{ kind: 'totp', name }] });
    const challenge = await portal.engine.challenges.issue(portal.caller, { user: name, reference: name });
    const ticket = sealChallengeTicket(portal.engine, portal.caller, challenge, { returnUrl, state: name });
    const page = await portal.get(`challenge/?token=${ticket}`);
    expect(page.html).not.toContain('<img src=x');
    expect(page.text.split(name).length - 1).toBeGreaterThanOrEqual(2);
  });

  it('names the user in the trail, and where he was', async () => {
    const portal = await openPortal();
    const alice = await giveTotp(portal, 'alice');
    const { reader } = await openChallenge(portal, 'alice');
    await reader.submit('answer', { code: alice.code() });
    const [row] = await auditOf(portal, 'challenge.answered');
    expect(row).toMatchObject({ actor: { type: 'user', id: alice.id }, door: 'portal', source: '192.0.2.7' });
  });
});

describe('the address to which the browser goes back', () => {
  it('keeps its own query, and nobody can put a second result beside ours', () => {
    const request = { returnUrl: 'https://app.example.org/cb?a=1&result=forged&state=forged&error=x', state: 's 1&x' };
    expect(returnAddress(request, { result: 'r' })).toBe('https://app.example.org/cb?a=1&result=r&state=s+1%26x');
    expect(returnAddress(request, { error: 'failed' })).toBe(
      'https://app.example.org/cb?a=1&error=failed&state=s+1%26x',
    );
    expect(returnAddress({}, { result: 'r' })).toBeUndefined();
  });
});
