import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevicesVisit } from '../../src/pages/index.ts';
import { integrationCaller } from '../../src/testing/index.ts';
import { launchBrowser } from './chromium.fixture.ts';
import { findBarriers, keepScreenshot, openPage, send, servePortal } from './portal.fixture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const user = 'wolfeschlegelsteinhausenbergerdorffplusx'; // 40 characters, nowhere to break
const deviceName = 'SamsungGalaxyS24UltraEnterpriseEditionOfTheAccountsReceivabl'; // 60 characters
const integrationName = 'Rechnungswesen-und-Lohnbuchhaltungsportal der Stadtwerke (Produktion)';

/** 1280 pixels at 400 percent (WCAG 2.2, 1.4.10 Reflow). */
const narrow = { width: 320, height: 640 };

async function expectToFit(page: Page): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  expect([page.url(), wide]).toEqual([page.url(), 0]);
}

/** Buttons, links and fields that are too small for a finger. */
async function smallTargets(page: Page): Promise<string[]> {
  const small: string[] = [];
  for (const target of await page.locator('a, button, select, input:not([type="hidden"])').all()) {
    const box = await target.boundingBox();
    if (box !== null && (box.width < 44 || box.height < 44))
      small.push(`${await target.innerHTML()} ${box.width}x${box.height}`);
  }
  return small;
}

test.each(['de', 'ja', 'ar'])(
  'names without an end break, and everything can be hit with a finger: %s',
  async (locale) => {
    const portal = await servePortal();
    const { engine, clock } = portal;
    const integration = await engine.integrations.update(
      { ...portal.system, tenant: portal.tenant },
      portal.integration.id,
      { name: integrationName },
    );
    const caller = integrationCaller(integration, 'rest');
    const { user: owner, devices } = await engine.devices.provision(caller, {
      user,
      devices: [
        { kind: 'hotp', name: deviceName },
        { kind: 'email', options: { address: `${user}@example.org` } },
        { kind: 'recovery-codes' },
      ],
    });
    const page = await openPage(browser, { locale, viewport: narrow });
    const look = async (name: string) => {
      await expectToFit(page);
      expect(await smallTargets(page)).toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
      await keepScreenshot(page, `long-${name}-${locale}`);
    };
    const { ticket } = openDevicesVisit(engine, caller, owner, clock.now(), portal.returnUrl);
    await page.goto(`${portal.url}/portal/devices/?token=${ticket}`);
    await look('list');
    await page.locator(`a.choice[href*="${devices[0]?.device.id ?? ''}"]`).click();
    await look('device');
    await page.locator('button.danger').click();
    await page.locator('.asked').waitFor();
    await look('proof');
    await page.goto(await portal.challengeUrl(user, { deviceId: devices[1]?.device.id ?? '', reference: 'VPN' }));
    await look('sent');
    await page.locator('a[href*="way=other"]').click();
    await look('ways');
    await page.goto(await portal.enrollmentUrl('bob'));
    await page.locator('button[value="totp"]').click();
    await look('totp');
    await page.goto(await portal.enrollmentUrl('bob'));
    await page.locator('a.choice[href*="kind=email"]').click();
    await send(page, 'send', { address: `${user}@example.org` });
    await look('enroll-sent');
  },
);
