import { CountersignError } from '../../core/errors.ts';
import type { Enrollment } from '../../core/model.ts';
import { emptyField, type Trouble, troubleOf } from '../frame/trouble.ts';
import { enrollTexts } from '../locales/enroll/index.ts';
import { secondsUntil } from '../seconds-until.ts';
import { type EnrollmentTicket, resendAfterMs, sealEnrollmentTicket } from '../tickets.ts';
import { goTo, linkTo, type Visit } from '../visit.ts';
import { addressOptions, type AddressKind, isAddressKind, offeredKinds } from './offered-kinds.ts';
import { showAddress } from './show-address.ts';
import { showKinds } from './show-kinds.ts';
import { showStep } from './show-step.ts';

/** Chooses a kind that asks for nothing. */
export async function chooseKind(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  form: URLSearchParams,
): Promise<Response> {
  const { parts, caller, language } = visit;
  const kind = form.get('kind') ?? '';
  try {
    requireOffered(visit, kind);
    await parts.engine.enrollments.prepare(caller, enrollment.id, { kind, context: { language } });
  } catch (error) {
    const trouble = troubleOf(visit, error);
    // A second click, or the back button: what is there now says more than that it is too late.
    return hasMoved(trouble) ? goTo(visit, linkTo(visit)) : showKinds(visit, enrollment, trouble);
  }
  return goTo(visit, linkTo(visit));
}

/** Sends the first code to an address. */
export async function sendToAddress(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  form: URLSearchParams,
): Promise<Response> {
  const kind = form.get('kind');
  const value = (form.get('address') ?? '').trim().slice(0, 320);
  if (!isAddressKind(kind)) throw new CountersignError('kind_not_allowed');
  if (value === '') return showAddress(visit, kind, { ...emptyField(visit), value });
  try {
    requireOffered(visit, kind);
    return await send(visit, enrollment, kind, value);
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (hasMoved(trouble) || trouble.code === 'delivery_failed') return goTo(visit, linkTo(visit));
    return showAddress(visit, kind, { ...trouble, value });
  }
}

/** Sends another code to the same address. The one before is void. */
export async function sendAgain(visit: Visit<EnrollmentTicket>, enrollment: Enrollment): Promise<Response> {
  const { parts, caller, content, say } = visit;
  const { kind = null, state } = enrollment;
  const { target, resendAt } = content;
  if (state !== 'prepared' || !isAddressKind(kind) || target === undefined) return goTo(visit, linkTo(visit));
  const seconds = secondsUntil(visit, resendAt);
  if (seconds > 0) {
    const error = enrollTexts[visit.language].sent.tooEarly(say.seconds(seconds));
    return showStep(visit, enrollment, { trouble: { error, status: 429, code: 'too_many_messages' } });
  }
  try {
    await parts.engine.enrollments.restart(caller, enrollment.id);
    return await send(visit, enrollment, kind, target, { sent: 'again' });
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (hasMoved(trouble) || trouble.code === 'delivery_failed') return goTo(visit, linkTo(visit));
    return showAddress(visit, kind, { ...trouble, value: target });
  }
}

async function send(
  visit: Visit<EnrollmentTicket>,
  enrollment: Enrollment,
  kind: AddressKind,
  target: string,
  more: Record<string, string> = {},
): Promise<Response> {
  const { parts, caller, content, language } = visit;
  const options = { [addressOptions[kind]]: target };
  await parts.engine.enrollments.prepare(caller, enrollment.id, { kind, options, context: { language } });
  const { returnUrl, state, devices } = content;
  const resendAt = parts.clock.now() + resendAfterMs;
  const ticket = sealEnrollmentTicket(parts.engine, caller, enrollment, {
    returnUrl,
    state,
    target,
    resendAt,
    devices,
  });
  return goTo(visit, linkTo({ ...visit, ticket }, more));
}

/** @throws CountersignError `kind_not_allowed` */
function requireOffered(visit: Visit<EnrollmentTicket>, kind: string): void {
  if (!offeredKinds(visit).some(({ name }) => name === kind)) throw new CountersignError('kind_not_allowed');
}

function hasMoved({ code }: Trouble): boolean {
  return code === 'wrong_state' || code === 'enrollment_expired';
}
