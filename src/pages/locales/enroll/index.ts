import type { Localized } from '../language.ts';
import { en, type EnrollTexts } from './en.ts';

// The other languages follow.
export const enrollTexts: Localized<EnrollTexts> = { en, es: en, de: en, fr: en, pt: en, zh: en, ja: en, ar: en };
