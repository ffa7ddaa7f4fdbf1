import { CountersignError } from '../../core/errors.ts';
import type { Enrollment } from '../../core/model.ts';
import { pageHeaders } from '../frame/content-security.ts';
import { icon } from '../frame/icon.ts';
import { html } from '../frame/markup.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import { codesPurpose, type EnrollmentTicket } from '../tickets.ts';
import { linkTo, showTicketed, ticketForm, type Visit } from '../visit.ts';

/**
 * Makes recovery codes for a user who has none, and shows them: in this one answer, which is nowhere again. Of two that ask at the same time
 * one is refused, because a user has at most one device of this kind.
 */
export async function showNewCodes(visit: Visit<EnrollmentTicket>, { userName }: Enrollment): Promise<Response> {
  const { parts, caller } = visit;
  const made = await parts.engine.devices.provision(caller, { user: userName, devices: [{ kind: 'recovery-codes' }] });
  const codes = made.devices[0]?.shown?.['codes'];
  if (!Array.isArray(codes)) throw new CountersignError('internal', { detail: 'recovery codes show no codes' });
  return showCodes(visit, userName, codes.map(String));
}

/** Recovery codes in the one answer that shows them. The way on leads to the page of the visit. */
export function showCodes(visit: Visit<unknown>, userName: string, codes: readonly string[]): Promise<Response> {
  const { parts, caller, expiresAt } = visit;
  const texts = enrollTexts[visit.language].recovery;
  // The file is asked for with what the page holds: the server keeps nothing that could be read again.
  const file = parts.engine.portalTickets.issue(caller, codesPurpose, { subject: userName, content: codes, expiresAt });
  return showTicketed(visit, {
    title: texts.shownTitle,
    scripts: ['recovery-codes.js'],
    // Whoever changes the language loads the page again, and the codes would be gone.
    address: undefined,
    body: html`${icon('list', 'big no-print')}
      <p class="print-only">${texts.fileTitle(userName)}</p>
      <p class="lead no-print">${texts.shownLead}</p>
      <ul class="codes" id="codes" dir="ltr">
        ${codes.map((code) => html`<li>${code}</li>`)}
      </ul>
      <div class="stack no-print">
        ${ticketForm(
          visit,
          'download',
          html`<input type="hidden" name="codes" value="${file}" /><button class="second">${texts.download}</button>`,
        )}
        <button type="button" class="second" data-copy="#codes" data-done="${texts.copied}" hidden>
          ${texts.copy}
        </button>
        <button type="button" class="second" data-print hidden>${texts.print}</button>
        <a class="button" href="${linkTo(visit)}">${texts.kept}</a>
      </div>`,
  });
}

/** The codes as a file. */
export async function downloadCodes(visit: Visit<unknown>, form: URLSearchParams): Promise<Response> {
  const { parts, caller, theme } = visit;
  const texts = enrollTexts[visit.language].recovery;
  const opened = await parts.engine.portalTickets.open(codesPurpose, form.get('codes') ?? '');
  if (opened?.caller.integration.id !== caller.integration.id || !Array.isArray(opened.content)) {
    throw new CountersignError('ticket_invalid');
  }
  const lines = [`${texts.fileTitle(opened.subject)} ${theme.name ?? caller.integration.name}`, '', ...opened.content];
  return new Response(`${lines.join('\r\n')}\r\n`, {
    headers: {
      ...pageHeaders({ frameAncestors: visit.settings.frameAncestors }),
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': `attachment; filename="${texts.fileName}"`,
    },
  });
}
