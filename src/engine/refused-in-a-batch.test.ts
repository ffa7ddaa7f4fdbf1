import { expect, test } from 'vitest';
import { codeOf, enrollTotp, openTestEngine } from './enrolled.fixture.ts';

test('answers to what does not exist do not make everybody else in the batch be judged twice (TEN-11)', async () => {
  const t = await openTestEngine();
  const alice = await enrollTotp(t, 'alice');
  const store = { ...t.store };
  let transactions = 0;
  t.store.transaction = (work) => {
    transactions++;
    return store.transaction(work);
  };
  const nothing = '00000000000000000000000000';
  const answer = { code: alice.wrong() };
  const told = await Promise.all([
    t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } }).then((outcome) => outcome.accepted),
    t.engine.challenges.answer(t.caller, `chl_${nothing}`, answer).catch(codeOf),
    t.engine.enrollments.complete(t.caller, `enr_${nothing}`, answer).catch(codeOf),
    t.engine.devices.resynchronize(t.caller, `dev_${nothing}`, [answer, answer]).catch(codeOf),
  ]);
  expect(told).toEqual([true, 'not_found', 'not_found', 'not_found']);
  expect(transactions).toBe(1);
});
