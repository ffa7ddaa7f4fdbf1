import type { Localized } from '../../../core/language.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en, type EnrollTexts } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

export const enrollTexts: Localized<EnrollTexts> = { en, es, de, fr, pt, zh, ja, ar };
