import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { launchBrowser } from './chromium.fixture.ts';
import { type AskingApp, askingApp, findBarriers, keepPicture } from './push.fixture.ts';

let chromium: Browser;
let server: TestServer;
let app: AskingApp;

beforeAll(async () => {
  const webPush = { enabled: true, subject: 'mailto:admin@example.org' };
  [chromium, server] = await Promise.all([launchBrowser(), startTestServer({ config: { webPush } })]);
  app = await askingApp(server);
});
afterAll(async () => {
  await chromium.close();
  await server.close();
});

/** A browser of somebody; errors on its console fail the test. */
async function openBrowser(options: BrowserContextOptions = {}) {
  const context = await chromium.newContext({ locale: 'en', ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  return { context, page, errors };
}

/** Adds the browser as a device, by the pages. */
async function register(page: Page, user: string): Promise<void> {
  await page.goto(await app.enrollmentUrl(user));
  await page.locator('button[value="push"]').click();
  await page.locator('a[href*="push/register/"]').click();
  await page.locator('#subscribe button').click();
  await page.locator('a[href$="push/"]').waitFor();
}

/** The page that waits for questions, with its live connection. */
async function waitForQuestions(page: Page): Promise<number> {
  const live = page.waitForResponse((response) => response.url().endsWith('/portal/push/events'));
  await page.goto(`${server.server.url}/portal/push/`);
  return (await live).status();
}

const shownNumber = async (page: Page) => (await page.locator('.number').textContent())?.trim() ?? '';

describe('approving in another browser', () => {
  test('shows the number there and asks here, live, and lets him in when both agree', async () => {
    const [phone, desk] = [await openBrowser({ viewport: { width: 390, height: 844 } }), await openBrowser()];
    await register(phone.page, 'alice');
    expect(await findBarriers(phone.page)).toEqual([]);
    await waitForQuestions(phone.page);
    expect(await findBarriers(phone.page)).toEqual([]);
    expect(await phone.page.locator('.waiting').isVisible()).toBe(true);

    const { url, id } = await app.challengeUrl('alice', 'Payroll');
    await desk.page.goto(url);
    const number = await shownNumber(desk.page);
    expect(number).toMatch(/^[1-9][0-9]$/);

    // Nothing is loaded here by hand: the question comes by itself.
    await phone.page.locator('.question').waitFor();
    const facts = await phone.page.locator('.facts').innerText();
    for (const part of [app.caller.integration.name, 'alice', '198.51.100.9', 'Payroll']) expect(facts).toContain(part);
    expect(await phone.page.locator('time').innerText()).not.toContain('UTC');
    expect(await phone.page.evaluate('document.activeElement.id')).toBe('number');
    expect(await findBarriers(phone.page)).toEqual([]);

    await phone.page.keyboard.type(number);
    await phone.page.keyboard.press('Enter');
    await phone.page.locator('.note.good').waitFor();
    expect(await app.stateOf(id)).toBe('passed');
    await expect.poll(() => desk.page.locator('.number').count(), { timeout: 15_000 }).toBe(0);
    expect([...phone.errors, ...desk.errors]).toEqual([]);
    await Promise.all([phone.context.close(), desk.context.close()]);
  });

  test('ends what was not him, here and there', async () => {
    const [phone, desk] = [await openBrowser(), await openBrowser()];
    await register(phone.page, 'bob');
    await waitForQuestions(phone.page);
    const { url, id } = await app.challengeUrl('bob', 'Payroll');
    await desk.page.goto(url);
    await phone.page.locator('.question').waitFor();
    await phone.page.locator('button.refuse').click();
    await phone.page.locator('.note.good').waitFor();
    expect(await app.stateOf(id)).toBe('denied');
    expect(await phone.page.locator('.question').count()).toBe(0);
    await expect.poll(() => desk.page.locator('.number').count(), { timeout: 15_000 }).toBe(0);
    await expect(app.challengeUrl('bob', 'again')).rejects.toMatchObject({ code: 'too_many_messages' });
    await Promise.all([phone.context.close(), desk.context.close()]);
  });

  test('takes a question away from the page that was answered elsewhere', async () => {
    const phone = await openBrowser();
    await register(phone.page, 'carol');
    // A page that was left makes room for the next: a device may have only so many.
    for (let visit = 0; visit < 6; visit++) expect(await waitForQuestions(phone.page)).toBe(200);
    const { id } = await app.challengeUrl('carol', 'Payroll');
    await phone.page.locator('.question').waitFor();
    await server.server.engine.challenges.fail(app.caller, id, 'cancelled');
    await phone.page.locator('.waiting').waitFor();
    expect(await phone.page.locator('.question').count()).toBe(0);
    await phone.context.close();
  });

  test('works with scripts off: the page looks again by itself', async () => {
    const [phone, desk] = [
      await openBrowser({ javaScriptEnabled: false }),
      await openBrowser({ javaScriptEnabled: false }),
    ];
    await register(phone.page, 'dave');
    await phone.page.goto(`${server.server.url}/portal/push/`);
    const { url, id } = await app.challengeUrl('dave', 'Payroll');
    await desk.page.goto(url);
    const number = await shownNumber(desk.page);
    await phone.page.locator('.question').waitFor({ timeout: 15_000 });
    await phone.page.locator('#number').fill(number);
    await phone.page.locator('button:not(.refuse)').first().click();
    await phone.page.locator('.note.good').waitFor();
    expect(await app.stateOf(id)).toBe('passed');
    await Promise.all([phone.context.close(), desk.context.close()]);
  });
});

describe('the worker of the page', () => {
  test('shows who asks when it is woken, once for all questions', async () => {
    const { context, page } = await openBrowser();
    await context.grantPermissions(['notifications'], { origin: server.server.url });
    await register(page, 'erin');
    await page.goto(`${server.server.url}/portal/push/`);
    // It may notify, but there is no push service to be reached here: it says so, and stays a device.
    await page.locator('#subscribe button').click();
    await page.locator('.note.bad').waitFor();
    await keepPicture(page, 'silent-desktop-light-en');
    expect(await findBarriers(page)).toEqual([]);
    expect(await page.locator('.waiting').isVisible()).toBe(true);
    const session = await context.newCDPSession(page);
    const registered = new Promise<string>((resolve) => {
      session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        for (const { registrationId } of registrations) resolve(registrationId);
      });
    });
    await session.send('ServiceWorker.enable');
    await page.evaluate("navigator.serviceWorker.register('./worker.js').then(() => navigator.serviceWorker.ready)");
    const registrationId = await registered;
    for (const integration of ['Portal', 'VPN']) {
      const data = JSON.stringify({ title: `Sign-in to ${integration}`, body: 'Is it you?' });
      await session.send('ServiceWorker.deliverPushMessage', { origin: server.server.url, registrationId, data });
    }
    const shown = () =>
      page.evaluate(
        `navigator.serviceWorker.ready.then((registration) => registration.getNotifications())
          .then((all) => all.map(({ title, body, tag }) => ({ title, body, tag })))`,
      );
    await expect.poll(shown).toEqual([{ title: 'Sign-in to VPN', body: 'Is it you?', tag: 'question' }]);
    await context.close();
  });
});

