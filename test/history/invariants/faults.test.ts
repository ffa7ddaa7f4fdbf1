import { expect, test } from 'vitest';
import type { Call, HistoryEvent, TrailRow } from '../history.ts';
import { broken, call, evidence, once, provisioned, row } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

const refused = (about: Partial<Call> = {}) => call({ told: 'refused', status: 403, ...about });
const check = (history: readonly HistoryEvent[], trail: readonly TrailRow[] = []) =>
  broken(evidence({ history, trail }));
const fault = (what: string) => ({ event: 'fault', from: 0, to: 100, what }) as const;

test('a yes without a row is the work of the fault that it fell into (I8)', () => {
  const { history } = once();
  expect(check([fault('disk full'), ...history], [provisioned(1)])).toEqual(['I2', 'I8']);
  expect(check([fault('disk full'), ...history], [provisioned(1), row(2)])).toEqual([]);
});

test('a fresh right code that is refused was burnt (I8)', () => {
  const found = checkHistory(
    evidence({ history: [call({ told: 'unavailable', status: 503 }), refused({ asked: 20 })] }),
  );
  expect(found.map(({ invariant }) => invariant)).toEqual(['I8']);
  expect(found[0]?.what).toBe(
    'a right code was burnt that nothing has used: alice of tnt_1 sent value 100 of dev_alice to node 1 (rest) at 20.000 ms and was told refused (403) at 25.000 ms; ' +
      'before, alice of tnt_1 sent value 100 of dev_alice to node 1 (rest) at 10.000 ms and was told unavailable (503) at 15.000 ms',
  );
});

test.each([
  ['was used before', call({ auditId: 'wrt_1.2', asked: 1 })],
  ['is older than one that was used', call({ auditId: 'wrt_1.2', asked: 1, value: 101 })],
  ['is used at the same time', call({ auditId: 'wrt_1.2', asked: 14 })],
])('a code that %s is refused with reason (I8)', (_, used) => {
  expect(check([refused(), used], [provisioned(1), row(2)])).toEqual([]);
});

test.each([
  ['a newer one is used later', call({ auditId: 'wrt_1.2', asked: 16, value: 101 })],
  ['an older one was used', call({ auditId: 'wrt_1.2', asked: 1, value: 99 })],
  ["bob's was used", call({ auditId: 'wrt_1.2', asked: 1, user: 'bob' })],
])('a code that is refused when only %s was burnt (I8)', (_, used) => {
  const trail = [provisioned(1, used.user), row(2, { user: used.user })];
  expect(check([refused(), used], trail)).toEqual(['I8']);
});

test.each(['lost', 'unavailable'] as const)(
  'a call that was %s may have used the code, if the trail has its row (I8)',
  (told) => {
    const history = [call({ told, asked: 1 }), refused()];
    expect(check(history, [provisioned(1), row(2)])).toEqual([]);
    expect(check(history, [provisioned(1)])).toEqual(['I8']);
  },
);

test('a recovery code is used up by nothing but itself (I8)', () => {
  const trail = [provisioned(1), row(2)];
  const used = call({ auditId: 'wrt_1.2', asked: 1, value: 101, nonce: true });
  expect(check([used, refused({ nonce: true })], trail)).toEqual(['I8']);
  expect(check([used, refused({ value: 101, nonce: true })], trail)).toEqual([]);
});

test.each<[string, Partial<Call>]>([
  ['is said to be out of its window', { untimely: true }],
  ['is of another user', { stolenFrom: { tenant: 'tnt_1', user: 'bob' } }],
  ["answers another user's challenge", { challengeOf: { tenant: 'tnt_1', user: 'bob' } }],
  ['was tampered with', { tampered: { what: 'two codes', plain: 'refused' } }],
  ['came when guesses were used up', { told: 'exhausted' }],
  ['may have come when guesses were used up', { vague: true }],
])('a code that %s is refused with reason (I8)', (_, about) => {
  expect(check([refused(about)])).toEqual([]);
});

test('under a clock that is set wrong, and behind a restored backup, codes are refused with reason (I8)', () => {
  expect(check([fault('clock +2 h'), refused()])).toEqual([]);
  expect(check([fault('clock +2 h'), refused({ asked: 200 })])).toEqual(['I8']);
  expect(check([fault('restored the backup of yesterday'), refused({ asked: 200 })])).toEqual([]);
  expect(check([fault('kill -9 node 2'), refused()])).toEqual(['I8']);
});

test.each(['device.suspended', 'device.removed', 'user.status-set'])(
  'behind %s codes are refused with reason (I8)',
  (event) => {
    expect(check([refused()], [row(1, { event, outcome: 'done' })])).toEqual([]);
    expect(check([refused({ user: 'bob' })], [row(1, { event, outcome: 'done' })])).toEqual(['I8']);
  },
);

test('of two right codes for one challenge one passes it, and the other is refused with reason (I8)', () => {
  const answer = { action: 'answer', challenge: 'chl_1' } as const;
  const history = [call({ auditId: 'wrt_1.2', ...answer }), refused({ value: 101, ...answer })];
  expect(check(history, [provisioned(1), row(2)])).toEqual([]);
});
