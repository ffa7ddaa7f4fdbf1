// A process that issues a challenge by mail and is killed in the middle of sending it:
//
//   node send-until-killed.mjs <repository> <database> <key file> <integration id> <user> <time in ms> <file> <moment>
//
// `before`: nothing has been sent when it dies. `after`: the next hop has the message, and nobody has written that down. What the next hop
// has stands in the file, a line each.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [repository, database, keyFile, integrationId, user, time, file, moment] = process.argv.slice(2);
const { createEngine, keyRing, loadKeyFile, openStore } = await import(
  pathToFileURL(join(repository, 'dist', 'index.js')).href
);

const ring = keyRing(loadKeyFile(keyFile));
const store = await openStore({ url: `sqlite:${database}` });
const engine = await createEngine({
  store,
  clock: { now: () => Number(time) },
  keys: { ring: () => ring, refresh: () => undefined },
  delivery: {
    deliver: async (message, { id }) => {
      if (moment === 'after')
        appendFileSync(file, `${JSON.stringify({ id, to: message.to, values: message.values })}\n`);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => undefined);
    },
    close: async () => undefined,
  },
});
const { tenant } = JSON.parse(user);
const system = { tenant, actor: { type: 'system', id: 'child' }, door: 'test' };
const integration = await engine.integrations.get(system, integrationId);
await engine.challenges.issue({ ...system, integration }, { user: 'alice' });
