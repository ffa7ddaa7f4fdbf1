import { CountersignError } from '../core/errors.ts';
import { newId, platformTenant, type TenantId } from '../core/ids.ts';
import { isOver } from '../core/lifetime.ts';
import { mailAddress } from '../core/mail-address.ts';
import type { Administrator } from '../core/model.ts';
import { hashToken, newToken } from '../crypto/index.ts';
import { forgivePasswords, payForPassword, refundPassword, tellExhaustedAddress } from '../limits/index.ts';
import {
  type Executor,
  findAdministrator,
  findAdministratorByLogin,
  findCredential,
  findTenant,
  holdAdministrators,
  insertAdministrator,
  insertCredential,
  listAdministrators,
  type StoredAdministrator,
} from '../store/index.ts';
import { createAdministratorChanges, presentAdministrator } from './administrator-changes.ts';
import { hashAdministratorPassword } from './administrator-password.ts';
import type { AdministratorsEngine, Caller, NewAdministratorOptions } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';

/** An administrator whose password is hashed already: hashing takes long and has no place in a transaction. */
export type PreparedAdministrator = Omit<StoredAdministrator, 'id' | 'tenantId' | 'createdAt' | 'updatedAt'>;

/** How long a bearer token of an administrator is good: a year. */
const tokenLife = 365 * 24 * 60 * 60 * 1000;

/** Checks what a new administrator is to have, and hashes the password. */
export async function prepareAdministrator(
  parts: EngineParts,
  options: NewAdministratorOptions,
  pathPrefix = '',
): Promise<PreparedAdministrator> {
  const email = mailAddress(options.email, `${pathPrefix}email`);
  const login = checkName(`${pathPrefix}login`, options.login ?? email);
  const person = {
    login,
    email,
    firstName: checkName(`${pathPrefix}firstName`, options.firstName),
    lastName: checkName(`${pathPrefix}lastName`, options.lastName),
  };
  const passwordHash = await hashAdministratorPassword(parts, person, options.password, `${pathPrefix}password`);
  return { ...person, active: true, passwordHash };
}

/** Stores a prepared administrator in the caller's tenant. `already_exists` names the login's path. */
export async function insertNewAdministrator(
  parts: EngineParts,
  tx: WriteContext,
  caller: Caller,
  prepared: PreparedAdministrator,
  pathPrefix = '',
): Promise<Administrator> {
  const now = parts.clock.now();
  const stored: StoredAdministrator = {
    ...prepared,
    id: newId(parts.random, 'administrator'),
    tenantId: caller.tenant,
    createdAt: now,
    updatedAt: now,
  };
  await insertAdministrator(tx.db, stored).catch((error: unknown) => {
    if (parts.store.classifyFault(error) !== 'duplicate') throw error;
    const path = `${pathPrefix}${prepared.login === prepared.email ? 'email' : 'login'}`;
    throw new CountersignError('already_exists', {
      issues: [{ path, message: 'is the login of another administrator' }],
    });
  });
  tx.record(caller.tenant, entryOf(caller, 'administrator.created', 'done', { objectId: stored.id }));
  return presentAdministrator(stored);
}

