import { expect, test } from 'vitest';
import { giveApp, openWays } from '../../src/doors/ways.fixture.ts';

test('a challenge from before the lock opens nothing after it (BF-14)', async () => {
  const t = await openWays({ policy: { challenge: { lifeSeconds: 3600 } } });
  const alice = await giveApp(t, 'alice');
  const bring = await t.way('REST challenge').open('alice');
  for (let number = 0; number < 10; number++) await t.ways[0]!.submit('alice', alice.wrong(number));
  expect((await bring(alice.code())).accepted).toBe(false);
  t.clock.advance(15 * 60_000);
  expect((await bring(alice.code())).accepted).toBe(false);
});
test('nor with the default policy, when the window of guesses is nearly over as the challenge is issued', async () => {
  const t = await openWays();
  const alice = await giveApp(t, 'alice');
  for (let number = 0; number < 9; number++) await t.ways[0]!.submit('alice', alice.wrong(number));
  t.clock.advance(14.5 * 60_000);
  const bring = await t.way('REST challenge').open('alice');
  await t.ways[0]!.submit('alice', alice.wrong(9));
  expect((await bring(alice.code())).accepted).toBe(false);
  t.clock.advance(60_000);
  expect((await bring(alice.code())).accepted).toBe(false);
});
