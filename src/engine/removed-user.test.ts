import { expect, test } from 'vitest';
import { decodeBase32, totp } from '../otp/index.ts';
import { integrationCaller } from '../testing/index.ts';
import { enrollTotp, expectRefusal, openTestEngine } from './enrolled.fixture.ts';

test('a removed user is not brought back by an enrollment that was begun before there was such a user (TEN-09)', async () => {
  const t = await openTestEngine();
  const vpn = integrationCaller((await t.engine.integrations.create(t.caller, { name: 'VPN' })).integration);
  const own = await t.engine.integrations.create(t.caller, { name: 'Other realm', realm: 'own' });
  const elsewhere = integrationCaller(own.integration);
  const begin = async (caller: typeof vpn) => {
    const { id } = await t.engine.enrollments.begin(caller, { user: 'alice' });
    const { shown } = await t.engine.enrollments.prepare(caller, id, { kind: 'totp' });
    const secret = decodeBase32(shown?.['secret'] as string);
    return () => t.engine.enrollments.complete(caller, id, { code: totp({ secret, time: t.clock.now() }) });
  };
  const early = [await begin(t.caller), await begin(vpn)];
  const namesake = await begin(elsewhere);
  const alice = await enrollTotp(t, 'alice');
  await t.engine.users.remove(t.caller, alice.userId);
  for (const complete of early) await expectRefusal(complete(), 'not_found');
  expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
  // The name in another realm is another user's.
  expect((await namesake()).accepted).toBe(true);
});
