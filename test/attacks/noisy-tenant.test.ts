import { expect, test } from 'vitest';
import { giveApp, openWays } from '../../src/doors/ways.fixture.ts';
import { integrationCaller } from '../../src/testing/index.ts';

test('one tenant that floods does not make another be refused (TEN-11)', async () => {
  const t = await openWays();
  const { tenant } = await t.engine.tenants.create(t.system, { name: 'Quiet' });
  const quiet = await t.engine.integrations.create({ ...t.system, tenant: tenant.id }, { name: 'Quiet' });
  const caller = integrationCaller(quiet.integration);
  const alice = await giveApp({ ...t, caller }, 'alice');
  const flood = Array.from({ length: 12_000 }, (_, index) =>
    t.engine
      .verify(t.caller, { user: `user ${index}`, answer: { code: '000000' } })
      .catch((error: Error) => error.message),
  );
  const told = await t.engine
    .verify(caller, { user: 'alice', answer: { code: alice.code() } })
    .catch((error: unknown) => error);
  await Promise.all(flood);
  expect(told).toMatchObject({ accepted: true });
});