export function createAdministrators(parts: EngineParts): AdministratorsEngine {
  const { ledger, clock, store, random } = parts;

  /** The administrator as he is now, while he and his tenant are active. */
  async function findAdmitted(db: Executor, tenantId: TenantId, id: string): Promise<StoredAdministrator | undefined> {
    const administrator = await findAdministrator(db, tenantId, id);
    if (administrator?.active !== true) return undefined;
    return (await findTenant(db, tenantId))?.active === true ? administrator : undefined;
  }

  /**
   * Whether the guess may be judged. When the source has used up its own, it is refused at once: whatever the login, so that nothing can be
   * learnt of it, and told in the audit trail once in a window (BF-11, ADM-03).
   */
  const pay = (login: string, source: string | undefined): Promise<boolean> =>
    ledger.write(async (tx) => {
      const unable = await payForPassword(tx.db, login, source, clock.now());
      if (unable !== 'address' || source === undefined) return unable === undefined;
      const { retryAfter, first } = await tellExhaustedAddress(tx.db, source, clock.now());
      if (first) {
        const about = { reason: 'too_many_attempts', detail: { budget: 'source' } };
        const caller = signingIn(undefined, source);
        tx.record(caller.tenant, entryOf(caller, 'administrator.signed-in', 'refused', about));
      }
      return { refused: new CountersignError('too_many_attempts', { retryAfter }) };
    });

  const underWay = new Map<string, Promise<Administrator | undefined>>();

  async function signIn(
    login: string,
    password: string,
    source: string | undefined,
  ): Promise<Administrator | undefined> {
    const paid = await pay(login, source);
    const stored = await store.read((db) => findAdministratorByLogin(db, login));
    // Out of guesses, unknown and wrong take the same time: one password is always hashed (ENM-02).
    const right = await parts.passwords
      .verify(password, paid ? stored?.passwordHash : undefined)
      .catch(async (error: unknown) => {
        if (paid) await store.transaction((db) => refundPassword(db, login, source));
        throw error;
      });
    return ledger.write(async (tx) => {
      // While the password was hashed he may have been disabled or given another one: what counts is what he has now.
      const now = stored && right ? await findAdmitted(tx.db, stored.tenantId, stored.id) : undefined;
      const admitted = now?.passwordHash === stored?.passwordHash ? now : undefined;
      const caller = signingIn(stored, source);
      if (admitted !== undefined) {
        await forgivePasswords(tx.db, login, source);
        tx.record(caller.tenant, entryOf(caller, 'administrator.signed-in', 'accepted'));
        return presentAdministrator(admitted);
      }
      const reason = !paid
        ? 'too_many_attempts'
        : stored === undefined
          ? 'no_such_login'
          : right
            ? 'inactive'
            : 'wrong';
      tx.record(caller.tenant, entryOf(caller, 'administrator.signed-in', 'refused', { reason }));
      return undefined;
    });
  }

  return {
    create: async (caller, options) => {
      const prepared = await prepareAdministrator(parts, options);
      return ledger.write((tx) => insertNewAdministrator(parts, tx, caller, prepared));
    },
    list: (caller) => store.read((db) => listAdministrators(db, caller.tenant)),
    authenticate: async (givenLogin, password, source) => {
      const login = givenLogin.normalize('NFC');
      // The same guess made ten times at once is one guess: a program that asks in parallel must not use up its own budget.
      const guess = hashToken(JSON.stringify([login, password, source]));
      const running = underWay.get(guess) ?? signIn(login, password, source).finally(() => underWay.delete(guess));
      underWay.set(guess, running);
      return running;
    },
    authenticateToken: async (token) => {
      const credential = await store.read((db) => findCredential(db, hashToken(token)));
      if (credential?.type !== 'administrator-token' || isOver(credential, clock.now())) return undefined;
      const { tenantId, ownerId } = credential;
      const administrator = await store.read((db) => findAdmitted(db, tenantId, ownerId));
      return administrator && presentAdministrator(administrator);
    },
    ...createAdministratorChanges(parts),
    issueToken: (caller, administratorId, options) =>
      ledger.write(async (tx) => {
        await holdAdministrators(tx.db, caller.tenant, administratorId);
        const { active, updatedAt } = found(await findAdministrator(tx.db, caller.tenant, administratorId));
        // A token must not outlive the password or token that it was asked for with.
        if (updatedAt !== (options?.unchangedSince ?? updatedAt)) throw new CountersignError('unauthorized');
        if (!active) throw new CountersignError('wrong_state');
        const token = newToken(random, 'csa');
        const now = clock.now();
        const expiresAt = now + tokenLife;
        await insertCredential(tx.db, {
          lookup: hashToken(token),
          tenantId: caller.tenant,
          id: newId(random, 'credential'),
          ownerId: administratorId,
          type: 'administrator-token',
          secretHash: undefined,
          secretSealed: undefined,
          createdAt: now,
          expiresAt,
        });
        tx.record(caller.tenant, entryOf(caller, 'administrator.token-issued', 'done', { objectId: administratorId }));
        return { token, expiresAt };
      }),
  };
}

/** In whose name the audit trail tells of a sign-in. */
function signingIn(administrator: StoredAdministrator | undefined, source: string | undefined): Caller {
  return {
    tenant: administrator?.tenantId ?? platformTenant,
    actor: { type: 'administrator', id: administrator?.id ?? 'unknown' },
    door: 'engine',
    ...(source === undefined ? {} : { source }),
  };
}
