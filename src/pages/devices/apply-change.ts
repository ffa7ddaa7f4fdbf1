import { CountersignError } from '../../core/errors.ts';
import { showCodes } from '../enroll/recovery-codes.ts';
import { troubleOf } from '../frame/trouble.ts';
import { sealEnrollmentTicket } from '../tickets.ts';
import { goTo } from '../visit.ts';
import { showList } from './show-list.ts';
import type { Change } from './ticket.ts';
import { atTheList, type DevicesVisit, goToList } from './visit.ts';

/** Does what was proven. Whoever calls has seen to it that this is done once. */
export async function applyChange(visit: DevicesVisit, change: Change): Promise<Response> {
  const { parts, caller, subject } = visit;
  const { devices, trustedBrowsers } = parts.engine;
  try {
    switch (change.do) {
      case 'add':
        return await goToEnrollment(visit);
      case 'codes':
        return await renewCodes(visit);
      case 'rename':
        await devices.rename(caller, change.device, change.name);
        return goToList(visit, 'renamed');
      case 'remove':
        await devices.remove(caller, change.device);
        return goToList(visit, 'removed');
      case 'revoke':
        await trustedBrowsers.revoke(caller, change.browser);
        return goToList(visit, 'revoked');
      case 'revoke-all':
        await trustedBrowsers.revokeAll(caller, subject);
        return goToList(visit, 'revoked-all');
    }
  } catch (error) {
    return showList(atTheList(visit), { trouble: troubleOf(visit, error) });
  }
}

/** The page Enroll, from which the way leads back here. */
async function goToEnrollment(visit: DevicesVisit): Promise<Response> {
  const { parts, caller, content, source, language } = visit;
  const { user, until, returnUrl } = content;
  const enrollment = await parts.engine.enrollments.begin(caller, { user, context: { ip: source, language } });
  const devices = { until, ...(returnUrl === undefined ? {} : { returnUrl }) };
  const ticket = sealEnrollmentTicket(parts.engine, caller, enrollment, { devices });
  const more = visit.languageChosen ? `&lang=${language}` : '';
  return goTo(visit, `${visit.root}enrollment/?token=${ticket}${more}`);
}

async function renewCodes(visit: DevicesVisit): Promise<Response> {
  const { parts, caller, subject, content } = visit;
  const made = await parts.engine.devices.regenerateRecoveryCodes(caller, subject);
  const codes = made.shown?.['codes'];
  if (!Array.isArray(codes)) throw new CountersignError('internal', { detail: 'recovery codes show no codes' });
  return showCodes(atTheList(visit), content.user, codes.map(String));
}
