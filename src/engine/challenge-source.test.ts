import { expect, test } from 'vitest';
import { codeOf, enrollTotp, openTestEngine } from './enrolled.fixture.ts';

const ip = '192.0.2.9';

test('answers count for the address that was told when the challenge was issued, unless they tell another (BF-11)', async () => {
  const t = await openTestEngine({ policy: { guesses: { perSource: 3 } } });
  const guess = async (user: string, asked?: string, answered?: string) => {
    const alice = await enrollTotp(t, user);
    const { id } = await t.engine.challenges.issue(t.caller, { user, ...(asked && { context: { ip: asked } }) });
    const context = answered === undefined ? undefined : { ip: answered };
    return t.engine.challenges
      .answer(t.caller, id, { code: alice.wrong() }, context)
      .then(({ outcome }) => outcome.accepted, codeOf);
  };
  expect(await guess('one', ip)).toBe(false);
  expect(await guess('two', ip)).toBe(false);
  expect(await guess('three', '192.0.2.10', ip)).toBe(false);
  // The address has had its three; another one, and none, have not.
  expect(await guess('four', '192.0.2.10', ip)).toBe('too_many_attempts');
  expect(await guess('five', '192.0.2.10')).toBe(false);
  expect(await guess('six')).toBe(false);
  await expect(guess('seven', ip)).rejects.toMatchObject({ code: 'too_many_attempts' });
});
