import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeBase32, totp } from '../../src/otp/index.ts';
import { openDevicesVisit } from '../../src/pages/index.ts';
import { integrationCaller } from '../../src/testing/index.ts';
import { launchBrowser, virtualAuthenticators } from './chromium.fixture.ts';
import { findBarriers, keepScreenshot, openPage, servePortal, widths } from './portal.fixture.ts';

let chromium: Browser;
beforeAll(async () => {
  chromium = await launchBrowser();
});
afterAll(() => chromium.close());

const step = 30_000;

/** Alice with an app that was used, a token, a mailbox that is out of use, recovery codes and two trusted browsers. */
async function atDevices() {
  const portal = await servePortal();
  const { engine, clock } = portal;
  const policy = { trustedBrowsers: { lifeSeconds: 2_592_000 } };
  const integration = await engine.integrations.update(
    { ...portal.system, tenant: portal.tenant },
    portal.integration.id,
    { policy },
  );
  const caller = integrationCaller(integration, 'rest');
  const { user, devices } = await engine.devices.provision(caller, {
    user: 'alice',
    devices: [
      { kind: 'totp', name: 'Telephone' },
      { kind: 'email', options: { address: 'alice@example.org' } },
      { kind: 'hotp', name: 'Token on the key ring', options: { secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } },
      { kind: 'recovery-codes' },
    ],
  });
  const [telephone, mail] = devices;
  await engine.devices.setStatus(caller, mail?.device.id ?? '', 'suspended');
  const secret = decodeBase32(telephone?.shown?.['secret'] as string);
  const code = () => {
    clock.advance(step);
    return totp({ secret, time: clock.now() });
  };
  for (const name of ['Firefox at home', 'Tablet']) {
    const { id } = await engine.challenges.issue(caller, { user: 'alice', deviceId: telephone?.device.id ?? '' });
    await engine.challenges.answer(caller, id, { code: code() });
    await engine.trustedBrowsers.trust(caller, { challengeId: id, name });
  }
  return {
    ...portal,
    caller,
    user,
    code,
    names: async () => (await engine.devices.list(caller, user.id)).map(({ name }) => name),
    address: () => {
      const { ticket } = openDevicesVisit(engine, caller, user, clock.now(), portal.returnUrl);
      return `${portal.url}/portal/devices/?token=${ticket}`;
    },
  };
}

type AtDevices = Awaited<ReturnType<typeof atDevices>>;

/** A page under the real policy of our pages; what its console says is a mistake. */
async function openStrictly(
  t: AtDevices,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const page = await openPage(chromium, { bypassCSP: false, ...options });
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(t.address());
  return { page, errors };
}

/** The pages of My devices, and the way to each. */
const pages: readonly (readonly [name: string, go: (page: Page, t: AtDevices) => Promise<unknown>])[] = [
  ['list', async () => undefined],
  ['device', (page) => page.locator('a.choice', { hasText: 'Telephone' }).click()],
  [
    'proof',
    async (page) => {
      await page.locator('a.choice', { hasText: 'Telephone' }).click();
      await page.locator('button.danger').click();
    },
  ],
  [
    'ways',
    (page) =>
      page
        .locator('form:has([value="add"]) button')
        .click()
        .then(() => page.locator('a[href*="way=other"]').click()),
  ],
  [
    'set-right',
    async (page) => {
      await page.locator('a.choice', { hasText: 'Token on the key ring' }).click();
      await page.locator('a[href*="resync"]').click();
    },
  ],
  [
    'codes',
    async (page, t) => {
      await page.locator('form:has([value="codes"]) button').click();
      await page.locator('#code').fill(t.code());
      await page.locator('form:has([value="answer"]) button').click();
    },
  ],
  [
    'last-device',
    async (page, t) => {
      for (const { id, kind } of await t.engine.devices.list(t.caller, t.user.id))
        if (kind !== 'totp' && kind !== 'recovery-codes') await t.engine.devices.remove(t.caller, id);
      await page.reload();
      await page.locator('a.choice').first().click();
      await page.locator('button.danger').click();
    },
  ],
];

