import { describeCall, describeRow } from '../describe.ts';
import type { Call, TrailRow, Violation } from '../history.ts';
import { groupBy, type Index, isAnswer, keyOf, userKey } from '../index-evidence.ts';
import { credentialKey } from './single-use.ts';

/**
 * I2: whoever saw yes has his row in a trail that holds; and no row says yes that nobody asked for. A row that no accepted call names must
 * be that of a call whose answer was lost; two rows cannot be of one value, also where both answers were (I1).
 */
export function checkAcknowledged(index: Index): Violation[] {
  const broken = index.evidence.trailIntact
    ? []
    : [violation('the audit trail is not what its writers wrote: its chains or their signatures do not hold', [])];
  return [...broken, ...checkNamedRows(index), ...checkUnnamed(index), ...checkUnclaimed(index)];
}

/** Accepted calls that name their row. */
function checkNamedRows({ calls, rowOf }: Index): Violation[] {
  const found: Violation[] = [];
  const owners = new Map<TrailRow, Call>();
  for (const call of calls) {
    if (call.told !== 'accepted' || call.auditId === undefined) continue;
    const row = rowOf(call);
    const other = row && owners.get(row);
    if (row === undefined) {
      found.push(violation(`an acceptance is not in the trail, row ${call.auditId}: ${describeCall(call)}`, [call]));
    } else if (row.outcome !== 'accepted' || !isAnswer(row)) {
      const what = `the row of an acceptance says something else: ${describeCall(call)}, but ${describeRow(row)}`;
      found.push(violation(what, [call, row]));
    } else if (other !== undefined) {
      const what = `two acceptances have one row, ${row.id}: ${describeCall(other)}; ${describeCall(call)}`;
      found.push(violation(what, [other, call, row]));
    }
    if (row !== undefined) owners.set(row, call);
  }
  return found;
}

/** Accepted calls at doors that name no row: there are at least as many rows that nobody else has claimed. */
function checkUnnamed({ calls, unclaimed, nameOf }: Index): Violation[] {
  const unnamed = calls.filter(({ told, auditId }) => told === 'accepted' && auditId === undefined);
  const rowsOf = groupBy(unclaimed, (row) => keyOf(row.tenant, nameOf(row) ?? ''));
  const short = (accepted: readonly Call[], of: string, rows: number) => {
    const what = `${accepted.length} acceptances of ${of} have ${rows} rows in the trail: ${accepted.map(describeCall).join('; ')}`;
    return rows < accepted.length ? [violation(what, accepted)] : [];
  };
  const byUser = [...groupBy(unnamed, userKey)].flatMap(([key, accepted]) => {
    const [{ tenant, user } = { tenant: '', user: '' }] = accepted;
    return short(accepted, `${user} of ${tenant}`, count(rowsOf, key) + count(rowsOf, keyOf(tenant, '')));
  });
  if (byUser.length > 0) return byUser;
  const ofTenant = groupBy(unclaimed, ({ tenant }) => tenant);
  return [...groupBy(unnamed, ({ tenant }) => tenant)].flatMap(([tenant, accepted]) =>
    short(accepted, tenant, count(ofTenant, tenant)),
  );
}

function count(groups: ReadonlyMap<string, readonly unknown[]>, key: string): number {
  return groups.get(key)?.length ?? 0;
}

/** Rows that say yes and that no call names: whose were they? */
function checkUnclaimed(index: Index): Violation[] {
  const { calls, unclaimed, nameOf } = index;
  const known = groupBy(unclaimed, (row) => {
    const name = nameOf(row);
    return name === undefined ? undefined : keyOf(row.tenant, name);
  });
  const accepted = new Set(calls.flatMap((call) => (call.told === 'accepted' ? (valueKey(call) ?? []) : [])));
  const candidates = groupBy(calls.filter(mayBeUnclaimed), userKey);
  const byUser = [...known].flatMap(([key, rows]) => explain(index, rows, candidates.get(key) ?? [], accepted));
  if (byUser.length > 0) return byUser;
  // Rows of users whose names are not known are counted with all the others of the tenant.
  const ofTenant = groupBy(calls.filter(mayBeUnclaimed), ({ tenant }) => tenant);
  return [...groupBy(unclaimed, ({ tenant }) => tenant)].flatMap(([tenant, rows]) =>
    rows.some((row) => nameOf(row) === undefined) ? explain(index, rows, ofTenant.get(tenant) ?? [], accepted) : [],
  );
}

function mayBeUnclaimed({ told, auditId, credential }: Call): boolean {
  if (told === 'accepted') return auditId === undefined;
  return (told === 'lost' || told === 'unavailable') && credential !== undefined;
}

/** Gives each row a call that was asked before the row is known to have been there, and that no other row has been given. */
function explain(
  index: Index,
  rows: readonly TrailRow[],
  candidates: readonly Call[],
  accepted: ReadonlySet<string>,
): Violation[] {
  const spent = new Set<string>();
  const fresh = candidates.filter((call) => {
    const key = valueKey(call);
    if (call.told === 'accepted' || key === undefined) return true;
    if (accepted.has(key) || spent.has(key)) return false;
    spent.add(key);
    return true;
  });
  const orphan = firstOrphan(index, rows, fresh);
  if (orphan === undefined) return [];
  const { row, asked } = orphan;
  const shown = [...candidates.slice(0, 20), row];
  const seen =
    asked.length === 0 ? 'nobody' : `only ${asked.length} calls (${asked.slice(0, 3).map(describeCall).join('; ')})`;
  const whose = `${describeRow(row)} of ${index.nameOf(row) ?? 'somebody'} of ${row.tenant}`;
  // With every value counted as often as it was sent there would be enough: one of them has let in twice.
  if (firstOrphan(index, rows, candidates) === undefined) {
    return [
      {
        invariant: 'I1',
        what: `a value let in twice, once unseen: ${whose}, and each value counted once, ${seen} can have caused such rows`,
        shown,
      },
    ];
  }
  return [
    violation(`an acceptance that nobody asked for: ${whose}, and ${seen} can have caused such rows by then`, shown),
  ];
}

function firstOrphan(
  index: Index,
  rows: readonly TrailRow[],
  candidates: readonly Call[],
): { row: TrailRow; asked: readonly Call[] } | undefined {
  const byTime = rows.toSorted((a, b) => index.thereBy(a) - index.thereBy(b));
  let asked = 0;
  for (const [before, row] of byTime.entries()) {
    while (asked < candidates.length && (candidates[asked]?.asked ?? Infinity) <= index.thereBy(row)) asked++;
    if (asked <= before) return { row, asked: candidates.slice(0, asked) };
  }
  return undefined;
}

function valueKey(call: Call): string | undefined {
  const credential = credentialKey(call);
  return credential === undefined || call.value === undefined ? undefined : keyOf(credential, call.value);
}

function violation(what: string, shown: readonly unknown[]): Violation {
  return { invariant: 'I2', what, shown };
}
