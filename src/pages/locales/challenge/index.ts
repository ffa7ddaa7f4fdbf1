import type { Localized } from '../language.ts';
import { en, type ChallengeTexts } from './en.ts';

// The other languages follow.
export const challengeTexts: Localized<ChallengeTexts> = { en, es: en, de: en, fr: en, pt: en, zh: en, ja: en, ar: en };
