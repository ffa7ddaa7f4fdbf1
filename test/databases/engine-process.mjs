// A process of its own with an engine on a shared database, for tests: it is told over IPC what to do, and answers what came of it.
import { createEngine } from '../../dist/engine/index.js';
import { keyRing } from '../../dist/crypto/index.js';
import { openStore } from '../../dist/store/index.js';
import { integrationCaller, virtualClock } from '../../dist/testing/index.js';

let store;
let engine;
let clock;

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
  /** All at once; each outcome as `accepted`, `refused` or the code of the error. */
  verify: async ({ integration, attempts }) => {
    const caller = integrationCaller(integration);
    return Promise.all(
      attempts.map(({ user, code, ip }) =>
        engine
          .verify(caller, { user, answer: { code }, ...(ip === undefined ? {} : { context: { ip } }) })
          .then((outcome) => (outcome.accepted ? 'accepted' : 'refused'))
          .catch((error) => error.code ?? String(error)),
      ),
    );
  },
  /** Each answer to the challenge as its state afterwards, or the code of the error. */
  answer: async ({ integration, challenge, codes }) => {
    const caller = integrationCaller(integration);
    return Promise.all(
      codes.map((code) =>
        engine.challenges
          .answer(caller, challenge, { code })
          .then(({ outcome }) => (outcome.accepted ? 'accepted' : 'refused'))
          .catch((error) => error.code ?? String(error)),
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
