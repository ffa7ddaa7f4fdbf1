import type { Context } from 'hono';
import type { Theme } from '../../core/settings/theme.ts';
import type { IntegrationCaller } from '../../engine/engine.ts';
import type { HttpEnv } from '../../http/door.ts';
import { type Language, isLanguage, negotiateLanguage, type TextsLike } from '../../core/language.ts';
import type { LayoutTexts } from '../locales/layout/en.ts';
import { layoutTexts } from '../locales/layout/index.ts';
import type { PageParts } from '../parts.ts';
import { type PortalSettings, readPortalSettings } from '../settings.ts';

/** What a page is shown in: the language of its reader, the looks of its tenant. */
export interface Surroundings {
  parts: PageParts;
  /** The way from this page up to `/portal/`, e.g. `../`: everything is relative, so any address may lead to `/portal`. */
  root: string;
  language: Language;
  /** The reader has chosen it himself: it stays chosen on the pages that follow. */
  languageChosen: boolean;
  say: TextsLike<LayoutTexts>;
  theme: Theme;
  settings: PortalSettings;
  /** Network address of the reader. */
  source: string;
  /** He came over TLS. */
  secure: boolean;
  userAgent: string | undefined;
}

/**
 * The surroundings of a page.
 *
 * @param caller Undefined where nobody is known: the page looks as Countersign does.
 * @param chosen a language that the reader has chosen
 */
export async function surroundingsOf(
  parts: PageParts,
  c: Context<HttpEnv>,
  caller: IntegrationCaller | undefined,
  chosen: string | null | undefined = c.req.query('lang'),
): Promise<Surroundings> {
  const language = isLanguage(chosen) ? chosen : negotiateLanguage(c.req.header('accept-language'));
  return {
    parts,
    root: '../'.repeat(Math.max(0, c.req.path.split('/').length - 3)) || './',
    language,
    languageChosen: isLanguage(chosen),
    say: layoutTexts[language],
    theme: (caller && (await parts.engine.settings.get(caller.tenant, 'theme'))) ?? {},
    settings: readPortalSettings(caller?.integration.doors[caller.door]),
    source: c.env.source,
    secure: c.env.secure,
    userAgent: c.req.header('user-agent'),
  };
}
