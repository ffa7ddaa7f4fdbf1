import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import type { Theme } from '../../src/core/settings/theme.ts';
import type { IntegrationCaller } from '../../src/engine/engine.ts';
import { hostedPages, type PortalRequest, sealChallengeTicket, sealEnrollmentTicket } from '../../src/pages/index.ts';
import { decodeBase32 } from '../../src/otp/index.ts';
import { createHandler } from '../../src/server/create-handler.ts';
import { createTestEngine, integrationCaller, type TestEngine } from '../../src/testing/test-engine.ts';

/** The pages on a port of this machine, and the application that they send people back to. */
export interface ServedPortal extends TestEngine {
  caller: IntegrationCaller;
  url: string;
  /** The address that the application has registered. It shows what it got. */
  returnUrl: string;
  setTheme(theme: Theme): Promise<void>;
  /** The address of the page Enroll for a user. */
  enrollmentUrl(user: string, request?: PortalRequest): Promise<string>;
  /** The address of the page Challenge for a user. */
  challengeUrl(user: string, options?: PortalRequest & { deviceId?: string; reference?: string }): Promise<string>;
}

/** Closed when the test is over; fails when the pages reported a fault. */
export async function servePortal(): Promise<ServedPortal> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const returnUrl = `${url}/app/back`;
  const test = await createTestEngine({ serverKinds: { webauthn: { origins: [url] } } });
  const tenant = { ...test.system, tenant: test.tenant };
  const integration = await test.engine.integrations.update(tenant, test.integration.id, {
    name: 'Example Mail',
    doors: { rest: {}, portal: { returnUrls: [returnUrl], frameAncestors: [`http://app.localhost:${port}`] } },
  });
  const faults: unknown[] = [];
  const door = hostedPages({
    engine: test.engine,
    clock: test.clock,
    publicUrl: () => url,
    report: (error) => faults.push(error),
  });
  const handle = createHandler({
    doors: [door],
    pages: { app: showQuery, frame: showFrame, attack: showAttack },
  });
  const server = createAdaptorServer({
    fetch: (request) => handle(request, { source: '192.0.2.7', secure: false }),
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    door.close?.();
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
    await test.close();
    if (faults.length > 0) throw new Error('the pages reported a fault', { cause: faults[0] });
  });
  const caller = integrationCaller(integration, 'rest');
  return {
    ...test,
    integration,
    caller,
    url,
    returnUrl,
    setTheme: async (theme) => {
      await test.engine.settings.set(tenant, 'theme', theme);
    },
    enrollmentUrl: async (user, request = { returnUrl, state: 'state-1' }) => {
      const enrollment = await test.engine.enrollments.begin(caller, { user });
      const ticket = sealEnrollmentTicket(test.engine, caller, enrollment, request);
      return `${url}/portal/enrollment/?token=${ticket}`;
    },
    challengeUrl: async (user, { deviceId, reference, ...request } = {}) => {
      const challenge = await test.engine.challenges.issue(caller, {
        user,
        ...(deviceId === undefined ? {} : { deviceId }),
        ...(reference === undefined ? {} : { reference }),
      });
      const ticket = sealChallengeTicket(test.engine, caller, challenge, { returnUrl, state: 'state-1', ...request });
      return `${url}/portal/challenge/?token=${ticket}`;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return address.port;
}

/** A telephone that is as narrow as telephones are, and a screen on a desk. */
export const widths = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 860 } } as const;

/** A page in a browser that knows nobody. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  // The policy of our pages would keep the checker out; what it keeps out is tested elsewhere.
  const context = await browser.newContext({ locale: 'en-GB', viewport: widths.phone, bypassCSP: true, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core objects to on the page as it is now: WCAG 2.2 A and AA, and its best practices. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> };
    }; // set by the script before
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  });
}

const screenshots = join(import.meta.dirname, '../../.cache/screenshots');

/** Keeps what the page looks like, in `.cache/screenshots`. */
export async function keepScreenshot(
  page: Page,
  name: string,
  animations: 'disabled' | 'allow' = 'disabled',
): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), fullPage: true, animations });
}

/** Presses the button of the form that does this. */
export async function send(page: Page, action: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  const form = page.locator(`form:has(input[name="action"][value="${action}"])`);
  for (const [name, value] of Object.entries(fields)) await form.locator(`input[name="${name}"]`).fill(value);
  await form.locator('button').first().click();
  await page.waitForLoadState();
}

/** The key that the page shows for an authenticator app. */
export async function readKey(page: Page): Promise<Uint8Array> {
  return decodeBase32(((await page.locator('code.key').textContent()) ?? '').replaceAll(' ', ''));
}

/** The application: shows what it got. */
function showQuery(request: Request): Response {
  return answerHtml(`<h1>App</h1><pre>${escapeHtml(new URL(request.url).search)}</pre>`);
}

/** A page that embeds another. */
function showFrame(request: Request): Response {
  const url = new URL(request.url).searchParams.get('url') ?? '';
  return answerHtml(`<h1>Frame</h1><iframe src="${escapeHtml(url)}" width="360" height="700"></iframe>`);
}

/** A page that sends a form to another's address: `to`, with the rest of its query as fields. */
function showAttack(request: Request): Response {
  const { searchParams } = new URL(request.url);
  const fields = [...searchParams].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const to = escapeHtml(searchParams.get('to') ?? '');
  return answerHtml(`<form method="post" action="${to}">${fields.join('')}<button>Win</button></form>`);
}

function answerHtml(body: string): Response {
  return new Response(`<!doctype html><html lang="en"><title>App</title><body>${body}</body></html>`, {
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  });
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
