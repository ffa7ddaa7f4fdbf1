import { CountersignError } from '../core/errors.ts';
import { platformTenant } from '../core/ids.ts';
import type { Administrator } from '../core/model.ts';
import {
  countActiveAdministrators,
  deleteCredentialsOf,
  findAdministrator,
  holdAdministrators,
  type StoredAdministrator,
  updateAdministrator,
} from '../store/index.ts';
import { hashAdministratorPassword } from './administrator-password.ts';
import type { AdministratorChanges, AdministratorsEngine, Caller } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import { entryOf, type EngineParts, found } from './parts.ts';

/** An administrator as callers see him. */
export function presentAdministrator({ passwordHash: _, ...administrator }: StoredAdministrator): Administrator {
  return administrator;
}

/** What happens to an administrator after he was made. */
export function createAdministratorChanges(
  parts: EngineParts,
): Pick<AdministratorsEngine, 'update' | 'setActive' | 'setPassword' | 'revokeTokens'> {
  const { ledger, clock, store } = parts;

  /** Stores the change; what somebody proved before it holds no more. */
  async function change(
    tx: WriteContext,
    before: StoredAdministrator,
    changes: Partial<Pick<StoredAdministrator, 'active' | 'passwordHash'>>,
  ): Promise<StoredAdministrator> {
    const after = { ...before, ...changes, updatedAt: Math.max(clock.now(), before.updatedAt + 1) };
    await updateAdministrator(tx.db, after);
    return after;
  }

  const endTokens = (tx: WriteContext, { tenantId, id }: StoredAdministrator) =>
    deleteCredentialsOf(tx.db, tenantId, id, 'administrator-token');

  async function hashPassword(caller: Caller, id: string, password: string): Promise<string> {
    const administrator = found(await store.read((db) => findAdministrator(db, caller.tenant, id)));
    return hashAdministratorPassword(parts, administrator, password, 'password');
  }

  async function update(caller: Caller, id: string, changes: AdministratorChanges): Promise<Administrator> {
    const { active, password } = changes;
    const passwordHash = password === undefined ? undefined : await hashPassword(caller, id, password);
    return ledger.write(async (tx) => {
      // Of two who are the last ones and go at once, one has to stay: then all are held.
      await holdAdministrators(tx.db, caller.tenant, active === false ? undefined : id);
      const before = found(await findAdministrator(tx.db, caller.tenant, id));
      const after = await change(tx, before, {
        ...(active === undefined ? {} : { active }),
        ...(passwordHash === undefined ? {} : { passwordHash }),
      });
      if (active === false) await refuseLastOne(tx, caller);
      const tokens = active === false || passwordHash !== undefined ? await endTokens(tx, before) : 0;
      const record = (event: string, detail: { tokens?: number }) =>
        tx.record(caller.tenant, entryOf(caller, event, 'done', { objectId: id, detail }));
      if (passwordHash !== undefined) record('administrator.password-set', { tokens });
      if (active === true) record('administrator.enabled', {});
      if (active === false) record('administrator.disabled', { tokens });
      return presentAdministrator(after);
    });
  }

  return {
    update,
    setActive: (caller, id, active) => update(caller, id, { active }),
    setPassword: (caller, id, password) => update(caller, id, { password }),
    revokeTokens: (caller, id) =>
      ledger.write(async (tx) => {
        await holdAdministrators(tx.db, caller.tenant, id);
        const administrator = found(await findAdministrator(tx.db, caller.tenant, id));
        await change(tx, administrator, {});
        const tokens = await endTokens(tx, administrator);
        const about = { objectId: id, detail: { tokens } };
        tx.record(caller.tenant, entryOf(caller, 'administrator.tokens-revoked', 'done', about));
      }),
  };
}

/**
 * Somebody of the platform is left who can enable the others. Only who has the machine, and so the command line, can do without:
 * he may have to shut out the last one.
 */
async function refuseLastOne(tx: WriteContext, caller: Caller): Promise<void> {
  if (caller.tenant !== platformTenant || caller.actor.type !== 'administrator') return;
  if ((await countActiveAdministrators(tx.db, platformTenant)) > 0) return;
  throw new CountersignError('wrong_state', {
    issues: [{ path: 'active', message: 'is the last active administrator of the platform' }],
  });
}
