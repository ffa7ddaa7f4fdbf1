import { CountersignError } from '../../core/errors.ts';
import type { PendingQuestion } from '../../engine/engine.ts';
import type { PageParts } from '../parts.ts';
import type { EnrolledBrowser } from './enrolled-browsers.ts';

/** A question and the device that it is put to. */
export interface BrowserQuestion {
  browser: EnrolledBrowser;
  question: PendingQuestion;
}

/** Everything that a browser is asked at present. A device that is gone is asked nothing. */
export async function listQuestions(
  { engine }: PageParts,
  browsers: readonly EnrolledBrowser[],
): Promise<BrowserQuestion[]> {
  const asked: BrowserQuestion[] = [];
  for (const browser of browsers) {
    const questions = await engine.challenges.listForDevice(browser.caller, browser.device.id).catch(noneIfGone);
    asked.push(...questions.map((question) => ({ browser, question })));
  }
  return asked;
}

/** Two pages with the same questions have the same version. */
export function versionOf(asked: readonly BrowserQuestion[]): string {
  return asked.map(({ question }) => question.id).join(' ') || 'none';
}

function noneIfGone(error: unknown): PendingQuestion[] {
  if (error instanceof CountersignError && error.code === 'not_found') return [];
  throw error;
}
