import { CountersignError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { isOver } from '../../core/lifetime.ts';
import type { TrustedBrowser } from '../../core/model.ts';
import { isStandIn } from '../../core/policy/decide.ts';
import {
  deleteTrustedBrowser,
  findChallenge,
  findPassedChallenge,
  findTrustedBrowser,
  findUser,
  insertTrustedBrowser,
  listTrustedBrowsers,
  renameTrustedBrowser,
  spendOnce,
  type StoredTrustedBrowser,
} from '../../store/index.ts';
import type { IntegrationCaller, TrustedBrowsersEngine } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import { notifyUser } from '../notices/notify-user.ts';
import { checkName, entryOf, type EngineParts, found } from '../parts.ts';
import { hashBrowserToken, newBrowserToken } from './browser-token.ts';
import { dropTrustedBrowsers } from './drop-trusted-browsers.ts';
import { trustedUntil } from './recognize-browser.ts';

/** How long after a challenge was passed its browser can be trusted: five minutes, in ms. */
const trustWindow = 5 * 60_000;

/** Browsers that the user has asked to be remembered, each after a challenge that he has passed in it. */
export function createTrustedBrowsers(parts: EngineParts): TrustedBrowsersEngine {
  const { ledger, clock, store, vault } = parts;

  /** The browser, when this integration trusts it for a user of its realm. */
  /** One that the list of this user shows; any other is not there. */
  async function find(
    tx: WriteContext,
    caller: IntegrationCaller,
    userId: string,
    id: string,
  ): Promise<StoredTrustedBrowser> {
    const browser = found(await findTrustedBrowser(tx.db, caller.tenant, id));
    const isListed = browser.integrationId === caller.integration.id && browser.userId === userId;
    if (!isListed || isOver(present(browser, caller), clock.now())) throw new CountersignError('not_found');
    return browser;
  }

  return {
    trust: async (caller, options) => {
      const name = checkName('name', options.name ?? 'Browser');
      const { policy, realmId } = caller.integration;
      return ledger.write(async (tx) => {
        const now = clock.now();
        const refuse = (detail: string) => ({ refused: new CountersignError('wrong_state', { detail }) });
        const { tenant } = caller;
        found(await findChallenge(tx.db, tenant, caller.integration.id, options.challengeId));
        if (policy.trustedBrowsers.lifeSeconds === 0) return refuse('the policy trusts no browser');
        const passed = await findPassedChallenge(tx.db, tenant, caller.integration.id, options.challengeId);
        const lateAt = passed && passed.passedAt + trustWindow;
        if (passed === undefined || isOver({ createdAt: passed.passedAt, expiresAt: lateAt }, now)) {
          return refuse('the challenge was not passed just now');
        }
        if (isStandIn(passed.kind)) return refuse('what stands in for a device makes no browser trusted');
        const user = found(await findUser(tx.db, tenant, realmId, passed.userId));
        if (user.status === 'inactive') return { refused: new CountersignError('user_inactive') };
        // Forgotten only when the challenge is too old anyway.
        if (!(await spendOnce(tx.db, tenant, `trust:${options.challengeId}`, now + 2 * trustWindow))) {
          return refuse('the challenge has made a browser trusted already');
        }
        const id = newId(parts.random, 'browser');
        const token = newBrowserToken(vault.ring(), parts.random, id);
        const browser: StoredTrustedBrowser = {
          tenantId: tenant,
          id,
          integrationId: caller.integration.id,
          userId: user.id,
          name,
          tokenHash: hashBrowserToken(token),
          previousHash: undefined,
          rotatedAt: now,
          createdAt: now,
          expiresAt: now + policy.trustedBrowsers.lifeSeconds * 1000,
        };
        await insertTrustedBrowser(tx.db, browser);
        const about = { objectId: id, userId: user.id, detail: { challenge: options.challengeId } };
        tx.record(tenant, entryOf(caller, 'trusted-browser.added', 'done', about));
        await notifyUser(tx, parts, caller, user, { event: 'browser_trusted', browser: name });
        return { token, expiresAt: browser.expiresAt, browser: present(browser, caller) };
      });
    },

    list: (caller, userId) =>
      store.read(async (db) => {
        found(await findUser(db, caller.tenant, caller.integration.realmId, userId));
        const now = clock.now();
        const browsers = await listTrustedBrowsers(db, caller.tenant, caller.integration.id, userId);
        return browsers.map((browser) => present(browser, caller)).filter((browser) => !isOver(browser, now));
      }),

    rename: async (caller, userId, id, newName) => {
      const name = checkName('name', newName);
      return ledger.write(async (tx) => {
        const browser = await find(tx, caller, userId, id);
        await renameTrustedBrowser(tx.db, caller.tenant, id, name);
        tx.record(caller.tenant, entryOf(caller, 'trusted-browser.renamed', 'done', { objectId: id, userId }));
        return present({ ...browser, name }, caller);
      });
    },

    revoke: (caller, userId, id) =>
      ledger.write(async (tx) => {
        const { name } = await find(tx, caller, userId, id);
        if (!(await deleteTrustedBrowser(tx.db, caller.tenant, id))) throw new CountersignError('not_found');
        tx.record(caller.tenant, entryOf(caller, 'trusted-browser.revoked', 'done', { objectId: id, userId }));
        const user = await findUser(tx.db, caller.tenant, caller.integration.realmId, userId);
        if (user !== undefined) await notifyUser(tx, parts, caller, user, { event: 'browser_revoked', browser: name });
      }),

    revokeAll: (caller, userId) =>
      ledger.write(async (tx) => {
        const user = found(await findUser(tx.db, caller.tenant, caller.integration.realmId, userId));
        const browsers = await dropTrustedBrowsers(tx, caller, userId, 'all-revoked');
        if (browsers > 0) await notifyUser(tx, parts, caller, user, { event: 'browser_revoked' });
        return browsers;
      }),
  };
}

/** A browser without what is kept of its token. */
function present(browser: StoredTrustedBrowser, caller: IntegrationCaller): TrustedBrowser {
  const { id, integrationId, userId, name, createdAt, lastUsedAt } = browser;
  return {
    id,
    integrationId,
    userId,
    name,
    createdAt,
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    expiresAt: trustedUntil(browser, caller.integration.policy),
  };
}
