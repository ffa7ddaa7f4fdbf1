import { CountersignError } from '../core/errors.ts';
import type { Device, JsonObject, Method, User } from '../core/model.ts';
import type { Answer, DeviceKind, RefusalReason, Verdict } from '../devices/index.ts';
import type { StoredDevice } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import { kindContext, openDevice, presentDevice, sealDevice } from './kind-access.ts';
import type { EngineParts } from './parts.ts';

/** A verdict that is not written yet. */
export type Weighed =
  | {
      accepted: true;
      device: Device;
      method: Method;
      /** What the device has to become: only when that is committed, the answer is accepted (design law 3). */
      advanced: StoredDevice;
    }
  | { accepted: false; reason: RefusalReason | 'not_permitted'; fault?: undefined }
  | Faulty;

/** The device could not be asked, e.g. because its secret does not open. Nothing was judged. */
interface Faulty {
  accepted: false;
  reason: 'fault';
  fault: CountersignError;
}

/** What has to be asked of the kind. */
type Ask = (kind: DeviceKind, device: ReturnType<typeof openDevice>) => Verdict<unknown, unknown>;

/** Judges an answer to a device, with what its challenge kept and the challenge's id, and writes nothing. */
export function weighAnswer(
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  device: StoredDevice,
  answer: Answer,
  issued?: JsonObject,
  id?: string,
): Weighed {
  return weigh(parts, caller, device, (kind, opened) =>
    kind.check(opened, issued, answer, kindContext(parts, caller.integration, kind, user.name, { id })),
  );
}

/** Judges two consecutive answers that set a counter which has run away, and writes nothing. */
export function weighResynchronization(
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  device: StoredDevice,
  answers: readonly [Answer, Answer],
): Weighed {
  return weigh(parts, caller, device, (kind, opened) =>
    kind.resynchronize === undefined
      ? { accepted: false, reason: 'not_answerable' }
      : kind.resynchronize(opened, answers, kindContext(parts, caller.integration, kind, user.name)),
  );
}

function weigh(parts: EngineParts, caller: IntegrationCaller, device: StoredDevice, ask: Ask): Weighed {
  const kind = parts.kinds.get(device.kind);
  if (kind === undefined) return { accepted: false, reason: 'not_answerable' };
  try {
    const opened = openDevice(parts, device);
    const verdict = ask(kind, opened);
    if (!verdict.accepted) return verdict;
    const { next, method } = verdict;
    // The answer itself has to prove both factors: that its device could have is not enough.
    if (caller.integration.policy.factors === 2 && method.userVerified !== true) {
      return { accepted: false, reason: 'not_permitted' };
    }
    // Most secrets never change; sealing one anew costs more than judging it.
    const stored =
      next.secret === opened.secret
        ? { counters: JSON.stringify(next.counters) }
        : sealDevice(parts, device.tenantId, device.id, next);
    const advanced = { ...device, ...stored, version: device.version + 1, lastUsedAt: parts.clock.now() };
    return {
      accepted: true,
      device: presentDevice(parts, advanced, next),
      method: { ...method, deviceId: device.id },
      advanced,
    };
  } catch (error) {
    // What goes wrong here is the device's own, never the database's.
    const fault = error instanceof CountersignError ? error : new CountersignError('internal', { cause: error });
    return { accepted: false, reason: 'fault', fault };
  }
}