describe('how the pages look', () => {
  const sizes = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };
  test.each([
    ['phone', 'light', 'en'],
    ['phone', 'dark', 'de'],
    ['phone', 'light', 'ar'],
    ['desktop', 'dark', 'ar'],
    ['desktop', 'light', 'ja'],
  ] as const)('on a %s, %s, in %s', async (size, colorScheme, locale) => {
    const user = `grace ${size} ${colorScheme} ${locale}`;
    const { page, context } = await openBrowser({ viewport: sizes[size], colorScheme, locale });
    const name = (step: string) => `${step}-${size}-${colorScheme}-${locale}`;
    await page.goto(await app.enrollmentUrl(user));
    await page.locator('button[value="push"]').click();
    await page.locator('a[href*="push/register/"]').click();
    await keepPicture(page, name('register'));
    const barriers = await findBarriers(page);
    await page.locator('#subscribe button').click();
    await page.locator('a[href$="push/"]').waitFor();
    await keepPicture(page, name('registered'));
    await waitForQuestions(page);
    await keepPicture(page, name('waiting'));
    barriers.push(...(await findBarriers(page)));
    await app.challengeUrl(user, 'Payroll of July');
    await page.locator('.question').waitFor();
    await keepPicture(page, name('question'));
    barriers.push(...(await findBarriers(page)));
    await page.locator('#number').fill('1');
    await page.keyboard.press('Enter');
    await page.locator('.wrong').waitFor();
    await keepPicture(page, name('mistaken'));
    barriers.push(...(await findBarriers(page)));
    await page.locator('button.refuse').click();
    await page.locator('.note').waitFor();
    await keepPicture(page, name('refused'));
    barriers.push(...(await findBarriers(page)));
    expect(barriers).toEqual([]);
    await context.close();
  });
});
