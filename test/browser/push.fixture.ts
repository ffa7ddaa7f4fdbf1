import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import type { IntegrationCaller } from '../../src/engine/index.ts';
import { pageUrl, sealChallengeTicket, sealEnrollmentTicket } from '../../src/pages/index.ts';
import type { TestServer } from '../../src/server/server.fixture.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const folder = join(import.meta.dirname, '../../artifacts/push');

/** An integration of a served program, which sends its users to the pages. */
export interface AskingApp {
  caller: IntegrationCaller;
  /** Where somebody adds a device. */
  enrollmentUrl(user: string): Promise<string>;
  /** Where somebody is asked for his second factor. */
  challengeUrl(user: string, reference: string): Promise<{ url: string; id: string }>;
  stateOf(id: string): Promise<string>;
}

export async function askingApp({ server, file }: TestServer): Promise<AskingApp> {
  const { engine } = server;
  const integration = await engine.integrations.authenticate({ token: file.integration.token });
  if (integration === undefined) throw new Error('there is no integration');
  const caller: IntegrationCaller = {
    tenant: integration.tenantId,
    actor: { type: 'integration', id: integration.id },
    door: 'rest',
    integration,
  };
  const portal = `${server.url}/portal`;
  return {
    caller,
    enrollmentUrl: async (user) =>
      pageUrl(
        portal,
        'enrollment',
        sealEnrollmentTicket(engine, caller, await engine.enrollments.begin(caller, { user })),
      ),
    challengeUrl: async (user, reference) => {
      const context = { ip: '198.51.100.9' };
      const challenge = await engine.challenges.issue(caller, { user, reference, context });
      return {
        url: pageUrl(portal, 'challenge', sealChallengeTicket(engine, caller, challenge, {})),
        id: challenge.id,
      };
    },
    stateOf: async (id) => (await engine.challenges.get(caller, id)).state,
  };
}

/** What axe finds wrong with a page (WCAG 2.2 A and AA). */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Keeps a picture of a page, and sees that nothing has to be scrolled sideways. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const overflow = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(overflow).toBeLessThanOrEqual(0);
}
