import { onTestFinished } from 'vitest';
import type { OutgoingMessage } from '../../src/core/message.ts';
import type { Challenge, JsonObject } from '../../src/core/model.ts';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import type { Answer } from '../../src/devices/index.ts';
import { codeOf } from '../../src/engine/enrolled.fixture.ts';
import { openFileEngines } from '../../src/engine/file-engines.fixture.ts';
import type { Caller, IntegrationCaller, NewIntegrationOptions, Outcome } from '../../src/engine/index.ts';
import { createTestEngine, integrationCaller, type TestEngine } from '../../src/testing/index.ts';
import type { Asked, KindUnderTest, SoftDevice } from './kind-under-test.fixture.ts';

/** A test engine whose integration is set up for a kind. */
export interface World extends Pick<
  TestEngine,
  'engine' | 'store' | 'clock' | 'messages' | 'system' | 'tenant' | 'integration' | 'caller'
> {
  row: KindUnderTest;
  /** An administrator of the tenant. */
  admin: Caller;
}

/** Somebody with a device of the kind, which has been enrolled and is ready for the next answer. */
export interface Owner {
  user: string;
  userId: string;
  deviceId: string;
  soft: SoftDevice;
  caller: IntegrationCaller;
  /** The answer that completed his enrollment; undefined when an administrator made the device. */
  first: Answer | undefined;
}

/** A challenge, and what has reached its owner of it. */
export interface Pending {
  owner: Owner;
  challenge: Challenge;
  asked: Asked;
}

/** An enrollment that is prepared, and what has reached the user of it. */
export interface Prepared {
  id: string;
  soft: SoftDevice;
  asked: Asked;
}

/** Ends with the test. */
export async function openWorld(row: KindUnderTest, policy: PolicyOptions = {}): Promise<World> {
  const t = await createTestEngine({ ...settingsOf(row), policy: { ...row.policy, ...policy } });
  onTestFinished(() => t.close());
  return { ...t, row, admin: { ...t.system, tenant: t.tenant } };
}

/** Two engines on one database, as two servers are; both end with the test. */
export async function openTwoWorlds(row: KindUnderTest, policy: PolicyOptions = {}): Promise<[World, World]> {
  const t = await openFileEngines({ policy: { ...row.policy, ...policy } });
  const admin: Caller = { ...t.system, tenant: t.tenant };
  const kinds = settingsOf(row).serverKinds ?? {};
  const integration = await t.engine.integrations.update(admin, t.caller.integration.id, { kinds });
  const first = { ...t, row, admin, integration, caller: integrationCaller(integration) };
  return [first, { ...first, ...(await t.open()) }];
}

function settingsOf({ kind, settings }: KindUnderTest): { serverKinds?: Record<string, JsonObject> } {
  return settings === undefined ? {} : { serverKinds: { [kind]: settings } };
}

/** A caller of another integration; by default of the same tenant and realm. */
export async function otherCaller(
  t: World,
  admin: Caller = t.admin,
  options: Partial<NewIntegrationOptions> = {},
): Promise<IntegrationCaller> {
  const policy = { ...t.row.policy };
  const { integration } = await t.engine.integrations.create(admin, { name: 'Other', policy, ...options });
  return integrationCaller(integration);
}

/** A caller of another tenant. */
export async function foreignCaller(t: World): Promise<IntegrationCaller> {
  const { tenant } = await t.engine.tenants.create(t.system, { name: 'Elsewhere' });
  return otherCaller(t, { ...t.system, tenant: tenant.id });
}

/** The same caller under other rules. */
export async function changedPolicy(t: World, policy: PolicyOptions): Promise<IntegrationCaller> {
  const changed = { ...t.row.policy, ...policy };
  return integrationCaller(await t.engine.integrations.update(t.admin, t.integration.id, { policy: changed }));
}

/** What has reached the owner by this call. */
async function receive<Told>(
  t: World,
  call: () => Promise<Told>,
  shownBy: (told: Told) => JsonObject | undefined,
): Promise<{ told: Told; asked: Asked }> {
  const before = t.messages.length;
  const told = await call();
  const message = t.messages.slice(before).findLast(isQuestion);
  return {
    told,
    asked: {
      get now() {
        return t.clock.now();
      },
      shown: shownBy(told),
      message,
    },
  };
}

/** Notices ask for nothing. */
function isQuestion({ template }: OutgoingMessage): boolean {
  return template !== 'notice';
}

/** Begins and prepares an enrollment. */
export async function prepare(t: World, user: string, caller = t.caller, soft = t.row.make(user)): Promise<Prepared> {
  const { id } = await t.engine.enrollments.begin(caller, { user });
  const { asked } = await receive(
    t,
    () => t.engine.enrollments.prepare(caller, id, { kind: t.row.kind, options: soft.options }),
    ({ shown }) => shown,
  );
  return { id, soft, asked };
}

/** Gives the user a device, in the way in which this kind is given. */
export async function enroll(t: World, user: string, caller = t.caller): Promise<Owner> {
  const owner = t.row.madeBy === 'administrator' ? await provide(t, user, caller) : await enrollHim(t, user, caller);
  t.clock.advance(t.row.pauseMs ?? 0);
  return owner;
}

