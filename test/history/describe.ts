import type { Call, TrailRow } from './history.ts';

/** A time of the history as a reader can find it there. */
export function describeTime(ms: number): string {
  return `${ms.toFixed(3)} ms`;
}

/** Who asked for what, where and when, and what he was told. */
export function describeCall(call: Call): string {
  const value =
    call.credential === undefined
      ? 'a value that no device made'
      : `value ${call.value ?? '(not numbered)'} of ${call.credential}`;
  const challenge = call.challenge === undefined ? '' : ` for challenge ${call.challenge}`;
  const tenant = `${call.user} of ${call.tenant}`;
  return (
    `${tenant} sent ${value}${challenge} to ${call.node} (${call.door}) at ${describeTime(call.asked)}` +
    ` and was told ${call.told} (${call.status}) at ${describeTime(call.answered)}`
  );
}

export function describeRow(row: TrailRow): string {
  const about = [row.user === undefined ? '' : ` about user ${row.user}`, row.device ? ` by device ${row.device}` : ''];
  return `row ${row.id} (${row.event} ${row.outcome}${row.reason === undefined ? '' : `, ${row.reason}`})${about.join('')}`;
}
