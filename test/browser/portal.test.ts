import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeBase32, totp } from '../../src/otp/index.ts';
import { launchBrowser, virtualAuthenticators } from './chromium.fixture.ts';
import { openPage, readKey, send, type ServedPortal, servePortal, widths } from './portal.fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** What the browser's console says that something was kept out by the policy of a page. */
function listenForViolations(page: Page): string[] {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) violations.push(message.text());
  });
  page.on('pageerror', (error) => violations.push(error.message));
  return violations;
}

async function giveTotp(portal: ServedPortal, user: string) {
  const { user: owner, devices } = await portal.engine.devices.provision(portal.caller, {
    user,
    devices: [{ kind: 'totp' }],
  });
  const secret = decodeBase32(devices[0]?.shown?.['secret'] as string);
  return { id: owner.id, code: () => totp({ secret, time: portal.clock.now() }) };
}

function returned(page: Page): URLSearchParams {
  const url = new URL(page.url());
  expect(url.pathname).toBe('/app/back');
  return url.searchParams;
}

function claimsOf(query: URLSearchParams): Record<string, unknown> {
  const [, payload = ''] = (query.get('result') ?? '').split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

describe('with the policy of the pages in force', () => {
  test.each([
    ['passkey', { transport: 'internal', residentKey: true, userVerification: true } as const],
    ['security key (CTAP2)', { transport: 'usb' } as const],
    ['security key (U2F)', { protocol: 'u2f', transport: 'usb' } as const],
  ])('a %s is enrolled and answers a challenge', async (_name, authenticator) => {
    const portal = await servePortal();
    const page = await openPage(browser, { bypassCSP: false });
    const violations = listenForViolations(page);
    const authenticators = await virtualAuthenticators(page.context(), page);
    await authenticators.add(authenticator);
    await page.goto(await portal.enrollmentUrl('alice'));
    await page.locator('button[value="webauthn"]').click();
    await send(page, 'answer');
    await page.locator('.icon.good').waitFor();
    await send(page, 'finish');
    expect(claimsOf(returned(page))).toMatchObject({ sub: 'alice' });

    await page.goto(await portal.challengeUrl('alice'));
    await send(page, 'answer');
    await page.waitForURL(/\/app\/back/);
    expect(claimsOf(returned(page))).toMatchObject({ sub: 'alice', method: 'webauthn', nonce: 'state-1' });
    expect(violations).toEqual([]);
  });

  test('a passkey that refuses leaves the page as it is, and another way open', async () => {
    const portal = await servePortal();
    const page = await openPage(browser, { bypassCSP: false });
    const authenticators = await virtualAuthenticators(page.context(), page);
    await authenticators.add({ transport: 'internal', residentKey: true, userVerification: true });
    await page.goto(await portal.enrollmentUrl('alice'));
    await page.locator('button[value="webauthn"]').click();
    await send(page, 'answer');
    await page.locator('.icon.good').waitFor();
    const alice = await giveTotp(portal, 'alice');
    const devices = await portal.engine.devices.list(portal.caller, alice.id);
    const deviceId = devices.find(({ kind }) => kind === 'webauthn')?.id ?? '';
    await page.goto(await portal.challengeUrl('alice', { deviceId }));
    // What a browser says when its user has closed the window that asks him.
    await page.evaluate(
      'navigator.credentials.get = () => Promise.reject(new DOMException("closed", "NotAllowedError"))',
    );
    await page.locator('form:has(input[data-passkey]) button').click();
    await page.locator('p.error[data-status]').filter({ hasText: 'try another way' }).waitFor();
    await page.locator('a[href*="way=other"]').click();
    await page.locator('button[name="device"]').filter({ hasText: 'Authenticator app' }).click();
    await send(page, 'answer', { code: alice.code() });
    expect(claimsOf(returned(page))).toMatchObject({ method: 'totp' });
  });

  test('recovery codes can be copied, printed and downloaded', async () => {
    const portal = await servePortal();
    const page = await openPage(browser, { bypassCSP: false, permissions: ['clipboard-read', 'clipboard-write'] });
    const violations = listenForViolations(page);
    await page.goto(await portal.enrollmentUrl('alice'));
    await page.locator('button[value="totp"]').click();
    await send(page, 'answer', { code: totp({ secret: await readKey(page), time: portal.clock.now() }) });
    await send(page, 'codes');
    const codes = await page.locator('#codes li').allTextContents();
    expect(codes.length).toBeGreaterThanOrEqual(8);
    await page.locator('[data-copy]').click();
    await page.locator('[data-copy]').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${codes.join('\n')}\n`);
    await page.evaluate('window.print = () => { document.title = "printed"; }');
    await page.locator('[data-print]').click();
    expect(await page.title()).toBe('printed');
    const [download] = await Promise.all([page.waitForEvent('download'), send(page, 'download')]);
    expect(download.suggestedFilename()).toBe('recovery-codes.txt');
    expect(violations).toEqual([]);
  });

  test('a page that waits for another device goes on by itself when that has answered', async () => {
    const portal = await servePortal();
    const page = await openPage(browser, { bypassCSP: false });
    const violations = listenForViolations(page);
    const token = Buffer.alloc(32, 7).toString('base64url');
    const { id } = await portal.engine.enrollments.begin(portal.caller, { user: 'alice' });
    await portal.engine.enrollments.prepare(portal.caller, id, { kind: 'push' });
    await portal.engine.enrollments.complete(portal.caller, id, { response: { token } });
    await page.goto(await portal.challengeUrl('alice'));
    const number = (await page.locator('.number').textContent())?.trim() ?? '';
    expect(number).toMatch(/^\d\d$/);
    const { items } = await portal.engine.challenges.list(portal.caller, { state: 'pending' });
    const answer = { response: { token, number } };
    const { outcome } = await portal.engine.challenges.answer(portal.caller, items[0]?.id ?? '', answer);
    expect(outcome.accepted).toBe(true);
    await page.waitForURL(/\/app\/back/);
    expect(claimsOf(returned(page))).toMatchObject({ sub: 'alice', method: 'push' });
    expect(violations).toEqual([]);
  });

  test('a page is embedded by the origins of the integration and by nobody else (WEB-02)', async () => {
    const portal = await servePortal();
    await giveTotp(portal, 'alice');
    const url = await portal.challengeUrl('alice');
    const port = new URL(portal.url).port;
    const page = await openPage(browser, { bypassCSP: false });
    const framed = async (host: string) => {
      await page.goto(`http://${host}:${port}/frame?url=${encodeURIComponent(url)}`);
      const frame = page.frameLocator('iframe').locator('h1');
      return frame.textContent();
    };
    expect(await framed('evil.localhost')).toContain('is blocked');
    expect(await framed('app.localhost')).toBe('Is it you?');
    await page.frameLocator('iframe').locator('input[name="code"]').fill('00000');
    await page.frameLocator('iframe').locator('form:has(input[value="answer"]) button').click();
    await page.frameLocator('iframe').locator('.error:not(:empty)').first().waitFor();
  });

  test('a form that another page sends does nothing, even with the ticket in it (WEB-01)', async () => {
    const portal = await servePortal();
    const url = new URL(await portal.enrollmentUrl('alice'));
    const port = new URL(portal.url).port;
    const page = await openPage(browser, { bypassCSP: false });
    const query = new URLSearchParams({
      to: `${portal.url}/portal/enrollment/`,
      ticket: url.searchParams.get('token') ?? '',
      action: 'choose',
      kind: 'totp',
    });
    for (const host of ['evil.localhost', '127.0.0.1']) {
      await page.goto(`http://${host}:${port}/attack?${query.toString()}`);
      await page.getByRole('button').click();
      await page.getByText('This came from another page').waitFor();
    }
    const { items } = await portal.engine.enrollments.list(portal.caller, {});
    expect(items.map(({ state }) => state)).toEqual(['new']);
  });
});

