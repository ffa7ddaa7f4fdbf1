import { directionOf, type Language } from '../../core/language.ts';
import { escapeHtml } from './escape-html.ts';

/**
 * The one frame of every HTML mail: a centred table, styles inline because many mail programs drop style sheets, dark
 * colours where the program honours the media query. Nothing is loaded from anywhere, so opening a mail tells nobody.
 *
 * @param language Decides on the direction, too: Arabic is read from right to left
 * @param title Plain text
 * @param blocks HTML, one row each; values in it are already escaped
 */
export function layoutHtml(language: Language, title: string, blocks: readonly string[]): string {
  const rows = blocks.map((block) => `<tr><td style="padding:0 0 16px 0">${block}</td></tr>`);
  return `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
@media (prefers-color-scheme: dark) {
  .page { background: #111418 !important; }
  .card { background: #1b2027 !important; color: #e8eaed !important; }
  .code { background: #2a313b !important; color: #ffffff !important; }
  .note { color: #a9b1bc !important; }
}
</style>
</head>
<body class="page" style="margin:0;padding:0;background:#f2f4f7">
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f2f4f7">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:480px;background:#ffffff;color:#1b2027;border-radius:8px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
<tr><td style="padding:24px 24px 8px 24px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0">
<tr><td style="padding:0 0 16px 0"><h1 style="margin:0;font-size:20px;line-height:1.3">${escapeHtml(title)}</h1></td></tr>
${rows.join('\n')}
</table>
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;
}

/** A paragraph of plain text; line breaks are kept. */
export function paragraph(text: string): string {
  return `<p style="margin:0">${escapeHtml(text).replace(/\r\n|\r|\n/g, '<br>\n')}</p>`;
}

/** A paragraph in small print. */
export function note(text: string): string {
  return `<p class="note" style="margin:0;font-size:13px;color:#5b6470">${escapeHtml(text)}</p>`;
}
