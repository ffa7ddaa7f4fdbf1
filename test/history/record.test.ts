import { expect, test } from 'vitest';
import { CountersignError } from '../../src/core/errors.ts';
import { hearError, hearOutcome, hearStatus } from './heard.ts';
import { createRecorder, monotonicNow, readJsonLines, toJsonLines } from './record.ts';

const about = { node: 'node 1', door: 'rest', action: 'verify', tenant: 'tnt_1', user: 'alice' } as const;
const yes = async () => ({ accepted: true as const, auditId: 'wrt_1.2' });

test('a call is recorded with the times around it and what was heard', async () => {
  const recorder = createRecorder();
  const before = monotonicNow();
  const call = await recorder.call(about, yes, hearOutcome);
  expect(call).toMatchObject({ event: 'call', ...about, told: 'accepted', status: 'accepted', auditId: 'wrt_1.2' });
  expect(before <= call.asked && call.asked <= call.answered && call.answered <= monotonicNow()).toBe(true);
  expect(recorder.events).toEqual([call]);
});

test.each([
  [new CountersignError('too_many_attempts'), 'exhausted', 'too_many_attempts'],
  [new CountersignError('unavailable'), 'unavailable', 'unavailable'],
  [new CountersignError('internal'), 'unavailable', 'internal'],
  [new CountersignError('answer_refused'), 'refused', 'answer_refused'],
  [new CountersignError('wrong_state'), 'invalid', 'wrong_state'],
  [Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'lost', 'ECONNRESET'],
  [new Error('socket hang up'), 'lost', 'Error: socket hang up'],
])('%s is heard as %s', async (error, told, status) => {
  const recorder = createRecorder();
  const fail = async () => {
    throw error;
  };
  expect(await recorder.call(about, fail, hearOutcome)).toMatchObject({ told, status });
  expect(hearError(error).told).toBe(told);
});

test('a status of HTTP is heard as what it can mean without its door', () => {
  expect([503, 500, 429, 404].map((status) => hearStatus(status).told)).toEqual([
    'unavailable',
    'unavailable',
    'exhausted',
    'invalid',
  ]);
});

test('a fault and a reset last as long as their doing, also when it fails', async () => {
  const recorder = createRecorder();
  await recorder.reset({ tenant: 'tnt_1', user: 'alice' }, async () => undefined);
  await expect(recorder.fault('disk full', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const [reset, fault] = recorder.events;
  expect(reset).toMatchObject({ event: 'reset', tenant: 'tnt_1', user: 'alice' });
  expect(fault).toMatchObject({ event: 'fault', what: 'disk full' });
});

test('what is read back is what was written, of several processes in the order of time', async () => {
  const [one, other] = [createRecorder(), createRecorder()];
  await one.call(about, yes, hearOutcome);
  await other.call({ ...about, user: 'bob' }, yes, hearOutcome);
  await one.call({ ...about, user: 'carol' }, yes, hearOutcome);
  const history = readJsonLines(toJsonLines(one.events), toJsonLines(other.events));
  expect(history).toEqual([one.events[0], other.events[0], one.events[1]]);
});

test('who is killed leaves what he was asking, as lost, and no half of a line', async () => {
  let written = '';
  const recorder = createRecorder({ write: (line) => void (written += line) });
  const first = await recorder.call(about, yes, hearOutcome);
  void recorder.call({ ...about, user: 'bob' }, () => new Promise<never>(() => undefined), hearOutcome);
  const history = readJsonLines(`${written}{"event":"call","asked":1`);
  expect(history).toHaveLength(2);
  expect(history[0]).toEqual(first);
  expect(history[1]).toMatchObject({ user: 'bob', told: 'lost' });
});
