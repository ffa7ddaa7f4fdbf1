import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { totp } from '../../src/otp/index.ts';
import { launchBrowser, virtualAuthenticators } from './chromium.fixture.ts';
import {
  findBarriers,
  keepScreenshot,
  openPage,
  readKey,
  send,
  type ServedPortal,
  servePortal,
  widths,
} from './portal.fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const readers: [name: string, options: BrowserContextOptions][] = [
  ['phone', { viewport: widths.phone }],
  ['desk', { viewport: widths.desk }],
  ['arabic', { viewport: widths.phone, locale: 'ar-EG' }],
];

/** Looks at the page in light and in dark: keeps what it looks like, and finds nobody shut out and nothing cut off. */
function looker(page: Page, reader: string) {
  return async (name: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await keepScreenshot(page, `${name}.${reader}-${colorScheme}`);
      expect([name, colorScheme, await findBarriers(page)]).toEqual([name, colorScheme, []]);
    }
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([name, overflow]).toEqual([name, 0]);
  };
}

describe.each(readers)('a reader of the kind %s', (reader, options) => {
  test('adds devices, and finds every page readable and open to everybody (axe)', { timeout: 240_000 }, async () => {
    const portal = await servePortal();
    const page = await openPage(browser, options);
    const authenticators = await virtualAuthenticators(page.context(), page);
    await authenticators.add({ transport: 'internal', residentKey: true, userVerification: true });
    const look = looker(page, reader);
    const user = 'alice@example.org';

    await page.goto(`${portal.url}/portal/enrollment/?token=x`);
    await look('link-invalid');
    await page.goto(await portal.enrollmentUrl(user));
    await look('enroll-kinds');
    await page.locator('button[value="totp"]').click();
    await look('enroll-totp');
    const secret = await readKey(page);
    await send(page, 'answer', { code: '12345' });
    await look('enroll-totp-wrong');
    await send(page, 'answer', { code: totp({ secret, time: portal.clock.now() }) });
    await look('enroll-done');
    await send(page, 'codes');
    await look('enroll-recovery-codes');
    await page.locator('a.button').click();
    await send(page, 'name', { name: 'Telephone' });
    await look('enroll-named');
    await send(page, 'finish');
    expect(new URL(page.url()).pathname).toBe('/app/back');
    expect(new URL(page.url()).searchParams.get('result')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);

    await page.goto(await portal.enrollmentUrl(user));
    await page.locator('a.choice[href*="kind=email"]').click();
    await look('enroll-email');
    await send(page, 'send', { address: user });
    await look('enroll-email-sent');
    await send(page, 'answer', { code: portal.messages.at(-1)?.values['code'] ?? '' });
    expect(await portal.engine.users.findByName(portal.caller, user)).toBeDefined();

    await page.goto(await portal.enrollmentUrl(user));
    await page.locator('a.choice[href*="kind=sms"]').click();
    await look('enroll-sms');
    await page.goto(await portal.enrollmentUrl(user));
    await page.locator('button[value="yubikey"]').click();
    await look('enroll-yubikey');
    await page.goto(await portal.enrollmentUrl(user));
    await page.locator('button[value="webauthn"]').click();
    await look('enroll-webauthn');
    await send(page, 'answer');
    await page.locator('.icon.good').waitFor();
    await page.goto(await portal.enrollmentUrl(user));
    await send(page, 'cancel');
    expect(new URL(page.url()).searchParams.get('error')).toBe('cancelled');

    await answerChallenges(portal, page, user, secret, look);
  });
});

async function answerChallenges(
  portal: ServedPortal,
  page: Page,
  user: string,
  secret: Uint8Array,
  look: (name: string) => Promise<void>,
): Promise<void> {
  const owner = await portal.engine.users.findByName(portal.caller, user);
  const devices = await portal.engine.devices.list(portal.caller, owner?.id ?? '');
  const idOf = (wanted: string) => devices.find(({ kind }) => kind === wanted)?.id ?? '';
  portal.clock.advance(60_000);

  await page.goto(await portal.challengeUrl(user, { deviceId: idOf('email'), reference: 'Order 4711, 120 €' }));
  await look('challenge-email');
  await page.reload();
  await keepScreenshot(page, 'challenge-countdown', 'allow');
  await send(page, 'answer', { code: '00000' });
  await look('challenge-email-wrong');
  portal.clock.advance(30_000);
  await send(page, 'resend').catch(() => undefined);
  await page.goto(page.url());
  await page.locator('a[href*="way=other"]').click();
  await look('challenge-ways');
  await page.locator(`button[value="${idOf('recovery-codes')}"]`).click();
  await look('challenge-recovery-code');
  await page.locator('a[href*="way=other"]').click();
  await page.locator(`button[value="${idOf('webauthn')}"]`).click();
  await look('challenge-webauthn');
  await page.locator('a[href*="way=other"]').click();
  await page.locator(`button[value="${idOf('totp')}"]`).click();
  await look('challenge-totp');
  const answered = page.url();
  await send(page, 'answer', { code: totp({ secret, time: portal.clock.now() }) });
  expect(new URL(page.url()).searchParams.get('result')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  await page.goto(answered);
  await look('challenge-returned-already');

  await page.goto(await portal.challengeUrl(user, { deviceId: idOf('email') }));
  portal.clock.advance(300_000);
  await page.reload();
  await look('challenge-expired');
  await page.goto(await portal.challengeUrl(user, { deviceId: idOf('email') }));
  for (let tries = 0; tries < 5; tries++) await send(page, 'answer', { code: '00000' });
  await look('challenge-failed');

  const token = Buffer.alloc(32, 7).toString('base64url');
  const begun = await portal.engine.enrollments.begin(portal.caller, { user });
  await portal.engine.enrollments.prepare(portal.caller, begun.id, { kind: 'push' });
  const { device } = await portal.engine.enrollments.complete(portal.caller, begun.id, { response: { token } });
  await page.goto(await portal.challengeUrl(user, { deviceId: device?.id ?? '' }));
  await look('challenge-push');
}

test.each(['#ffd500', '#0b0b3b', '#808080'])(
  'a tenant of the colour %s has pages that everybody can read',
  async (primaryColor) => {
    const portal = await servePortal();
    await portal.setTheme({ name: 'Harbour & Sons', primaryColor });
    const page = await openPage(browser);
    const look = looker(page, `themed-${primaryColor.slice(1)}`);
    await page.goto(await portal.enrollmentUrl('alice'));
    await look('enroll-kinds');
    await page.locator('a.choice[href*="kind=email"]').click();
    await look('enroll-email');
  },
);
