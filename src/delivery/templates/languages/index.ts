import type { Language } from '../../../core/language.ts';
import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import { ja } from './ja.ts';
import type { MessageTexts } from './message-texts.ts';
import { pt } from './pt.ts';
import { zh } from './zh.ts';

/** The built-in messages by language. A new language is a file beside this one and a line here. */
export const messageTexts: Readonly<Record<Language, MessageTexts>> = { en, es, de, fr, pt, zh, ja, ar };
