import type { Challenge } from '../../core/model.ts';
import { isStandIn } from '../../core/policy/decide.ts';
import { listOwnDevices } from '../challenge/own-devices.ts';
import { emptyField, troubleOf } from '../frame/trouble.ts';
import { devicesTexts } from '../locales/devices/index.ts';
import { resendAfterMs } from '../tickets.ts';
import { goTo, linkTo } from '../visit.ts';
import { applyChange } from './apply-change.ts';
import { describeChange } from './describe-change.ts';
import { showDevice } from './show-device.ts';
import { showList } from './show-list.ts';
import { type Change, type DevicesTicket, sealDevicesTicket } from './ticket.ts';
import { atTheList, type DevicesVisit, requireOwnBrowser, requireOwnDevice } from './visit.ts';

/** How long a proof can still be looked at after its challenge has run out, in ms. */
const graceMs = 600_000;

/** Names a device anew, if the name will do: whoever has proven himself must not hear only then that it does not. */
export async function beginRename(visit: DevicesVisit, form: URLSearchParams): Promise<Response> {
  const { parts, caller, subject, say } = visit;
  const device = await requireOwnDevice(visit, form.get('device') ?? '');
  const name = (form.get('name') ?? '').trim().normalize('NFC');
  if (name === '') return showDevice(visit, device, { trouble: emptyField(visit), name });
  if (name === device.name) return goTo(visit, linkTo(visit, { device: device.id }));
  const bad = (error: string, status: number, code: string) =>
    showDevice(visit, device, { trouble: { error, status, code }, name });
  if (name.length > 128 || /\p{Cc}/u.test(name)) return bad(say.refusals.invalid_parameters, 400, 'invalid_parameters');
  const others = await parts.engine.devices.list(caller, subject);
  if (others.some((other) => other.name === name)) return bad(say.refusals.name_taken, 409, 'already_exists');
  return beginChange(visit, { do: 'rename', device: device.id, name });
}

/** Asks the user to prove that it is he, for this one change. */
export async function beginChange(visit: DevicesVisit, change: Change): Promise<Response> {
  if ('device' in change) await requireOwnDevice(visit, change.device);
  if (change.do === 'revoke') await requireOwnBrowser(visit, change.browser);
  const ways = await listOwnDevices(visit);
  // What is about to go, because it was lost perhaps, is asked for only if there is nothing else; and nothing that is used up by it.
  const lasting = ways.filter(({ kind }) => !isStandIn(kind));
  const way = lasting.find(({ id }) => !('device' in change) || id !== change.device) ?? lasting[0] ?? ways[0];
  if (way !== undefined) return proveWith(visit, change, way.id);
  if (change.do === 'add' && (await mayBegin(visit))) return applyChange(visit, change);
  const error = devicesTexts[visit.language].noProof;
  return showList(visit, { trouble: { error, status: 409, code: 'no_device' } });
}

/** Whether somebody may add a device without a proof: only who has none at all, as when he signs in for the first time. */
async function mayBegin({ parts, caller, content, source }: DevicesVisit): Promise<boolean> {
  const { result } = await parts.engine.decide(caller, { user: content.user, context: { ip: source } });
  return result === 'enroll';
}

/** Issues the challenge, which says what it is for, and goes on with a ticket that ties the two together. */
export async function proveWith(visit: DevicesVisit, change: Change, deviceId: string): Promise<Response> {
  const { parts, caller, content, source, language } = visit;
  const { title } = await describeChange(visit, change);
  const reference = title.length > 128 ? `${title.slice(0, 127)}…` : title;
  try {
    const asked = { user: content.user, deviceId, reference, context: { ip: source, language } };
    const challenge = await parts.engine.challenges.issue(caller, asked);
    return goTo(visit, linkTo(withProof(visit, change, challenge)));
  } catch (error) {
    return showList(atTheList(visit), { trouble: troubleOf(visit, error) });
  }
}

/** The same visit, in which this challenge proves this change and no other. */
export function withProof(visit: DevicesVisit, change: Change, challenge: Challenge): DevicesVisit {
  const { parts, caller, subject, content } = visit;
  const resendAt = parts.clock.now() + resendAfterMs;
  const proven: DevicesTicket = { ...content, proving: { change, challenge: challenge.id, resendAt } };
  const ticket = sealDevicesTicket(parts.engine, caller, subject, proven, challenge.expiresAt + graceMs);
  return { ...visit, content: proven, ticket };
}
