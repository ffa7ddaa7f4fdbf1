import { expect, test } from 'vitest';
import { broken, call, callWithout, evidence, once, provisioned, row } from '../evidence.fixture.ts';

const ofBob = { tenant: 'tnt_1', user: 'bob' };

test.each([
  ['value', { stolenFrom: ofBob }],
  ['challenge', { challenge: 'chl_1', challengeOf: ofBob }],
])("another user's %s that lets in is found, and that it was refused is clean (I7)", (_, about) => {
  expect(broken(once(about))).toEqual(['I7']);
  expect(broken(evidence({ history: [call({ ...about, told: 'refused' })] }))).toEqual([]);
});

test('a guess that lets in is found (I7)', () => {
  const history = [callWithout(['credential', 'value'], { auditId: 'wrt_1.2' })];
  expect(broken({ ...once(), history })).toEqual(['I7']);
});

test('somebody who was let in as another than he named is found by the trail (I7)', () => {
  const history = [call({ auditId: 'wrt_1.2' }), call({ auditId: 'wrt_1.4', user: 'bob', asked: 20 })];
  const ids = (bob: string) => [
    provisioned(1, 'alice', { user: 'usr_1', device: 'dev_alice' }),
    row(2, { user: 'usr_1', device: 'dev_alice' }),
    provisioned(3, 'bob', { user: bob, device: 'dev_bob' }),
    row(4, { user: bob, device: 'dev_bob' }),
  ];
  expect(broken(evidence({ history, trail: ids('usr_2') }))).toEqual([]);
  expect(broken(evidence({ history, trail: ids('usr_1') }))).toEqual(['I7']);
  expect(broken(evidence({ history, trail: ids('usr_2'), names: { usr_2: 'carol' } }))).toEqual(['I7']);
});

test('one name in two Unicode spellings is one user (I7)', () => {
  const history = [
    call({ auditId: 'wrt_1.2', user: 'b\u00f6b', credential: 'dev_alice' }),
    call({ auditId: 'wrt_1.3', user: 'bo\u0308b', credential: 'dev_alice', value: 101, asked: 20 }),
  ];
  const trail = [provisioned(1), row(2), row(3)].map((row) => ({ ...row, user: 'usr_1' }));
  expect(broken(evidence({ history, trail }))).toEqual([]);
});
