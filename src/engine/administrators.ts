import { CountersignError, type FieldIssue } from '../core/errors.ts';
import { newId, platformTenant } from '../core/ids.ts';
import { mailAddress } from '../core/mail-address.ts';
import type { Administrator } from '../core/model.ts';
import { hashToken, newToken, passwordIssues } from '../crypto/index.ts';
import { forgivePasswords, payForPassword, refundPassword } from '../limits/index.ts';
import {
  findAdministrator,
  findAdministratorByLogin,
  findCredential,
  findTenant,
  insertAdministrator,
  insertCredential,
  listAdministrators,
  type StoredAdministrator,
} from '../store/index.ts';
import type { AdministratorsEngine, Caller, NewAdministratorOptions } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';

/** An administrator whose password is hashed already: hashing takes long and has no place in a transaction. */
export type PreparedAdministrator = Omit<StoredAdministrator, 'id' | 'tenantId' | 'createdAt'>;

/** How long a bearer token of an administrator is good: a year. */
const tokenLife = 365 * 24 * 60 * 60 * 1000;

const passwordProblems = {
  not_text: 'must be well-formed text without NUL',
  too_short: 'must have at least 12 characters',
  too_long: 'must have at most 1024 characters',
  too_simple: 'is too simple',
  too_common: 'is one of the commonest passwords',
  about_you: 'must not be made of the name or address',
} as const;

/** Checks what a new administrator is to have, and hashes the password. */
export async function prepareAdministrator(
  parts: EngineParts,
  options: NewAdministratorOptions,
  pathPrefix = '',
): Promise<PreparedAdministrator> {
  const email = mailAddress(options.email, `${pathPrefix}email`);
  const login = checkName(`${pathPrefix}login`, options.login ?? email);
  const context = [login, email, options.firstName, options.lastName];
  const issues: FieldIssue[] = passwordIssues(options.password, context).map((issue) => ({
    path: `${pathPrefix}password`,
    message: passwordProblems[issue],
  }));
  if (issues.length > 0) throw new CountersignError('invalid_parameters', { issues });
  return {
    login,
    email,
    firstName: checkName(`${pathPrefix}firstName`, options.firstName),
    lastName: checkName(`${pathPrefix}lastName`, options.lastName),
    active: true,
    passwordHash: await parts.passwords.hash(options.password),
  };
}

/** Stores a prepared administrator in the caller's tenant. `already_exists` names the login's path. */
export async function insertNewAdministrator(
  parts: EngineParts,
  tx: WriteContext,
  caller: Caller,
  prepared: PreparedAdministrator,
  pathPrefix = '',
): Promise<Administrator> {
  const stored: StoredAdministrator = {
    ...prepared,
    id: newId(parts.random, 'administrator'),
    tenantId: caller.tenant,
    createdAt: parts.clock.now(),
  };
  await insertAdministrator(tx.db, stored).catch((error: unknown) => {
    if (parts.store.classifyFault(error) !== 'duplicate') throw error;
    const path = `${pathPrefix}${prepared.login === prepared.email ? 'email' : 'login'}`;
    throw new CountersignError('already_exists', {
      issues: [{ path, message: 'is the login of another administrator' }],
    });
  });
  tx.record(caller.tenant, entryOf(caller, 'administrator.created', 'done', { objectId: stored.id }));
  return present(stored);
}

function present({ passwordHash: _, ...administrator }: StoredAdministrator): Administrator {
  return administrator;
}

export function createAdministrators(parts: EngineParts): AdministratorsEngine {
  const { ledger, clock, store, random } = parts;

  /** Whether the administrator and his tenant are active. */
  async function admit(administrator: StoredAdministrator | undefined): Promise<Administrator | undefined> {
    if (administrator?.active !== true) return undefined;
    const tenant = await store.read((db) => findTenant(db, administrator.tenantId));
    return tenant?.active === true ? present(administrator) : undefined;
  }

  const underWay = new Map<string, Promise<Administrator | undefined>>();

  async function signIn(
    login: string,
    password: string,
    source: string | undefined,
  ): Promise<Administrator | undefined> {
    const paid = await store.transaction((db) => payForPassword(db, login, source, clock.now()));
    const stored = await store.read((db) => findAdministratorByLogin(db, login));
    // Out of guesses, unknown and wrong take the same time: one password is always hashed (ENM-02).
    const right = await parts.passwords
      .verify(password, paid ? stored?.passwordHash : undefined)
      .catch(async (error: unknown) => {
        if (paid) await store.transaction((db) => refundPassword(db, login, source));
        throw error;
      });
    const admitted = right ? await admit(stored) : undefined;
    const caller: Caller = {
      tenant: stored?.tenantId ?? platformTenant,
      actor: { type: 'administrator', id: stored?.id ?? 'unknown' },
      door: 'engine',
      ...(source === undefined ? {} : { source }),
    };
    await ledger.write(async (tx) => {
      if (admitted !== undefined) await forgivePasswords(tx.db, login, source);
      const reason = paid ? (stored === undefined ? 'no_such_login' : 'wrong') : 'too_many_attempts';
      const outcome = admitted === undefined ? 'refused' : 'accepted';
      tx.record(
        caller.tenant,
        entryOf(caller, 'administrator.signed-in', outcome, admitted === undefined ? { reason } : {}),
      );
    });
    return admitted;
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
      const now = clock.now();
      const credential = await store.read((db) => findCredential(db, hashToken(token)));
      if (credential?.type !== 'administrator-token') return undefined;
      if (credential.expiresAt !== undefined && credential.expiresAt <= now) return undefined;
      return admit(await store.read((db) => findAdministrator(db, credential.tenantId, credential.ownerId)));
    },
    issueToken: (caller, administratorId) =>
      ledger.write(async (tx) => {
        found(await findAdministrator(tx.db, caller.tenant, administratorId));
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
