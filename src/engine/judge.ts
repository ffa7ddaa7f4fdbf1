import { CountersignError } from '../core/errors.ts';
import type { Device, JsonObject, Method, User } from '../core/model.ts';
import type { Answer, DeviceKind, RefusalReason, Verdict } from '../devices/index.ts';
import { advanceDevice, type Executor, findDevice, type StoredDevice, supersedeVerdicts } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import { kindContext, openDevice, presentDevice, sealDevice } from './kind-access.ts';
import type { EngineParts } from './parts.ts';

/** A verdict that is already written: the device stands at its next state. */
export type Judged =
  | { accepted: true; device: Device; method: Method }
  | { accepted: false; reason: RefusalReason | 'changed_meanwhile'; fault?: undefined }
  | Faulty;

/** The device could not be asked, e.g. because its secret does not open. Nothing was judged. */
interface Faulty {
  accepted: false;
  reason: 'fault';
  fault: CountersignError;
}

/** What has to be asked of the kind. */
type Ask = (kind: DeviceKind, device: ReturnType<typeof openDevice>) => Verdict<unknown, unknown>;

interface Asked {
  opened: ReturnType<typeof openDevice>;
  verdict: Verdict<unknown, unknown>;
}

/** How often a verdict is computed anew because somebody else advanced the device in between. */
const rounds = 5;

/**
 * Lets a kind judge, and advances the device in one guarded statement on the version that was judged (design law 3). Who loses a race
 * judges again on what the winner left, and is then told what a replay is told.
 */
async function judge(parts: EngineParts, db: Executor, device: StoredDevice, ask: Ask): Promise<Judged> {
  const kind = parts.kinds.get(device.kind);
  if (kind === undefined) return { accepted: false, reason: 'not_answerable' };
  let current = device;
  for (let round = 0; round < rounds; round++) {
    const asked = askDevice(parts, kind, current, ask);
    if ('fault' in asked) return asked;
    const { verdict } = asked;
    if (!verdict.accepted) {
      // Whoever accepts another answer of this user at this moment has to see that a guess was spent.
      await supersedeVerdicts(db, current.tenantId, current.userId);
      return verdict;
    }
    const now = parts.clock.now();
    const next = nextOf(parts, current, asked, verdict);
    if (await advanceDevice(db, current, next, now)) {
      const advanced = { ...current, ...next, version: current.version + 1, lastUsedAt: now };
      return presentAcceptance(parts, advanced, verdict);
    }
    const reloaded = await findDevice(db, current.tenantId, current.id);
    if (reloaded === undefined || reloaded.status !== 'active') return { accepted: false, reason: 'not_answerable' };
    current = reloaded;
  }
  return { accepted: false, reason: 'changed_meanwhile' };
}

type Acceptance = Extract<Verdict<unknown, unknown>, { accepted: true }>;

/** What is stored of a device after its answer was accepted; the secret only where it changed. */
function nextOf(
  parts: EngineParts,
  device: StoredDevice,
  { opened }: Asked,
  { next }: Acceptance,
): { counters: string; secret?: string } {
  return next.secret === opened.secret
    ? { counters: JSON.stringify(next.counters) }
    : sealDevice(parts, device.tenantId, device.id, next);
}

function presentAcceptance(
  parts: EngineParts,
  advanced: StoredDevice,
  { next, method }: Acceptance,
): Extract<Judged, { accepted: true }> {
  return {
    accepted: true,
    device: presentDevice(parts, advanced, next),
    method: { ...method, deviceId: advanced.id },
  };
}

/** A verdict that is not written yet: what the device is to become when it is. */
export type Weighed =
  (Extract<Judged, { accepted: true }> & { advanced: StoredDevice }) | Exclude<Judged, { accepted: true }>;

/** Judges an answer that needs no challenge, and writes nothing. */
export function weighAnswer(
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  device: StoredDevice,
  answer: Answer,
): Weighed {
  const kind = parts.kinds.get(device.kind);
  if (kind === undefined) return { accepted: false, reason: 'not_answerable' };
  const asked = askDevice(parts, kind, device, checking(parts, caller, user, undefined, answer));
  if ('fault' in asked) return asked;
  const { verdict } = asked;
  if (!verdict.accepted) return verdict;
  const next = nextOf(parts, device, asked, verdict);
  const advanced = { ...device, ...next, version: device.version + 1, lastUsedAt: parts.clock.now() };
  return { ...presentAcceptance(parts, advanced, verdict), advanced };
}

function checking(
  parts: EngineParts,
  caller: IntegrationCaller,
  user: User,
  issued: JsonObject | undefined,
  answer: Answer,
): Ask {
  return (kind, opened) => kind.check(opened, issued, answer, kindContext(parts, caller.integration, kind, user.name));
}

/** Lets a kind look at an answer to a device; changes nothing. What goes wrong here is the device's own, never the database's. */
function askDevice(parts: EngineParts, kind: DeviceKind, device: StoredDevice, ask: Ask): Asked | Faulty {
  try {
    const opened = openDevice(parts, device);
    return { opened, verdict: ask(kind, opened) };
  } catch (error) {
    const fault = error instanceof CountersignError ? error : new CountersignError('internal', { cause: error });
    return { accepted: false, reason: 'fault', fault };
  }
}

/** Judges an answer to a device, with what its challenge kept. */
export function judgeAnswer(
  parts: EngineParts,
  db: Executor,
  caller: IntegrationCaller,
  user: User,
  device: StoredDevice,
  issued: JsonObject | undefined,
  answer: Answer,
): Promise<Judged> {
  return judge(parts, db, device, checking(parts, caller, user, issued, answer));
}

/** Judges two consecutive answers that set a counter which has run away. */
export function judgeResynchronization(
  parts: EngineParts,
  db: Executor,
  caller: IntegrationCaller,
  user: User,
  device: StoredDevice,
  answers: readonly [Answer, Answer],
): Promise<Judged> {
  return judge(parts, db, device, (kind, opened) =>
    kind.resynchronize === undefined
      ? { accepted: false, reason: 'not_answerable' }
      : kind.resynchronize(opened, answers, kindContext(parts, caller.integration, kind, user.name)),
  );
}
