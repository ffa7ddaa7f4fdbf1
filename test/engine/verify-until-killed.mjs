// A process that verifies codes on a database file and says, for each that was accepted, so on its output, until it is killed:
//
//   node verify-until-killed.mjs <repository> <database> <key file> <integration id> <users as JSON> <time in ms>
//
// It is given the names and the secrets of its users, and makes their codes itself, one time step after the other.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [repository, database, keyFile, integrationId, usersJson, start] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(repository, 'dist', path)).href);
const { createEngine, keyRing, loadKeyFile, openStore } = await load('index.js');
const { decodeBase32, totp } = await load('otp/index.js');

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

for (;;) {
  const time = now;
  await Promise.all(
    users.map(async ({ user, secret }) => {
      const code = totp({ secret: decodeBase32(secret), time });
      const outcome = await engine.verify(caller, { user, answer: { code } });
      // Written at once: what stands in the pipe was acknowledged.
      if (outcome.accepted) writeSync(1, `${JSON.stringify({ user, code, time, auditId: outcome.auditId })}\n`);
    }),
  );
  now += 30_000;
}
