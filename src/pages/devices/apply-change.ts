import { CountersignError } from '../../core/errors.ts';
import { showCodes } from '../enroll/recovery-codes.ts';
import { troubleOf } from '../frame/trouble.ts';
import { sealEnrollmentTicket } from '../tickets.ts';
import { goTo } from '../visit.ts';
import { showList } from './show-list.ts';
import type { Change } from './ticket.ts';
import { atTheList, type DevicesVisit, type DoneNote, goToList } from './visit.ts';

/** Does what was proven. Whoever calls has seen to it that this is done once. */
export async function applyChange(visit: DevicesVisit, change: Change): Promise<Response> {
  try {
    if (change.do === 'add') return await goToEnrollment(visit);
    if (change.do === 'codes') return await renewCodes(visit);
    return goToList(visit, await changeAtOnce(visit, change));
  } catch (error) {
    return showList(atTheList(visit), { trouble: troubleOf(visit, error) });
  }
}

/** A change of which nothing more is to be shown than that it is done. */
async function changeAtOnce(
  { parts, caller, subject }: DevicesVisit,
  change: Exclude<Change, { do: 'add' | 'codes' }>,
): Promise<DoneNote> {
  const { devices, trustedBrowsers } = parts.engine;
  if (change.do === 'rename') {
    await devices.rename(caller, change.device, change.name);
    return 'renamed';
  }
  if (change.do === 'remove') {
    await devices.remove(caller, change.device);
    return 'removed';
  }
  if (change.do === 'revoke') {
    await trustedBrowsers.revoke(caller, subject, change.browser);
    return 'revoked';
  }
  await trustedBrowsers.revokeAll(caller, subject);
  return 'revoked-all';
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
