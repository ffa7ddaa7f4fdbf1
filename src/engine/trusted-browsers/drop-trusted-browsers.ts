import { deleteTrustedBrowsers } from '../../store/index.ts';
import type { Caller } from '../engine.ts';
import type { WriteContext } from '../ledger.ts';
import { entryOf } from '../parts.ts';

/** Why the trusted browsers of a user are forgotten. */
export type DropReason = 'devices-changed' | 'status-changed' | 'all-revoked';

/** Forgets every trusted browser of a user, whichever integration trusts it; the trail tells of it where there was one. */
export async function dropTrustedBrowsers(
  tx: WriteContext,
  caller: Caller,
  userId: string,
  reason: DropReason,
): Promise<number> {
  const browsers = await deleteTrustedBrowsers(tx.db, caller.tenant, { column: 'user_id', id: userId });
  if (browsers > 0) {
    tx.record(
      caller.tenant,
      entryOf(caller, 'trusted-browser.all-revoked', 'done', { userId, reason, detail: { browsers } }),
    );
  }
  return browsers;
}
