// A process of its own with an engine on a shared database, for tests: it is told over IPC what to do, and answers what came of it.
//
//   node engine-process.mjs [<folder of the build>]
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const build = process.argv[2] ?? fileURLToPath(new URL('../../dist', import.meta.url));
const load = (room) => import(pathToFileURL(join(build, room, 'index.js')).href);
const { createEngine } = await load('engine');
const { keyRing } = await load('crypto');
const { openStore } = await load('store');
const { integrationCaller, virtualClock } = await load('testing');

let store;
let engine;
let clock;

const toReply = ({ accepted, auditId }) => ({ accepted, ...(accepted ? { auditId } : {}) });
const toError = (error) => ({ error: error.code ?? String(error) });

const commands = {
  open: async ({ url, keys, now }) => {
    clock = virtualClock(now);
    const ring = keyRing(keys);
    store = await openStore({ url });
    await store.migrate();
    engine = await createEngine({
      store,
      clock,
      keys: { ring: () => ring, refresh: () => undefined },
      delivery: { deliver: async () => undefined, close: async () => undefined },
    });
    return 'open';
  },
  setTime: async ({ now }) => clock.set(now),
  /** All at once; each as its outcome, or the code of the error. */
  verify: async ({ integration, attempts }) => {
    const caller = integrationCaller(integration);
    return Promise.all(
      attempts.map(({ user, code, ip }) =>
        engine
          .verify(caller, { user, answer: { code }, ...(ip === undefined ? {} : { context: { ip } }) })
          .then(toReply, toError),
      ),
    );
  },
  /** The same for answers to a challenge. */
  answer: async ({ integration, challenge, attempts }) => {
    const caller = integrationCaller(integration);
    return Promise.all(
      attempts.map(({ code }) =>
        engine.challenges.answer(caller, challenge, { code }).then(({ outcome }) => toReply(outcome), toError),
      ),
    );
  },
  close: async () => {
    await engine.close();
    await store.close();
    return 'closed';
  },
};

process.on('message', ({ id, command, options }) => {
  commands[command](options).then(
    (value) => process.send({ id, value }),
    (error) => process.send({ id, error: error?.stack ?? String(error) }),
  );
});
