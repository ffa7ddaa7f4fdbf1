import type { Call, Evidence, Fault, Reset, TrailRow } from './history.ts';

/** The evidence, put in order once for all invariants. Answers are careful: what is not known counts against no one. */
export interface Index {
  evidence: Evidence;
  /** By the time at which they were asked. */
  calls: readonly Call[];
  faults: readonly Fault[];
  resets: readonly Reset[];
  /** The row that the call names as its own. */
  rowOf: (call: Call) => TrailRow | undefined;
  /** The rows by which somebody was let in. */
  acceptances: readonly TrailRow[];
  /** Those of them that no accepted call names as its own. */
  unclaimed: readonly TrailRow[];
  /** What calls call the user of the row; undefined: nobody has said. */
  nameOf: (row: TrailRow) => string | undefined;
  /** Whether the row may be about the user that the call names. */
  mayConcern: (row: TrailRow, who: { tenant: string; user: string }) => boolean;
  /** Whether the call has been accepted, or nobody can say that it has not. */
  mayHaveBeenAccepted: (call: Call) => boolean;
  /** When the row was there at the latest: it or a later row of its chain had been answered by then. */
  thereBy: (row: TrailRow) => number;
}

const answerEvents = new Set(['verify.answered', 'challenge.answered']);

/** Whether the row tells of an answer to `verify` or to a challenge. */
export function isAnswer({ event }: TrailRow): boolean {
  return answerEvents.has(event);
}

/** One key of several words, such that no two lists of words have the same. */
export function keyOf(...words: readonly (string | number)[]): string {
  return JSON.stringify(words);
}

/** The key of the user whom a call or a reset names. Spellings that Unicode calls the same are the same user. */
export function userKey({ tenant, user }: { tenant: string; user: string }): string {
  return keyOf(tenant, user.normalize('NFC'));
}

/** A writer numbers its rows anew in each tenant: an id alone names several. */
function rowKey({ tenant, id }: TrailRow): string {
  return keyOf(tenant, id);
}

function namedRow({ tenant, auditId }: Call): string | undefined {
  return auditId === undefined ? undefined : keyOf(tenant, auditId);
}

export function groupBy<T>(items: Iterable<T>, key: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [item]);
    else group.push(item);
  }
  return groups;
}

export function indexEvidence(evidence: Evidence): Index {
  const { history, trail } = evidence;
  const calls = history.filter((event) => event.event === 'call').toSorted((a, b) => a.asked - b.asked);
  const rows = new Map(trail.map((row) => [rowKey(row), row]));
  const claimed = new Set(calls.flatMap((call) => (call.told === 'accepted' ? (namedRow(call) ?? []) : [])));
  const acceptances = trail.filter((row) => isAnswer(row) && row.outcome === 'accepted');
  const unclaimed = acceptances.filter((row) => !claimed.has(rowKey(row)));

  const rowOf = (call: Call) => rows.get(namedRow(call) ?? '');
  const names = learnNames(evidence, calls, rowOf);
  const nameOf = ({ tenant, user }: TrailRow) => (user === undefined ? undefined : names.get(keyOf(tenant, user)));
  const unclaimedOf = groupBy(unclaimed, (row) => keyOf(row.tenant, nameOf(row) ?? ''));

  const times = learnTimes(trail, calls);

  return {
    evidence,
    calls,
    faults: history.filter((event) => event.event === 'fault'),
    resets: history.filter((event) => event.event === 'reset'),
    rowOf,
    acceptances,
    unclaimed,
    nameOf,
    mayConcern: (row, who) => {
      const name = nameOf(row);
      return row.tenant === who.tenant && (name === undefined || name === who.user.normalize('NFC'));
    },
    mayHaveBeenAccepted: (call) => {
      if (call.told === 'accepted') return true;
      if (call.told !== 'lost' && call.told !== 'unavailable') return false;
      // The acceptance and its row are one transaction: without a row that nobody has claimed there was none.
      return unclaimedOf.has(userKey(call)) || unclaimedOf.has(keyOf(call.tenant, ''));
    },
    thereBy: (row) => times.get(rowKey(row)) ?? Infinity,
  };
}

/** The trail knows users by their ids, calls by their names. */
function learnNames(
  evidence: Evidence,
  calls: readonly Call[],
  rowOf: (call: Call) => TrailRow | undefined,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set(calls.map(userKey));
  for (const { tenant, user } of evidence.trail) {
    if (user === undefined) continue;
    const told = evidence.names?.[user] ?? (used.has(keyOf(tenant, user)) ? user : undefined);
    if (told !== undefined) names.set(keyOf(tenant, user), told.normalize('NFC'));
  }
  for (const call of calls) {
    const row = call.told === 'accepted' ? rowOf(call) : undefined;
    if (row?.user === undefined) continue;
    const key = keyOf(row.tenant, row.user);
    if (!names.has(key)) names.set(key, call.user.normalize('NFC'));
  }
  return names;
}

/** Rows have the times of clocks that may be wrong; their order in a chain, and the calls that name some of them, say more. */
function learnTimes(trail: readonly TrailRow[], calls: readonly Call[]): ReadonlyMap<string, number> {
  const answered = new Map<string, number>();
  for (const call of calls) {
    const row = call.told === 'accepted' ? namedRow(call) : undefined;
    if (row !== undefined) answered.set(row, call.answered);
  }
  const times = new Map<string, number>();
  for (const chain of groupBy(trail, ({ tenant, writer }) => keyOf(tenant, writer)).values()) {
    let time = Infinity;
    for (const row of chain.toSorted((a, b) => b.seq - a.seq)) {
      time = Math.min(time, answered.get(rowKey(row)) ?? Infinity);
      times.set(rowKey(row), time);
    }
  }
  return times;
}
