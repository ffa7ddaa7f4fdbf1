import type { Call, Evidence, Invariant, TrailRow } from './history.ts';
import { checkHistory } from './check-history.ts';

/** An accepted call of alice's at time 10, and what else it is said to be. */
export function call(about: Partial<Call> = {}): Call {
  const asked = about.asked ?? 10;
  const user = about.user ?? 'alice';
  return {
    event: 'call',
    asked,
    answered: asked + 5,
    node: 'node 1',
    door: 'rest',
    action: 'verify',
    tenant: 'tnt_1',
    user,
    credential: `dev_${user}`,
    value: 100,
    told: 'accepted',
    status: 200,
    ...about,
  };
}

/** A call without some members that {@link call} gives it. */
export function callWithout(missing: readonly (keyof Call)[], about: Partial<Call> = {}): Call {
  return Object.fromEntries(
    Object.entries(call(about)).filter(([name]) => !missing.includes(name as keyof Call)),
  ) as unknown as Call; // what is left out is optional
}

/** The row of such an acceptance. */
export function row(seq: number, about: Partial<TrailRow> = {}): TrailRow {
  const writer = about.writer ?? 'wrt_1';
  const user = about.user ?? 'alice';
  return {
    id: `${writer}.${seq}`,
    tenant: 'tnt_1',
    writer,
    seq,
    at: 1_800_000_000_000 + seq,
    event: 'verify.answered',
    outcome: 'accepted',
    user,
    device: `dev_${user}`,
    actor: 'integration:int_1',
    ...about,
  };
}

/** The row by which the device of {@link row} came to be. */
export function provisioned(seq: number, user = 'alice', about: Partial<TrailRow> = {}): TrailRow {
  return row(seq, { event: 'device.provisioned', outcome: 'done', user, ...about });
}

export function evidence(about: Partial<Evidence>): Evidence {
  return { history: [], trail: [], trailIntact: true, ...about };
}

/** Alice was let in once, with a row: nothing is wrong with it. */
export function once(about: Partial<Call> = {}): Evidence {
  return evidence({ history: [call({ auditId: 'wrt_1.2', ...about })], trail: [provisioned(1), row(2)] });
}

/** Which invariants do not hold, each named once. */
export function broken(evidence: Evidence): Invariant[] {
  return [...new Set(checkHistory(evidence).map(({ invariant }) => invariant))];
}
