import { z } from 'zod';
import { CountersignError } from '../core/errors.ts';
import type { JsonObject, Time } from '../core/model.ts';
import { isKindUsable } from '../core/policy/decide.ts';
import { openTicket, sealTicket } from '../crypto/index.ts';
import type { Answer, DeviceKind } from '../devices/index.ts';
import { openGuessAccounts } from '../limits/index.ts';
import {
  type Executor,
  findDeviceByLookup,
  findUsersWithDevices,
  spendOnce,
  type StoredDevice,
  Superseded,
  type UserWithDevices,
} from '../store/index.ts';
import { batchDevices } from './batch-devices.ts';
import type { IntegrationCaller, PasskeysEngine } from './engine.ts';
import { type Examined, examineForPasskey, withExamined } from './examine.ts';
import { kindContext, lookupHash } from './kind-access.ts';
import type { Refused, WriteContext } from './ledger.ts';
import { entryOf, type EngineParts } from './parts.ts';
import { guessPayer, passkeyPayer } from './read-users.ts';
import { type Accepted, toOutcome } from './verify.ts';
import { type Weighed, weighAnswer } from './weigh-answer.ts';

/** What a ticket carries: what its challenge keeps, as JSON. The challenge in it makes every ticket another one. */
const sealedSchema = z.object({ kept: z.string(), expiresAt: z.number() });

type Discoverer = DeviceKind & Required<Pick<DeviceKind, 'discover'>>;

/** An answer on its way. */
interface Question {
  kept: string;
  expiresAt: Time;
  answer: Answer;
  /** Stored form of the name of the device; undefined when the answer names none. */
  lookup: string | undefined;
  examined: Examined | undefined;
  ip: string | undefined;
}

interface Owner extends UserWithDevices {
  device: StoredDevice;
}

/** Sign-in by a device that says whose it is. The law is that of `verify`: paid for before it is judged, accepted by one statement. */
export function createPasskeys(parts: EngineParts): PasskeysEngine {
  const { vault, clock, random, pipeline, store } = parts;
  const kind = parts.kinds.list().find((candidate): candidate is Discoverer => candidate.discover !== undefined);

  function requireDiscoverer(caller: IntegrationCaller): Discoverer {
    if (kind !== undefined && isKindUsable(caller.integration.policy, kind.name)) return kind;
    throw new CountersignError('kind_not_allowed');
  }

  return {
    begin: async (caller) => {
      const { policy } = caller.integration;
      const asking = requireDiscoverer(caller);
      const { kept = {}, shown = {} } = asking.discover.issue(kindContext(parts, caller.integration, asking, ''));
      const expiresAt = clock.now() + policy.challenge.lifeSeconds * 1000;
      const sealed = { kept: JSON.stringify(kept), expiresAt };
      const ticket = sealTicket(vault.ring(), ticketPurpose(caller), sealed, expiresAt, random);
      return { ticket, publicKey: (shown['publicKey'] ?? {}) as JsonObject, expiresAt };
    },
    finish: async (caller, { ticket, response, context }) => {
      const asking = requireDiscoverer(caller);
      const opened = sealedSchema.safeParse(openTicket(vault.ring(), ticketPurpose(caller), ticket, clock.now()));
      if (!opened.success) throw new CountersignError('ticket_invalid');
      const { kept, expiresAt } = opened.data;
      const answer: Answer = { response };
      const name = asking.discover.nameDevice(answer);
      const lookup = name === undefined ? undefined : lookupHash(parts, caller.tenant, asking, name);
      const owner = await store.read((db) => findOwner(db, caller, lookup));
      const ip = context?.ip;
      const about = owner && { user: owner.user.name, device: owner.device, ip };
      const examined = about && (await examineForPasskey(parts, caller, about, answer, kept));
      const question: Question = { kept, expiresAt, answer, lookup, examined, ip };
      const outcome = await pipeline.runAlone(caller, (tx) => judge(parts, tx, caller, question));
      return outcome.accepted ? toOutcome(outcome) : outcome;
    },
  };
}

/** A ticket opens for the integration that has asked, and for nothing else. */
function ticketPurpose({ tenant, integration }: IntegrationCaller): string {
  return `passkey ${tenant} ${integration.id}`;
}

