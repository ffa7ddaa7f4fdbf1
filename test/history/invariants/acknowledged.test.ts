import { expect, test } from 'vitest';
import { broken, call, callWithout, evidence, once, provisioned, row } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

test('an acceptance with its row is clean (I2)', () => {
  expect(checkHistory(once())).toEqual([]);
});

test('an acceptance whose row is gone is found (I2)', () => {
  const found = checkHistory({ ...once(), trail: [provisioned(1)] });
  expect(found.map(({ invariant }) => invariant)).toEqual(['I2']);
  expect(found[0]?.what).toContain('an acceptance is not in the trail, row wrt_1.2: alice of tnt_1 sent value 100');
});

test.each([
  ['says refused', { outcome: 'refused' }],
  ['is of another tenant', { tenant: 'tnt_2' }],
  ['tells of something else', { event: 'challenge.issued' }],
])('an acceptance whose row %s is found (I2)', (_, about) => {
  const { history } = once();
  expect(broken(evidence({ history, trail: [provisioned(1), row(2, about)] }))).toContain('I2');
});

test('a row is named by its tenant and its id: a writer numbers its rows anew in each tenant (I2)', () => {
  const tenants = ['tnt_1', 'tnt_2'] as const;
  const trail = tenants.flatMap((tenant) => [provisioned(1, 'alice', { tenant }), row(2, { tenant })]);
  const history = tenants.map((tenant) => call({ tenant, auditId: 'wrt_1.2' }));
  expect(broken(evidence({ history, trail }))).toEqual([]);
  expect(broken(evidence({ history, trail: trail.slice(0, 2) }))).toEqual(['I2']);
});

test('two acceptances that share a row are found (I2)', () => {
  const history = [call({ auditId: 'wrt_1.2' }), call({ auditId: 'wrt_1.2', value: 101, asked: 20 })];
  expect(broken(evidence({ history, trail: [provisioned(1), row(2)] }))).toEqual(['I2']);
});

test('a trail that is not intact is found (I2)', () => {
  expect(broken({ ...once(), trailIntact: false })).toEqual(['I2']);
});

test('a row that says yes and that nobody asked for is found (I2)', () => {
  const { history, trail } = once();
  expect(broken(evidence({ history, trail: [...trail, row(3)] }))).toEqual(['I2']);
  const refused = call({ told: 'refused', asked: 20, value: 99 });
  expect(broken(evidence({ history: [...history, refused], trail: [...trail, row(3)] }))).toEqual(['I2']);
});

test.each(['lost', 'unavailable'] as const)('a row that says yes may be that of a call that was %s (I2)', (told) => {
  const { history, trail } = once();
  const unseen = call({ told, asked: 20, value: 101 });
  expect(broken(evidence({ history: [...history, unseen], trail: [...trail, row(3)] }))).toEqual([]);
  // Two rows are too many for one call.
  const more = [...trail, row(3), row(4, { writer: 'wrt_2' })];
  expect(broken(evidence({ history: [...history, unseen], trail: more }))).toEqual(['I2']);
  // A wrong guess does not let in, whatever became of its answer.
  const guess = callWithout(['credential', 'value'], { told, asked: 20 });
  expect(broken(evidence({ history: [...history, guess], trail: [...trail, row(3)] }))).toEqual(['I2']);
});

test('a call cannot have caused a row that was there before it was asked (I2)', () => {
  // The row of alice's first acceptance is behind the other, and she had its answer at 15.
  const trail = [provisioned(1), row(2), row(3)];
  const history = (asked: number) => [call({ auditId: 'wrt_1.3' }), call({ told: 'lost', asked, value: 101 })];
  expect(broken(evidence({ history: history(14), trail }))).toEqual([]);
  expect(broken(evidence({ history: history(16), trail }))).toEqual(['I2']);
});

test('a lost call of bob explains no row of alice, once the names are known (I2)', () => {
  const { history, trail } = once();
  const lost = call({ user: 'bob', told: 'lost', asked: 20 });
  expect(broken(evidence({ history: [...history, lost], trail: [...trail, row(3)] }))).toEqual(['I2']);
  const byId = trail.map((row) => ({ ...row, user: 'usr_1' }));
  const another = row(3, { user: 'usr_2' });
  expect(broken(evidence({ history: [...history, lost], trail: [...byId, another] }))).not.toContain('I2');
  const names = { usr_1: 'alice', usr_2: 'carol' };
  expect(broken(evidence({ history: [...history, lost], trail: [...byId, another], names }))).toContain('I2');
});

test('at a door that names no rows acceptances are counted (I2)', () => {
  const unnamed = [call(), call({ value: 101, asked: 20 })];
  expect(broken(evidence({ history: unnamed, trail: [provisioned(1), row(2), row(3)] }))).toEqual([]);
  expect(broken(evidence({ history: unnamed, trail: [provisioned(1), row(2)] }))).toEqual(['I2']);
  expect(broken(evidence({ history: unnamed, trail: [provisioned(1), row(2), row(3), row(4)] }))).toEqual(['I2']);
});
