import { describeRow } from '../describe.ts';
import type { TrailRow, Violation } from '../history.ts';
import { groupBy, type Index, isAnswer, keyOf } from '../index-evidence.ts';

const adding = new Set(['device.provisioned', 'enrollment.completed']);
const changing = new Set([
  ...adding,
  'device.renamed',
  'device.suspended',
  'device.resumed',
  'device.removed',
  'device.resynchronized',
  'device.recovery-codes-replaced',
  'device.secret-read',
  'device.code-read',
]);

/**
 * I9, as far as it exists today: whoever adds, changes or removes a device is named by the trail, with the user and the device; a device
 * that lets somebody in was added by somebody, and lets nobody in behind the row that removed it.
 */
export function checkDeviceChanges(index: Index): Violation[] {
  return [...index.evidence.trail.flatMap(checkNamed), ...checkDevicesInUse(index)];
}

function checkNamed(row: TrailRow): Violation[] {
  if (!changing.has(row.event) || row.outcome === 'refused') return [];
  const missing = [
    ...(/^(?:[a-z]+:)?[^:]+$/.test(row.actor) ? [] : ['who did it']),
    ...(row.user === undefined ? ['whose device it is'] : []),
    ...(row.device === undefined ? ['which device it is'] : []),
  ];
  if (missing.length === 0) return [];
  return [
    violation(`a device was changed and the trail does not say ${missing.join(', ')}: ${describeRow(row)}`, [row]),
  ];
}

function checkDevicesInUse({ evidence, acceptances }: Index): Violation[] {
  const found: Violation[] = [];
  const deviceKey = ({ tenant, device }: TrailRow) => (device === undefined ? undefined : keyOf(tenant, device));
  const changes = groupBy(
    evidence.trail.filter((row) => changing.has(row.event)),
    deviceKey,
  );
  for (const [key, used] of groupBy(acceptances, deviceKey)) {
    const [first] = used;
    const rows = changes.get(key) ?? [];
    if (
      first !== undefined &&
      !rows.some(({ event }) => adding.has(event) || event === 'device.recovery-codes-replaced')
    ) {
      found.push(violation(`a device let in that nobody has added: ${describeRow(first)}`, [first]));
    }
    for (const removed of rows.filter(({ event }) => event === 'device.removed')) {
      // Within a chain rows stand in the order in which they were committed.
      const later = used.find((row) => isAnswer(row) && row.writer === removed.writer && row.seq > removed.seq);
      if (later === undefined) continue;
      found.push(
        violation(`a device let in behind its removal, ${describeRow(removed)}: ${describeRow(later)}`, [
          removed,
          later,
        ]),
      );
    }
  }
  return found;
}

function violation(what: string, shown: readonly unknown[]): Violation {
  return { invariant: 'I9', what, shown };
}