test('somebody without a mouse enrolls and answers with the keyboard alone, and sees where he is', async () => {
  const portal = await servePortal();
  const page = await openPage(browser, { viewport: widths.desk });
  /** Goes on with Tab until this has the focus, which has to be seen. */
  const tabTo = async (selector: string) => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      const found = await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`);
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
      if (found !== true) continue;
      expect([selector, outline]).toEqual([selector, 'solid']);
      return;
    }
    throw new Error(`the keyboard does not reach ${selector}`);
  };
  await page.goto(await portal.enrollmentUrl('alice'));
  await tabTo('button[value="totp"]');
  await page.keyboard.press('Enter');
  await page.locator('code.key').waitFor();
  const secret = await readKey(page);
  await tabTo('input[name="code"]');
  await page.keyboard.type(totp({ secret, time: portal.clock.now() }));
  await page.keyboard.press('Enter');
  await page.locator('.icon.good').waitFor();
  await tabTo('form:has(input[value="finish"]) button');
  await page.keyboard.press('Space');
  await page.waitForURL(/\/app\/back/);

  portal.clock.advance(30_000);
  await page.goto(await portal.challengeUrl('alice'));
  // The field has the focus already.
  expect(await page.evaluate('document.activeElement?.getAttribute("name")')).toBe('code');
  await page.keyboard.type(totp({ secret, time: portal.clock.now() }));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/app\/back/);
  expect(claimsOf(returned(page))).toMatchObject({ sub: 'alice', method: 'totp' });
});

test('without a script everything works but passkeys, which say so; the wait for another code is counted (WEB-14)', async () => {
  const portal = await servePortal();
  const page = await openPage(browser, { javaScriptEnabled: false, bypassCSP: false });
  await page.goto(await portal.enrollmentUrl('alice'));
  await page.locator('button[value="webauthn"]').click();
  await page.getByText('This way needs JavaScript.').waitFor();
  await send(page, 'restart');
  await page.locator('a.choice[href*="kind=email"]').click();
  await send(page, 'send', { address: 'alice@example.org' });
  expect(await page.locator('.countdown .then').isVisible()).toBe(false);
  await send(page, 'answer', { code: portal.messages.at(-1)?.values['code'] ?? '' });
  await page.locator('.icon.good').waitFor();
  await send(page, 'codes');
  expect(await page.locator('#codes li').count()).toBeGreaterThanOrEqual(8);
  expect(await page.locator('[data-copy]').isVisible()).toBe(false);
  await page.locator('a.button').click();
  await send(page, 'finish');
  returned(page);

  await page.goto(await portal.challengeUrl('alice'));
  const url = page.url();
  expect(await page.locator('.countdown .until').textContent()).toContain('Another code in');
  portal.clock.advance(25_000);
  await page.goto(url);
  // Five seconds are left: the button comes by itself.
  await page.locator('form:has(input[value="resend"]) button').waitFor({ state: 'visible' });
  portal.clock.advance(5000);
  await send(page, 'resend');
  await page.getByText('We have sent another code.').waitFor();
  await send(page, 'answer', { code: portal.messages.at(-1)?.values['code'] ?? '' });
  expect(claimsOf(returned(page))).toMatchObject({ sub: 'alice', method: 'email' });
});

test('the back button is harmless: it shows nothing that is over as if it were not (WEB-11)', async () => {
  const portal = await servePortal();
  const alice = await giveTotp(portal, 'alice');
  const page = await openPage(browser, { bypassCSP: false });
  await page.goto(await portal.challengeUrl('alice'));
  await send(page, 'answer', { code: alice.code() });
  returned(page);
  await page.goBack();
  expect(await page.locator('input[name="code"]').count()).toBe(0);
  await page.getByText('You were sent back already.').waitFor();
});
