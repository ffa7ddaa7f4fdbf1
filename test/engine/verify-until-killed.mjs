// A process that verifies codes on a database file until it is killed, and says on its output when the first was accepted:
//
//   node verify-until-killed.mjs <repository> <database> <key file> <integration id> <users as JSON> <time in ms> <history file>
//
// It is given the names and the secrets of its users, and makes their codes itself, one time step after the other. The history file has a
// line for each call when it is asked, as if its answer was lost, and one with the same id for its answer (test/history/record.ts).
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [repository, database, keyFile, integrationId, usersJson, start, historyFile] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(repository, 'dist', path)).href);
const { createEngine, keyRing, loadKeyFile, openStore } = await load('index.js');
const { decodeBase32, totp, totpStep } = await load('otp/index.js');

let now = Number(start);
const ring = keyRing(loadKeyFile(keyFile));
const store = await openStore({ url: `sqlite:${database}` });
const engine = await createEngine({
  store,
  clock: { now: () => now },
  keys: { ring: () => ring, refresh: () => undefined },
  delivery: { deliver: async () => undefined, close: async () => undefined },
});
const { tenant, users } = JSON.parse(usersJson);
const system = { tenant, actor: { type: 'system', id: 'child' }, door: 'test' };
const integration = await engine.integrations.get(system, integrationId);
const caller = { ...system, integration };

// Written at once: what stands in the file was so, whenever this process ends.
const history = openSync(historyFile, 'a');
const write = (event) => writeSync(history, `${JSON.stringify(event)}\n`);
const historyTime = () => performance.timeOrigin + performance.now();
let calls = 0;
let accepted = 0;

for (;;) {
  const time = now;
  await Promise.all(
    users.map(async ({ user, secret }) => {
      const code = totp({ secret: decodeBase32(secret), time });
      const asked = historyTime();
      const call = {
        id: `${process.pid}#${calls++}`,
        event: 'call',
        asked,
        answered: asked,
        node: `process ${process.pid}`,
        door: 'test',
        action: 'verify',
        tenant,
        user,
        credential: `app of ${user}`,
        value: totpStep(time),
      };
      write({ ...call, told: 'lost', status: 'killed' });
      const outcome = await engine.verify(caller, { user, answer: { code } });
      const told = outcome.accepted ? { told: 'accepted', auditId: outcome.auditId } : { told: 'refused' };
      write({ ...call, answered: historyTime(), status: told.told, ...told });
      if (outcome.accepted && accepted++ === 0) writeSync(1, 'accepted\n');
    }),
  );
  now += 30_000;
}
