import { CountersignError } from '../../core/errors.ts';
import type { Enrollment } from '../../core/model.ts';
import type { TicketedPage } from '../bind-page.ts';
import { wayBackToDevices } from '../devices/way-back.ts';
import { troubleOf } from '../frame/trouble.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import { giveResult } from '../result/give-result.ts';
import { returnAddress } from '../result/return-address.ts';
import { enrollmentPurpose, enrollmentTicket, type EnrollmentTicket } from '../tickets.ts';
import { goTo, linkTo, type Visit } from '../visit.ts';
import { answerStep } from './answer-step.ts';
import { chooseKind, sendAgain, sendToAddress } from './choose-kind.ts';
import { isAddressKind, offeredKinds } from './offered-kinds.ts';
import { downloadCodes, showNewCodes } from './recovery-codes.ts';
import { showAddress } from './show-address.ts';
import { mayHaveCodes, showDone } from './show-done.ts';
import { showEnded } from './show-ended.ts';
import { showKinds } from './show-kinds.ts';
import { showStep } from './show-step.ts';

/** The page on which somebody adds a device. Which step it shows is the state of the enrollment, and nothing that the browser says. */
export const enrollmentPage: TicketedPage<EnrollmentTicket> = {
  path: '/enrollment/',
  purpose: enrollmentPurpose,
  content: enrollmentTicket,
  show: async (visit, query) => showState(visit, await readEnrollment(visit), query),
  actions: {
    choose: async (visit, form) => chooseKind(visit, await readEnrollment(visit), form),
    send: async (visit, form) => sendToAddress(visit, await readEnrollment(visit), form),
    again: async (visit) => sendAgain(visit, await readEnrollment(visit)),
    answer: async (visit, form) => answerStep(visit, await readEnrollment(visit), form),
    restart: async (visit) => {
      const enrollment = await readEnrollment(visit);
      if (enrollment.state === 'prepared') await visit.parts.engine.enrollments.restart(visit.caller, enrollment.id);
      return goTo(visit, linkTo(visit));
    },
    cancel: async (visit) => {
      const enrollment = await readEnrollment(visit);
      if (enrollment.state === 'new' || enrollment.state === 'prepared') {
        await visit.parts.engine.enrollments.cancel(visit.caller, enrollment.id);
      }
      const back = returnAddress(visit.content, { error: 'cancelled' }) ?? (await wayBackToDevices(visit));
      return goTo(visit, back ?? linkTo(visit));
    },
    name: async (visit, form) => nameDevice(visit, await readCompleted(visit), form.get('name') ?? ''),
    codes: async (visit) => makeCodes(visit, await readCompleted(visit)),
    download: async (visit, form) => downloadCodes(visit, form),
    finish: async (visit) => {
      const { id, userName } = await readCompleted(visit);
      return giveResult(visit, id, { sort: 'enrollment', id, user: userName });
    },
  },
};

function readEnrollment({ parts, caller, content }: Visit<EnrollmentTicket>): Promise<Enrollment> {
  return parts.engine.enrollments.get(caller, content.enrollment);
}

/** @throws CountersignError `wrong_state` */
async function readCompleted(visit: Visit<EnrollmentTicket>): Promise<Enrollment> {
  const enrollment = await readEnrollment(visit);
  if (enrollment.state !== 'completed') throw new CountersignError('wrong_state');
  return enrollment;
}

/** The step that the state asks for. */
function showState(visit: Visit<EnrollmentTicket>, enrollment: Enrollment, query: URLSearchParams): Promise<Response> {
  const { state } = enrollment;
  if (state === 'new') {
    const wanted = query.get('kind');
    const offered = isAddressKind(wanted) && offeredKinds(visit).some(({ name }) => name === wanted);
    return offered ? showAddress(visit, wanted) : showKinds(visit, enrollment);
  }
  if (state === 'prepared') return showStep(visit, enrollment, { sentAgain: query.get('sent') === 'again' });
  if (state === 'completed') return showDone(visit, enrollment, { saved: query.get('saved') === 'name' });
  return showEnded(visit, state);
}

async function nameDevice(visit: Visit<EnrollmentTicket>, enrollment: Enrollment, name: string): Promise<Response> {
  const { parts, caller, say } = visit;
  try {
    await parts.engine.devices.rename(caller, enrollment.deviceId ?? '', name.trim());
  } catch (error) {
    const trouble = troubleOf(visit, error);
    const taken = trouble.code === 'already_exists' ? { ...trouble, error: say.refusals.name_taken } : trouble;
    return showDone(visit, enrollment, { trouble: taken });
  }
  return goTo(visit, linkTo(visit, { saved: 'name' }));
}

async function makeCodes(visit: Visit<EnrollmentTicket>, enrollment: Enrollment): Promise<Response> {
  if (!mayHaveCodes(visit)) throw new CountersignError('kind_not_allowed');
  try {
    return await showNewCodes(visit, enrollment);
  } catch (error) {
    const trouble = troubleOf(visit, error);
    const { already } = enrollTexts[visit.language].recovery;
    return showDone(visit, enrollment, {
      trouble: trouble.code === 'already_exists' ? { ...trouble, error: already } : trouble,
    });
  }
}
