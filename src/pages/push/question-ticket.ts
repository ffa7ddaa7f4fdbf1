import { z } from 'zod';
import { CountersignError } from '../../core/errors.ts';
import type { IntegrationCaller } from '../../engine/engine.ts';
import type { PageParts } from '../parts.ts';
import type { EnrolledBrowser } from './enrolled-browsers.ts';
import type { BrowserQuestion } from './questions.ts';

const purpose = 'push-question';

const content = z.object({ device: z.string(), integration: z.string(), challenge: z.string() });

/** What the forms of a question carry: which one it is, for this device alone. Nobody else's page has one (CSRF). */
export function sealQuestion({ engine }: PageParts, { browser, question }: BrowserQuestion): string {
  return engine.portalTickets.issue(browser.caller, purpose, {
    subject: browser.user.id,
    content: { device: browser.device.id, integration: question.integrationId, challenge: question.id },
    expiresAt: question.expiresAt,
  });
}

/** A question that a form answers. */
export interface AnsweredQuestion {
  browser: EnrolledBrowser;
  /** Speaks for the integration that asks: its policy applies. */
  caller: IntegrationCaller;
  challengeId: string;
}

/**
 * The question of a form, if this browser is the device that it was put to.
 *
 * @throws CountersignError `ticket_invalid`
 */
export async function openQuestion(
  { engine }: PageParts,
  browsers: readonly EnrolledBrowser[],
  text: string | null,
): Promise<AnsweredQuestion> {
  const opened = content.safeParse(
    text === null ? undefined : (await engine.portalTickets.open(purpose, text))?.content,
  );
  const browser = browsers.find(({ device }) => device.id === opened.data?.device);
  if (opened.data === undefined || browser === undefined) throw new CountersignError('ticket_invalid');
  const integration = await engine.integrations.get(browser.caller, opened.data.integration);
  if (!integration.active) throw new CountersignError('ticket_invalid');
  return { browser, caller: { ...browser.caller, integration }, challengeId: opened.data.challenge };
}