/** The device that an answer names, and whose it is; undefined also for one of another realm. */
async function findOwner(
  db: Executor,
  { tenant, integration }: IntegrationCaller,
  lookup: string | undefined,
): Promise<Owner | undefined> {
  const named = lookup === undefined ? undefined : await findDeviceByLookup(db, tenant, lookup);
  if (named === undefined) return undefined;
  const [found] = await findUsersWithDevices(db, 'id', [{ tenant, realm: integration.realmId, user: named.userId }]);
  const device = found?.devices.find(({ id }) => id === named.id);
  return found === undefined || device === undefined ? undefined : { ...found, device };
}

async function judge(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  question: Question,
): Promise<Accepted | { accepted: false } | Refused> {
  const { policy } = caller.integration;
  const now = parts.clock.now();
  const subject = `passkey:${parts.vault.ring().hash('passkey', question.kept)}`;
  if (!(await spendOnce(tx.db, caller.tenant, subject, question.expiresAt))) {
    tx.record(caller.tenant, entryOf(caller, 'passkey.answered', 'refused', { reason: 'replayed' }));
    return { refused: new CountersignError('ticket_invalid') };
  }
  // The device before the budgets, as in `verify`.
  const owner = await findOwner(tx.db, caller, question.lookup);
  // Paid for by the passkey that is named, whether somebody has it or not: nobody has shown a first factor, and who only names a passkey
  // of a user must not lock his other devices (BF-12). A user who is locked stays so here.
  const payer = passkeyPayer(caller, question.lookup ?? '', question.ip);
  const user = guessPayer(caller, owner?.user.name ?? `passkey ${question.lookup ?? ''}`, undefined);
  const accounts = await openGuessAccounts(
    tx.db,
    [payer, user].map((payer) => ({ payer, policy })),
    now,
  );
  const about = owner === undefined ? {} : { userId: owner.user.id, deviceId: owner.device.id };
  const refuse = (reason: string) =>
    tx.record(caller.tenant, entryOf(caller, 'passkey.answered', 'refused', { ...about, reason }));

  const exhausted = accounts.findExhaustion(1) ?? accounts.pay(0);
  const weighed = exhausted === undefined && owner !== undefined ? weigh(parts, caller, owner, question) : undefined;
  const devices = batchDevices();
  if (weighed?.accepted === true && owner !== undefined) {
    accounts.forgive(0);
    accounts.forgive(1);
    devices.advance(owner.device, weighed.advanced);
  } else if (weighed?.accepted === false && weighed.fault !== undefined) {
    accounts.refund(0);
  } else if (exhausted === undefined) {
    devices.supersede(caller.tenant, owner?.devices ?? []);
  }
  if (!(await devices.write(tx.db)) || !(await accounts.settle(tx.db))) throw new Superseded();

  if (exhausted !== undefined) {
    refuse('too_many_attempts');
    return { refused: exhausted };
  }
  if (owner === undefined || weighed === undefined) {
    refuse('no_device');
    return { accepted: false };
  }
  if (!weighed.accepted) {
    refuse(weighed.reason);
    return weighed.fault === undefined ? { accepted: false } : { refused: weighed.fault };
  }
  const detail = { method: weighed.method.name };
  const receipt = tx.record(caller.tenant, entryOf(caller, 'passkey.answered', 'accepted', { ...about, detail }));
  return { accepted: true, user: owner.user, device: weighed.device, method: weighed.method, receipt };
}

function weigh(
  parts: EngineParts,
  caller: IntegrationCaller,
  { user, device }: Owner,
  { answer: given, examined, kept }: Question,
): Weighed | { accepted: false; reason: 'not_permitted'; fault?: undefined } {
  const usable = user.status !== 'inactive' && device.status === 'active';
  if (!usable || !isKindUsable(caller.integration.policy, device.kind)) {
    return { accepted: false, reason: 'not_permitted' };
  }
  const answer = withExamined(given, examined, device, kept);
  return weighAnswer(parts, caller, user, device, answer, JSON.parse(kept) as JsonObject);
}
