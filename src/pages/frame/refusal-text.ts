import type { CountersignError } from '../../core/errors.ts';
import type { TextsLike } from '../../core/language.ts';
import type { LayoutTexts } from '../locales/layout/en.ts';

/** What a refusal means to the person in front of the page. */
export function refusalText(say: TextsLike<LayoutTexts>, refusal: Pick<CountersignError, 'code'>): string {
  const texts: Readonly<Record<string, unknown>> = say.refusals;
  const text = Object.hasOwn(texts, refusal.code) ? texts[refusal.code] : undefined;
  return typeof text === 'string' ? text : say.refusals.other;
}