async function provide(t: World, user: string, caller: IntegrationCaller): Promise<Owner> {
  const soft = t.row.make(user);
  if (t.row.kind === 'temporary-access-pass') return issuePass(t, user, soft, caller);
  const { told, asked } = await receive(
    t,
    () => t.engine.devices.provision(caller, { user, devices: [{ kind: t.row.kind, options: soft.options }] }),
    ({ devices }) => devices[0]?.shown,
  );
  await soft.confirm(asked);
  return { user, userId: told.user.id, deviceId: told.devices[0]?.device.id ?? '', soft, caller, first: undefined };
}

/** An access pass is not provisioned: whoever gives one says why. */
async function issuePass(t: World, user: string, soft: SoftDevice, caller: IntegrationCaller): Promise<Owner> {
  const { id: userId } =
    (await t.engine.users.findByName(caller, user)) ?? (await t.engine.users.create(caller, { name: user }));
  const { told, asked } = await receive(
    t,
    () => t.engine.users.issueAccessPass(caller, userId, { reason: soft.options['reason'] as string }),
    ({ code }) => ({ code }),
  );
  await soft.confirm(asked);
  return { user, userId, deviceId: told.device.id, soft, caller, first: undefined };
}

async function enrollHim(t: World, user: string, caller: IntegrationCaller): Promise<Owner> {
  const { id, soft, asked } = await prepare(t, user, caller);
  const first = await soft.confirm(asked);
  const completed = await t.engine.enrollments.complete(caller, id, first);
  if (!completed.accepted) throw new Error(`the enrollment of ${t.row.title} was refused`);
  return { user, userId: completed.user?.id ?? '', deviceId: completed.device?.id ?? '', soft, caller, first };
}

/** Challenges an owner on his device. */
export async function challenge(t: World, owner: Owner, caller = owner.caller): Promise<Pending> {
  const { told, asked } = await receive(
    t,
    () => t.engine.challenges.issue(caller, { user: owner.user, deviceId: owner.deviceId }),
    ({ shown }) => shown,
  );
  return { owner, challenge: told, asked };
}

/** What became of an answer: accepted, refused, or the code of what it was refused with. */
export type Fate = 'accepted' | 'refused' | (string & {});

/** Has the code of a challenge sent anew. */
export async function resend(t: World, { owner, challenge: { id } }: Pending): Promise<Pending> {
  const { told, asked } = await receive(
    t,
    () => t.engine.challenges.resend(owner.caller, id),
    ({ shown }) => shown,
  );
  return { owner, challenge: told, asked };
}

/** As many challenges as may be pending at once: a sent code, or a question that interrupts, voids those before. */
export async function challenges(t: World, owner: Owner, count: number): Promise<[Pending, ...Pending[]]> {
  const pending: Pending[] = [];
  for (let more = 1; more < count; more++) pending.push(await challenge(t, owner));
  const last = await challenge(t, owner);
  const states = await Promise.all(pending.map(({ challenge: { id } }) => t.engine.challenges.get(owner.caller, id)));
  return [last, ...pending.filter((_, index) => states[index]?.state === 'pending')];
}

/** A challenge to which that answer is not right again by chance, as a number of two digits may be. */
async function challengeUnlike(t: World, owner: Owner, given: Answer): Promise<Pending> {
  for (;;) {
    const pending = await challenge(t, owner);
    if (t.row.answers === 'code') return pending;
    const right = await owner.soft.answer(pending.asked);
    if (JSON.stringify(right) !== JSON.stringify(given)) return pending;
  }
}

/** An answer once more, to a new challenge; `no_device` when there is none to be had. */
export async function answerAnew(t: World, owner: Owner, given: Answer): Promise<Fate> {
  try {
    return await answer(t, await challengeUnlike(t, owner, given), given);
  } catch (error) {
    return codeOf(error);
  }
}

/** Brings an answer to a challenge. */
export function answer(t: World, { owner, challenge }: Pending, given: Answer, caller = owner.caller): Promise<Fate> {
  return fateOf(t.engine.challenges.answer(caller, challenge.id, given).then(({ outcome }) => outcome));
}

/** Brings an answer without a challenge. */
export function verify(t: World, owner: Pick<Owner, 'user' | 'caller'>, given: Answer): Promise<Fate> {
  return fateOf(t.engine.verify(owner.caller, { user: owner.user, answer: given }));
}

/** Brings the answer that is to complete an enrollment. */
export function complete(t: World, id: string, given: Answer, caller = t.caller): Promise<Fate> {
  return fateOf(t.engine.enrollments.complete(caller, id, given));
}

export async function fateOf(outcome: Promise<Pick<Outcome, 'accepted'>>): Promise<Fate> {
  try {
    return (await outcome).accepted ? 'accepted' : 'refused';
  } catch (error) {
    return codeOf(error);
  }
}

/** A fresh challenge, rightly answered. */
export async function pass(t: World, owner: Owner): Promise<Fate> {
  const pending = await challenge(t, owner);
  const fate = await answer(t, pending, await owner.soft.answer(pending.asked));
  t.clock.advance(t.row.pauseMs ?? 0);
  return fate;
}

/** How often each fate occurs. */
export function countFates(fates: readonly Fate[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const fate of fates) counts[fate] = (counts[fate] ?? 0) + 1;
  return counts;
}
