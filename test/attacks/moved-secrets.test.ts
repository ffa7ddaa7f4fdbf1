import { expect, test } from 'vitest';
import { sql } from 'kysely';
import { giveApp, openWays } from '../../src/doors/ways.fixture.ts';

test('an answer to a device whose secret was exchanged leaves a row in the trail (SEC-02)', async () => {
  const t = await openWays();
  const alice = await giveApp(t, 'alice');
  const bob = await giveApp(t, 'bob');
  await sql`update devices set secret = (select secret from (select * from devices) d where d.id = ${bob.deviceId}) where id = ${alice.deviceId}`.execute(
    t.store.db,
  );
  const told = await t.way('REST verify').submit('alice', bob.code());
  expect([told.accepted, told.status]).toEqual([false, 500]);
  const { items } = await t.engine.audit.query(t.caller, { event: 'verify.answered' });
  expect(items).toMatchObject([{ outcome: 'refused' }]);
});
