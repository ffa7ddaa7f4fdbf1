import { expect, test } from 'vitest';
import { broken, call, evidence, once, provisioned, row } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

const rows = [provisioned(1), row(2), row(3)];
const first = call({ auditId: 'wrt_1.2' });
const second = { auditId: 'wrt_1.3', asked: 20 };

test('a value that let in once is clean (I1)', () => {
  expect(checkHistory(once())).toEqual([]);
});

test('a value that let in twice is found, and both times are told (I1)', () => {
  const history = [first, call({ ...second, node: 'node 2', door: 'oss2fa' })];
  const [violation, ...more] = checkHistory(evidence({ history, trail: rows }));
  expect(more).toEqual([]);
  expect(violation).toEqual({
    invariant: 'I1',
    what:
      'value 100 of dev_alice let in 2 times: alice of tnt_1 sent value 100 of dev_alice to node 1 (rest) at 10.000 ms and was told accepted (200) at 15.000 ms; ' +
      'alice of tnt_1 sent value 100 of dev_alice to node 2 (oss2fa) at 20.000 ms and was told accepted (200) at 25.000 ms',
    shown: history,
  });
});

test('a value that let in two users, one of whom has stolen it, let in twice (I1)', () => {
  const stolen = call({
    ...second,
    user: 'bob',
    credential: 'dev_alice',
    stolenFrom: { tenant: 'tnt_1', user: 'alice' },
  });
  expect(broken(evidence({ history: [first, stolen], trail: rows }))).toContain('I1');
});

test('devices of two tenants may have the same name (I1)', () => {
  const other = call({ auditId: 'wrt_2.2', tenant: 'tnt_2' });
  const trail = [...rows.slice(0, 2), provisioned(1, 'alice', { tenant: 'tnt_2', writer: 'wrt_2' })];
  trail.push(row(2, { tenant: 'tnt_2', writer: 'wrt_2' }));
  expect(broken(evidence({ history: [first, other], trail }))).toEqual([]);
});

test('an older value behind a newer one is found; at the same time either may have been the first (I1)', () => {
  const older = call({ ...second, value: 99 });
  expect(broken(evidence({ history: [first, older], trail: rows }))).toEqual(['I1']);
  const meanwhile = call({ ...second, value: 99, asked: 15 });
  expect(broken(evidence({ history: [first, meanwhile], trail: rows }))).toEqual([]);
});

test('recovery codes are used in any order, each once (I1)', () => {
  const codes = [call({ auditId: 'wrt_1.2', value: 7, nonce: true }), call({ ...second, value: 3, nonce: true })];
  expect(broken(evidence({ history: codes, trail: rows }))).toEqual([]);
  const again = [codes[0]!, call({ ...second, value: 7, nonce: true })];
  expect(broken(evidence({ history: again, trail: rows }))).toEqual(['I1']);
});

test('a challenge that two values have passed is found (I1)', () => {
  const passed = { action: 'answer', challenge: 'chl_1' } as const;
  const history = [{ ...first, ...passed }, call({ ...second, ...passed, value: 101 })];
  expect(broken(evidence({ history, trail: rows }))).toEqual(['I1']);
});

test('a value that let in once by a lost answer and once more is found by its two rows (I1)', () => {
  const lost = call({ asked: 5, told: 'lost', status: 'ECONNRESET' });
  expect(broken(evidence({ history: [lost, first], trail: rows }))).toEqual(['I1']);
  // Of another value the second row may well be.
  expect(broken(evidence({ history: [{ ...lost, value: 99 }, first], trail: rows }))).toEqual([]);
});
