import { expect, test } from 'vitest';
import { broken, evidence, once, provisioned, row } from '../evidence.fixture.ts';
import { checkHistory } from '../check-history.ts';

const change = (event: string) => row(1, { event, outcome: 'done' });

test.each([
  'device.provisioned',
  'device.renamed',
  'device.removed',
  'device.recovery-codes-replaced',
  'enrollment.completed',
])('%s says who did it, whose device it is and which (I9)', (event) => {
  const { user: _user, ...nobody } = change(event);
  const { device: _device, ...nothing } = change(event);
  expect(broken(evidence({ trail: [change(event)] }))).toEqual([]);
  expect(broken(evidence({ trail: [{ ...change(event), actor: 'integration:' }] }))).toEqual(['I9']);
  expect(broken(evidence({ trail: [{ ...change(event), actor: '' }] }))).toEqual(['I9']);
  expect(broken(evidence({ trail: [nobody] }))).toEqual(['I9']);
  expect(broken(evidence({ trail: [nothing] }))).toEqual(['I9']);
});

test('a device that lets in and that nobody has added is found (I9)', () => {
  const [violation, ...more] = checkHistory({ ...once(), trail: [row(2)] });
  expect(more).toEqual([]);
  expect(violation).toMatchObject({
    invariant: 'I9',
    what: 'a device let in that nobody has added: row wrt_1.2 (verify.answered accepted) about user alice by device dev_alice',
  });
});

test('a device that lets in behind its removal is found; of two writers nobody knows who was first (I9)', () => {
  const { history } = once();
  const removal = row(2, { event: 'device.removed', outcome: 'done' });
  const removed = [provisioned(1), removal, row(3)];
  const used = history.map((call) => ({ ...call, auditId: 'wrt_1.3' }));
  expect(broken(evidence({ history: used, trail: removed }))).toEqual(['I9']);
  const elsewhere = [provisioned(1), { ...removal, id: 'wrt_2.1', writer: 'wrt_2', seq: 1 }, row(3)];
  expect(broken(evidence({ history: used, trail: elsewhere }))).toEqual([]);
});
