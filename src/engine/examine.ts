import type { JsonObject } from '../core/model.ts';
import type { Answer, DeviceKind } from '../devices/index.ts';
import { type GuessPayer, openGuessAccounts } from '../limits/index.ts';
import {
  type Executor,
  findChallenge,
  findEnrollment,
  findUsersWithDevices,
  type StoredDevice,
  type UserWithDevices,
} from '../store/index.ts';
import type { IntegrationCaller, VerifyOptions } from './engine.ts';
import { contextOf } from './keep-context.ts';
import { kindContext, openDevice } from './kind-access.ts';
import type { EngineParts } from './parts.ts';
import { openPrepared } from './prepared-content.ts';
import { enrollmentPayer, guessPayer, passkeyPayer } from './read-users.ts';

/** What a kind made of an answer ahead of its verdict, and of exactly which device and challenge. */
export interface Examined {
  secret: string;
  kept: string | undefined;
  result: JsonObject;
}

type Examiner = DeviceKind & Required<Pick<DeviceKind, 'examine'>>;

/**
 * The answer as its kind may see it: with what was examined, if device and challenge are still the same. What a caller has put there
 * himself is dropped.
 */
export function withExamined(
  { code, response }: Answer,
  examined: Examined | undefined,
  device: { secret: string },
  kept: string | undefined,
): Answer {
  const holds = examined !== undefined && examined.secret === device.secret && examined.kept === kept;
  return {
    ...(code === undefined ? {} : { code }),
    ...(response === undefined ? {} : { response }),
    ...(holds ? { examined: examined.result } : {}),
  };
}

/** Whether a kind examines such answers: only they cost a look ahead. */
function isExaminer(kind: DeviceKind | undefined, answer: Answer): kind is Examiner {
  if (kind?.examine === undefined) return false;
  return answer.response !== undefined || kind.recognizes?.(answer) === true;
}

function isExamined(parts: EngineParts, answer: Answer): boolean {
  return parts.kinds.list().some((kind) => isExaminer(kind, answer));
}

/** Nobody who has no guess left makes us work. */
async function mayGuess(
  parts: EngineParts,
  db: Executor,
  { integration: { policy } }: IntegrationCaller,
  payer: GuessPayer,
): Promise<boolean> {
  const accounts = await openGuessAccounts(db, [{ payer, policy }], parts.clock.now());
  return accounts.findExhaustion(0) === undefined;
}

/** Examines an answer to a challenge. Undefined: there is nothing to examine; the verdict will say what is wrong. */
export async function examineForChallenge(
  parts: EngineParts,
  caller: IntegrationCaller,
  id: string,
  answer: Answer,
): Promise<Examined | undefined> {
  if (!isExamined(parts, answer)) return undefined;
  const read = await parts.store.read(async (db) => {
    const challenge = await findChallenge(db, caller.tenant, caller.integration.id, id);
    if (challenge === undefined || challenge.state !== 'pending') return undefined;
    const { realmId } = caller.integration;
    const [found] = await findUsersWithDevices(db, 'id', [
      { tenant: caller.tenant, realm: realmId, user: challenge.userId },
    ]);
    const device = found?.devices.find((device) => device.id === challenge.deviceId);
    if (found === undefined || device?.status !== 'active') return undefined;
    if (!(await mayGuess(parts, db, caller, guessPayer(caller, found.user.name, contextOf(challenge)?.ip))))
      return undefined;
    return { challenge, device, user: found.user.name };
  });
  if (read === undefined) return undefined;
  const { challenge, device, user } = read;
  return examineDevice(parts, caller, user, device, answer, challenge.kept, id);
}

/** Examines an answer without a challenge against every device of the user whose kind wants it; by device id. */
export async function examineForVerify(
  parts: EngineParts,
  caller: IntegrationCaller,
  { user, answer, kinds, context }: VerifyOptions,
): Promise<ReadonlyMap<string, Examined>> {
  const examined = new Map<string, Examined>();
  if (!isExamined(parts, answer)) return examined;
  const found = await parts.store.read(async (db): Promise<UserWithDevices | undefined> => {
    const [found] = await findUsersWithDevices(db, 'name', [
      { tenant: caller.tenant, realm: caller.integration.realmId, user },
    ]);
    return found !== undefined && (await mayGuess(parts, db, caller, guessPayer(caller, user, context?.ip)))
      ? found
      : undefined;
  });
  const asked = (found?.devices ?? []).filter(
    ({ kind, status }) => status === 'active' && (kinds === undefined || kinds.includes(kind)),
  );
  for (const device of asked) {
    const result = await examineDevice(parts, caller, user, device, answer, undefined);
    if (result !== undefined) examined.set(device.id, result);
  }
  return examined;
}

async function examineDevice(
  parts: EngineParts,
  caller: IntegrationCaller,
  user: string,
  device: StoredDevice,
  answer: Answer,
  kept: string | undefined,
  id?: string,
): Promise<Examined | undefined> {
  const kind = parts.kinds.get(device.kind);
  if (!isExaminer(kind, answer)) return undefined;
  const about = {
    state: openDevice(parts, device),
    kept: kept === undefined ? undefined : (JSON.parse(kept) as JsonObject),
    enrolling: false,
  };
  const result = await kind.examine(about, answer, kindContext(parts, caller.integration, kind, user, { id }));
  return result && { secret: device.secret, kept, result };
}

/** Examines an answer that itself has named the device, to what the ticket of the sign-in keeps. */
export async function examineForPasskey(
  parts: EngineParts,
  caller: IntegrationCaller,
  { user, device, ip }: { user: string; device: StoredDevice; ip: string | undefined },
  answer: Answer,
  kept: string,
): Promise<Examined | undefined> {
  if (device.status !== 'active' || !isExamined(parts, answer)) return undefined;
  if (!(await parts.store.read((db) => mayGuess(parts, db, caller, passkeyPayer(caller, device.lookup ?? '', ip)))))
    return undefined;
  return examineDevice(parts, caller, user, device, answer, kept);
}

/** Examines the answer that is to complete an enrollment. */
export async function examineForEnrollment(
  parts: EngineParts,
  caller: IntegrationCaller,
  id: string,
  answer: Answer,
): Promise<Examined | undefined> {
  if (!isExamined(parts, answer)) return undefined;
  const read = await parts.store.read(async (db) => {
    const enrollment = await findEnrollment(db, caller.tenant, caller.integration.id, id);
    if (enrollment?.state !== 'prepared' || enrollment.prepared === undefined) return undefined;
    if (!(await mayGuess(parts, db, caller, enrollmentPayer(caller, enrollment.userName)))) return undefined;
    return { user: enrollment.userName, kind: parts.kinds.get(enrollment.kind ?? ''), prepared: enrollment.prepared };
  });
  if (read === undefined || !isExaminer(read.kind, answer)) return undefined;
  const { state, kept } = openPrepared(parts, caller.tenant, id, read.prepared);
  const context = kindContext(parts, caller.integration, read.kind, read.user, { id });
  const result = await read.kind.examine({ state, kept: kept ?? undefined, enrolling: true }, answer, context);
  return result && { secret: read.prepared, kept: undefined, result };
}
