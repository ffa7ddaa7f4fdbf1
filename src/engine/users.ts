import { CountersignError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { User, UserStatus } from '../core/model.ts';
import { clearGuesses, releasePrompts } from '../limits/index.ts';
import {
  deleteUser,
  findUser,
  findUserByName,
  holdUser,
  insertUser,
  listDevices,
  retireDevices,
  listUsers,
  parsePage,
  updateUserStatus,
} from '../store/index.ts';
import { countingKinds } from './add-device.ts';
import type { IntegrationCaller, UsersEngine } from './engine.ts';
import { createIssueAccessPass } from './issue-access-pass.ts';
import type { WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';
import { guessPayer, passkeyPayer } from './read-users.ts';
import { dropTrustedBrowsers } from './trusted-browsers/index.ts';

function newUser(parts: EngineParts, caller: IntegrationCaller, name: string): User {
  const now = parts.clock.now();
  const { realmId } = caller.integration;
  const id = newId(parts.random, 'user');
  return { id, tenantId: caller.tenant, realmId, name, status: 'active', createdAt: now, updatedAt: now };
}

/** Makes a user. Undefined: the name is taken. */
async function createUser(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  name: string,
): Promise<User | undefined> {
  const user = newUser(parts, caller, name);
  if (!(await insertUser(tx.db, user))) return undefined;
  tx.record(caller.tenant, entryOf(caller, 'user.created', 'done', { userId: user.id }));
  return user;
}

/**
 * The user who is to get a device, made when there is none of this name. Undefined: the caller wanted somebody without devices, and
 * this user has some. An inactive user gets none (`user_inactive`).
 */
export async function ensureUser(
  parts: EngineParts,
  tx: WriteContext,
  caller: IntegrationCaller,
  name: string,
  ifEnrolled: 'refuse' | 'add',
): Promise<User | undefined> {
  const created = await createUser(parts, tx, caller, name);
  if (created !== undefined) return created;
  const { realmId } = caller.integration;
  const known = await findUserByName(tx.db, caller.tenant, realmId, name);
  // Two that find him without devices wait for one another, and so does who removes or deactivates him.
  if (known !== undefined) await holdUser(tx.db, caller.tenant, known.id);
  const user = known && (await findUser(tx.db, caller.tenant, realmId, known.id));
  if (user === undefined) throw new CountersignError('conflict', { detail: 'the user was removed meanwhile' });
  if (user.status === 'inactive') throw new CountersignError('user_inactive');
  if (ifEnrolled === 'add') return user;
  return (await listDevices(tx.db, caller.tenant, user.id)).length === 0 ? user : undefined;
}

export function createUsers(parts: EngineParts): UsersEngine {
  const { ledger, clock, store } = parts;

  const find = async (tx: WriteContext, caller: IntegrationCaller, id: string) =>
    found(await findUser(tx.db, caller.tenant, caller.integration.realmId, id));

  async function setStatus(caller: IntegrationCaller, id: string, status: UserStatus): Promise<User> {
    return ledger.write(async (tx) => {
      await holdUser(tx.db, caller.tenant, id);
      const user = await find(tx, caller, id);
      const now = clock.now();
      await updateUserStatus(tx.db, caller.tenant, id, status, now);
      tx.record(
        caller.tenant,
        entryOf(caller, 'user.status-set', 'done', { userId: id, detail: { from: user.status, to: status } }),
      );
      await dropTrustedBrowsers(tx, caller, id, 'status-changed');
      return { ...user, status, updatedAt: now };
    });
  }

  return {
    create: async (caller, options) => {
      const name = checkName('name', options.name);
      return ledger.write(async (tx) => {
        const user = await createUser(parts, tx, caller, name);
        if (user === undefined) return { refused: new CountersignError('user_exists') };
        if (options.status === undefined || options.status === 'active') return user;
        await updateUserStatus(tx.db, caller.tenant, user.id, options.status, user.updatedAt);
        const detail = { from: user.status, to: options.status };
        tx.record(caller.tenant, entryOf(caller, 'user.status-set', 'done', { userId: user.id, detail }));
        return { ...user, status: options.status };
      });
    },
    get: async (caller, id) =>
      found(await store.read((db) => findUser(db, caller.tenant, caller.integration.realmId, id))),
    findByName: (caller, name) =>
      store.read((db) => findUserByName(db, caller.tenant, caller.integration.realmId, name.normalize('NFC'))),
    list: (caller, options = {}) =>
      store.read((db) =>
        listUsers(db, caller.tenant, caller.integration.realmId, parsePage(options), options.name?.normalize('NFC')),
      ),
    setStatus,
    unlock: (caller, id) =>
      ledger.write(async (tx) => {
        const user = await find(tx, caller, id);
        await clearGuesses(tx.db, guessPayer(caller, user.name, undefined));
        for (const { lookup } of await listDevices(tx.db, caller.tenant, id)) {
          if (lookup !== undefined) await clearGuesses(tx.db, passkeyPayer(caller, lookup, undefined));
        }
        await releasePrompts(tx.db, caller.tenant, id);
        tx.record(caller.tenant, entryOf(caller, 'user.unlocked', 'done', { userId: id }));
        return user;
      }),
    remove: (caller, id) =>
      ledger.write(async (tx) => {
        await holdUser(tx.db, caller.tenant, id);
        const user = await find(tx, caller, id);
        await retireDevices(tx.db, { tenant: caller.tenant, of: { userId: id }, kinds: countingKinds(parts.kinds) });
        await deleteUser(tx.db, user);
        // A new user of the same name starts with a clean slate.
        await clearGuesses(tx.db, guessPayer(caller, user.name, undefined));
        tx.record(caller.tenant, entryOf(caller, 'user.removed', 'done', { userId: id }));
      }),
    issueAccessPass: createIssueAccessPass(parts),
  };
}
