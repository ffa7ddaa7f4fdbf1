import { languages, directionOf } from '../../core/language.ts';
import { defaultAccent } from './accent.ts';
import { pageHeaders } from './content-security.ts';
import { html, type Markup, nothing } from './markup.ts';
import type { Surroundings } from './surroundings.ts';

/** What one page shows. */
export interface PageContent {
  /** The heading, and the title of the window. */
  title: string;
  body: Markup;
  /** Default 200. */
  status?: number;
  /** The page tells of a mistake: its title says so, too. */
  failed?: boolean;
  /** Scripts of `src/pages/assets`; the page has to work without them wherever it can. */
  scripts?: readonly string[];
  /** A script of the page asks the server something. */
  connects?: boolean;
  /** Path of a manifest, from `/portal/`: the page can be installed. */
  manifest?: string;
  /** Loads the page again after so many seconds: for pages that only wait and take no input. One whose script asks the server does without. */
  refreshSeconds?: number;
  /** Where its forms may lead in the end. */
  returnUrl?: string | undefined;
  /** What a page that is loaded with GET needs in its address, so that the language can be changed. Left out: it cannot. */
  address?: Readonly<Record<string, string>> | undefined;
  /** Wider than a form. */
  wide?: boolean;
}

/** A page as an answer. */
export async function showPage(around: Surroundings, page: PageContent): Promise<Response> {
  const { theme, settings } = around;
  const headers = pageHeaders({
    scripts: (page.scripts ?? []).length > 0,
    connects: page.connects === true,
    installable: page.manifest !== undefined,
    logoUrl: theme.logoUrl,
    stylesheetUrl: theme.stylesheetUrl,
    returnUrl: page.returnUrl,
    frameAncestors: settings.frameAncestors,
  });
  return new Response(String(await layOut(around, page)), { status: page.status ?? 200, headers });
}

function layOut(around: Surroundings, page: PageContent): Markup {
  const { root, language, say, theme, parts } = around;
  const asset = (name: string) => `${root}${parts.assets.pathOf(name)}`;
  const title = `${page.failed === true ? say.errorPrefix : ''}${page.title}`;
  return html`<!doctype html>
    <html lang="${language}" dir="${directionOf(language)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        ${refresh(page)}
        <title>${theme.name === undefined ? title : `${title} – ${theme.name}`}</title>
        <link rel="icon" href="${asset('mark.svg')}" />
        <link rel="stylesheet" href="${asset('portal.css')}" />
        <link rel="stylesheet" href="${root}${parts.assets.accentPath(theme.primaryColor ?? defaultAccent)}" />
        ${theme.stylesheetUrl === undefined ? nothing : html`<link rel="stylesheet" href="${theme.stylesheetUrl}" />`}
        ${page.manifest === undefined ? nothing : html`<link rel="manifest" href="${root}${page.manifest}" />`}
        ${(page.scripts ?? []).map((name) => html`<script src="${asset(name)}" defer></script>`)}
      </head>
      <body>
        <div class="${page.wide === true ? 'page wide' : 'page'}">
          ${brand(around, asset)}
          <main class="card">
            <h1>${page.title}</h1>
            ${page.body}
          </main>
          ${page.address === undefined ? nothing : languageForm(around, page.address)}
        </div>
      </body>
    </html>`;
}

function refresh({ refreshSeconds, connects }: PageContent): Markup {
  if (refreshSeconds === undefined) return nothing;
  const meta = html`<meta http-equiv="refresh" content="${refreshSeconds}" />`;
  return connects === true ? html`<noscript>${meta}</noscript>` : meta;
}

function brand({ theme }: Surroundings, asset: (name: string) => string): Markup {
  const { name, logoUrl } = theme;
  const picture = html`<img src="${logoUrl ?? asset('mark.svg')}" alt="" height="32" />`;
  const initial = html`<span class="initial" aria-hidden="true">${name?.match(/\p{L}|\p{N}/u)?.[0] ?? ''}</span>`;
  return html`<header class="brand">
    ${logoUrl === undefined && name !== undefined ? initial : picture}
    <span>${name ?? 'Countersign'}</span>
  </header>`;
}

function languageForm({ language, say }: Surroundings, address: Readonly<Record<string, string>>): Markup {
  return html`<footer>
    <form method="get" action="./" class="language">
      ${Object.entries(address).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <label for="lang">${say.language}</label>
      <select id="lang" name="lang">
        ${Object.entries(languages).map(
          ([code, name]) =>
            html`<option value="${code}" lang="${code}" ${code === language ? 'selected' : ''}>${name}</option>`,
        )}
      </select>
      <button class="quiet">${say.change}</button>
    </form>
  </footer>`;
}
