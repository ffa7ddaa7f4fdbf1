import { isOver } from '../../core/lifetime.ts';
import type { User } from '../../core/model.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { equalText } from '../../crypto/index.ts';
import {
  deleteTrustedBrowser,
  findTrustedBrowser,
  rotateTrustedBrowser,
  type StoredTrustedBrowser,
  Superseded,
} from '../../store/index.ts';
import type { IntegrationCaller } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import { notifyUser } from '../notices/notify-user.ts';
import { entryOf, type EngineParts } from '../parts.ts';
import { type BrowserToken, hashBrowserToken, nextBrowserToken, readBrowserToken } from './browser-token.ts';

/** How long the token before the last rotation is good for requests that were under way: 30 seconds, in ms. */
export const grace = 30_000;

/** What is known of a browser by its token. */
export type Recognized =
  { trust: 'unknown' } | { trust: 'trusted'; browser: StoredTrustedBrowser; token: BrowserToken; current: boolean };

/** Until when a browser is trusted: a policy that has become shorter counts at once. */
export function trustedUntil(
  { createdAt, expiresAt }: { createdAt: number; expiresAt: number },
  policy: Policy,
): number {
  return Math.min(expiresAt, createdAt + policy.trustedBrowsers.lifeSeconds * 1000);
}

/**
 * Looks up the browser of a token. A token of ours that was replaced longer ago than {@link grace} has been copied: who presents it, the
 * user or the thief, nobody knows, so the browser is trusted no more (FLW-19, WEB-09).
 */
export async function recognizeBrowser(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  user: User | undefined,
  text: string,
): Promise<Recognized> {
  const unknown = { trust: 'unknown' } as const;
  const token = readBrowserToken(parts.vault.ring(), text);
  if (token === undefined || user === undefined) return unknown;
  const browser = await findTrustedBrowser(tx.db, caller.tenant, token.browserId);
  if (browser === undefined || browser.userId !== user.id || browser.integrationId !== caller.integration.id) {
    return unknown;
  }
  const now = parts.clock.now();
  const { createdAt } = browser;
  if (isOver({ createdAt, expiresAt: trustedUntil(browser, caller.integration.policy) }, now)) return unknown;
  // What was revoked after the backup was taken is there again.
  if (parts.fencedAt !== undefined && browser.rotatedAt <= parts.fencedAt) return unknown;

  const digest = hashBrowserToken(text);
  if (equalText(digest, browser.tokenHash)) return { trust: 'trusted', browser, token, current: true };
  const sinceRotation = now - browser.rotatedAt;
  if (
    browser.previousHash !== undefined &&
    equalText(digest, browser.previousHash) &&
    Math.abs(sinceRotation) <= grace
  ) {
    return { trust: 'trusted', browser, token, current: false };
  }
  await deleteTrustedBrowser(tx.db, caller.tenant, browser.id);
  const about = { objectId: browser.id, userId: user.id, reason: 'token_reused' };
  tx.record(caller.tenant, entryOf(caller, 'trusted-browser.revoked', 'refused', about));
  await notifyUser(tx, parts, caller, user, { event: 'browser_revoked', browser: browser.name });
  return unknown;
}

/** Gives a browser that was let in its next token. Of many requests with one token, one rotates it and all hear the same. */
export async function rotateBrowserToken(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  { browser, token, current }: Extract<Recognized, { trust: 'trusted' }>,
): Promise<{ token: string; expiresAt: number }> {
  const next = nextBrowserToken(parts.vault.ring(), token);
  if (current && !(await rotateTrustedBrowser(tx.db, browser, hashBrowserToken(next), parts.clock.now()))) {
    // Another request was first: what it has left is judged anew.
    throw new Superseded();
  }
  return { token: next, expiresAt: trustedUntil(browser, caller.integration.policy) };
}
