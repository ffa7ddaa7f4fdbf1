/*
 * The hosted pages. To add one:
 *
 * 1. a folder with its `TicketedPage`: the path below `/portal`, the purpose of its tickets, what they hold, `show` for GET and one function
 *    per form in `actions` (`enroll/enrollment-page.ts` is the model). GET changes nothing;
 * 2. `bindPage(app, parts, page)` in `hosted-pages.ts`. A page that is reached without a ticket binds its own routes to the `app`, inside
 *    of `guarded`, with `surroundingsOf` and `showPage`;
 * 3. its texts in `locales/<area>/`, in every language, with an `index.ts` that makes them `Localized`;
 * 4. scripts, pictures and styles in `assets/`, named in `scripts` of `showPage`: `parts.assets.pathOf('x.js')`. Nothing inline: the policy
 *    of the page forbids it.
 *
 * Markup comes from `frame/markup.ts` and nowhere else, so that everything is escaped; forms from `ticketForm`, fields from `frame/fields.ts`.
 * After a form that has changed something, `goTo(visit, linkTo(visit))`; after a refusal, `showTicketed` with what was wrong.
 */
export { openDevicesVisit } from './devices/ticket.ts';
export { hostedPages, type HostedPagesOptions } from './hosted-pages.ts';
export { checkPortalSettings, portalSettings, type PortalSettings } from './settings.ts';
export {
  hasPortal,
  isReturnUrl,
  pageUrl,
  type PortalRequest,
  resendAfterMs,
  sealChallengeTicket,
  sealEnrollmentTicket,
} from './tickets.ts';
