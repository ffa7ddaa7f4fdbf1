import type { Device, JsonObject, Method, User } from '../core/model.ts';
import type { Answer, DeviceKind, RefusalReason, Verdict } from '../devices/index.ts';
import { advanceDevice, type Executor, findDevice, type StoredDevice } from '../store/index.ts';
import type { IntegrationCaller } from './engine.ts';
import { kindContext, openDevice, presentDevice, sealDevice } from './kind-access.ts';
import type { EngineParts } from './parts.ts';

/** A verdict that is already written: the device stands at its next state. */
export type Judged =
  { accepted: true; device: Device; method: Method } | { accepted: false; reason: RefusalReason | 'changed_meanwhile' };

/** What has to be asked of the kind. */
type Ask = (kind: DeviceKind, device: ReturnType<typeof openDevice>) => Verdict<unknown, unknown>;

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
    const opened = openDevice(parts, current);
    const verdict = ask(kind, opened);
    if (!verdict.accepted) return verdict;
    const now = parts.clock.now();
    const secretChanged = verdict.next.secret !== opened.secret;
    const next = secretChanged
      ? sealDevice(parts, current.tenantId, current.id, verdict.next)
      : { counters: JSON.stringify(verdict.next.counters) };
    if (await advanceDevice(db, current, next, now)) {
      const advanced = { ...current, ...next, version: current.version + 1, lastUsedAt: now };
      return {
        accepted: true,
        device: presentDevice(parts, advanced, verdict.next),
        method: { ...verdict.method, deviceId: current.id },
      };
    }
    const reloaded = await findDevice(db, current.tenantId, current.id);
    if (reloaded === undefined || reloaded.status !== 'active') return { accepted: false, reason: 'not_answerable' };
    current = reloaded;
  }
  return { accepted: false, reason: 'changed_meanwhile' };
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
  return judge(parts, db, device, (kind, opened) =>
    kind.check(opened, issued, answer, kindContext(parts, caller.integration, kind, user.name)),
  );
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