describe.each(pages)('the page %s of My devices', (name, go) => {
  test.each<[string, BrowserContextOptions]>([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['ar', { locale: 'ar' }],
    ['desk', { viewport: widths.desk }],
  ])('has no barriers and fits its screen: %s', async (look, options) => {
    const t = await atDevices();
    const page = await openPage(chromium, options);
    await page.goto(t.address());
    await go(page, t);
    expect(await findBarriers(page)).toEqual([]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await keepScreenshot(page, `devices-${name}-${look}`);
  });
});

describe('My devices', () => {
  test('adds a passkey after a code of the app, and removes the app with the passkey', async () => {
    const t = await atDevices();
    const { page, errors } = await openStrictly(t);
    const authenticators = await virtualAuthenticators(page.context(), page);
    await authenticators.add({ transport: 'internal', residentKey: true, userVerification: true });

    await page.getByRole('button', { name: 'Add a device' }).click();
    await page.locator('#code').fill(t.code());
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.locator('button[value="webauthn"]').click();
    await page.getByRole('button', { name: 'Set up now' }).click();
    await page.getByRole('link', { name: 'Back to my devices' }).click();
    await page.getByRole('heading', { name: 'My devices' }).waitFor();
    expect(await t.names()).toHaveLength(5);

    await page.getByRole('link', { name: 'Telephone' }).click();
    await page.getByRole('button', { name: 'Remove this device' }).click();
    // What was used last is asked for first: the app is about to go, so it is not asked for if there is something else.
    if (await page.locator('#code').isVisible()) {
      await page.getByRole('link', { name: 'Try another way' }).click();
      await page.getByRole('button', { name: /passkey/i }).click();
    }
    await page.getByRole('button', { name: 'Use passkey or key' }).click();
    await page.getByText('The device is removed.').waitFor();
    expect(await t.names()).not.toContain('Telephone');
    expect(errors).toEqual([]);
  });

  test('renames a device without a script and with the keyboard alone', async () => {
    const t = await atDevices();
    const { page } = await openStrictly(t, { javaScriptEnabled: false });
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press('Tab');
        const focused = page.locator(':focus');
        if ((await focused.count()) > 0 && (await focused.first().textContent())?.includes(name) === true) return;
      }
      throw new Error(`the keyboard does not reach ${name}`);
    };
    await tabTo('Telephone');
    await page.keyboard.press('Enter');
    await page.locator('#name').waitFor();
    for (let presses = 0; presses < 40 && (await page.locator('#name:focus').count()) === 0; presses++)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Old telephone');
    await page.keyboard.press('Enter');
    // The token was never used, the app was; that is what is asked for, and the reader starts in its field.
    await page.locator('#code').waitFor();
    expect(await page.locator('h1').textContent()).toContain('Rename “Telephone” to “Old telephone”');
    if (!((await page.locator('.asked').textContent()) ?? '').includes('Telephone')) {
      await tabTo('Try another way');
      await page.keyboard.press('Enter');
      await page.locator('.choices').waitFor();
      await tabTo('Telephone');
      await page.keyboard.press('Enter');
    }
    await page.locator('#code').waitFor();
    await page.keyboard.type(t.code());
    await page.keyboard.press('Enter');
    await page.getByText('The device has its new name.').waitFor();
    expect(await t.names()).toContain('Old telephone');
  });

  test('shows times in the zone of the reader, and in UTC without a script', async () => {
    const t = await atDevices();
    const { page, errors } = await openStrictly(t, { timezoneId: 'Asia/Tokyo' });
    const time = page.locator('time').first();
    const at = Date.parse((await time.getAttribute('datetime')) ?? '');
    const format = (timeZone: string) =>
      new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at);
    expect(await time.textContent()).toBe(format('Asia/Tokyo'));
    expect(errors).toEqual([]);
    const { page: plain } = await openStrictly(t, { timezoneId: 'Asia/Tokyo', javaScriptEnabled: false });
    expect(await plain.locator('time').first().textContent()).toBe(`${format('UTC')} UTC`);
  });

  test('revokes one trusted browser, and leads back to the application', async () => {
    const t = await atDevices();
    const { page, errors } = await openStrictly(t);
    await page.getByRole('button', { name: 'Trust no more: Tablet' }).click();
    await page.locator('#code').fill(t.code());
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('The browser is not trusted any more.').waitFor();
    const left = await t.engine.trustedBrowsers.list(t.caller, t.user.id);
    expect(left.map(({ name }) => name)).toEqual(['Firefox at home']);
    expect(errors).toEqual([]);
    await page.getByRole('link', { name: 'Back to Example Mail' }).click();
    await page.getByRole('heading', { name: 'App' }).waitFor();
  });
});
