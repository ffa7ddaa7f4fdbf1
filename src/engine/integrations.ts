import { CountersignError } from '../core/errors.ts';
import { newId, type TenantId } from '../core/ids.ts';
import { isOver } from '../core/lifetime.ts';
import type { Credential, Integration, JsonObject } from '../core/model.ts';
import type { Policy } from '../core/policy/policy.ts';
import { randomText } from '../core/random.ts';
import { hashToken, newToken, tokenMatches } from '../crypto/index.ts';
import {
  deleteCredential,
  deleteIntegration,
  deleteTrustedBrowsers,
  findCredential,
  findIntegration,
  findRealmByName,
  holdIntegration,
  findTenant,
  insertCredential,
  insertIntegration,
  insertRealm,
  listCredentials,
  listIntegrations,
  listKeyCredentials,
  listRealms,
  parsePage,
  type StoredCredential,
  updateIntegration,
} from '../store/index.ts';
import { checkEndpoint, checkKinds, checkText, parsePolicy } from './check-integration.ts';
import type { CredentialCache } from './credential-cache.ts';
import type { Caller, IntegrationsEngine, NewCredential, NewIntegrationOptions } from './engine.ts';
import type { WriteContext } from './ledger.ts';
import { checkName, entryOf, type EngineParts, found } from './parts.ts';
import { defaultRealm } from './tenants.ts';

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Credentials of one type that may be active at once: the one in use, and the one that replaces it. */
const credentialsPerType = 2;

export function createIntegrations(parts: EngineParts, cache: CredentialCache): IntegrationsEngine {
  const { ledger, clock, random, store, vault } = parts;

  async function addCredential(
    tx: WriteContext,
    tenant: TenantId,
    ownerId: string,
    type: 'token' | 'key',
    readable: boolean,
  ): Promise<NewCredential> {
    const id = newId(random, 'credential');
    const createdAt = clock.now();
    const base = { tenantId: tenant, id, ownerId, type, createdAt, expiresAt: undefined };
    if (type === 'token') {
      const token = newToken(random, 'cst');
      await insertCredential(tx.db, {
        ...base,
        lookup: hashToken(token),
        secretHash: undefined,
        secretSealed: undefined,
      });
      return { id, type, createdAt, token };
    }
    const accessKey = randomText(random, 32, alphanumeric);
    const secretKey = randomText(random, 48, alphanumeric);
    await insertCredential(tx.db, {
      ...base,
      lookup: accessKey,
      secretHash: hashToken(secretKey),
      secretSealed: readable ? vault.seal(tenant, 'credentials.secret_sealed', id, secretKey) : undefined,
    });
    return { id, type, createdAt, accessKey, secretKey };
  }

  async function chooseRealm(
    tx: WriteContext,
    caller: Caller,
    options: NewIntegrationOptions,
    id: string,
  ): Promise<string> {
    const { realm } = options;
    const name =
      realm === 'own' ? id : realm === undefined || realm === 'shared' ? defaultRealm : checkName('realm', realm.name);
    const existing = await findRealmByName(tx.db, caller.tenant, name);
    if (existing !== undefined) return existing.id;
    const realmId = newId(random, 'realm');
    if (await insertRealm(tx.db, { id: realmId, tenantId: caller.tenant, name }, clock.now())) return realmId;
    return found(await findRealmByName(tx.db, caller.tenant, name)).id; // somebody else made it meanwhile
  }

  /** The integration behind a credential that matches, while it and its tenant are active. */
  async function admit(credential: StoredCredential): Promise<Integration | undefined> {
    return store.read(async (db) => {
      const tenant = await findTenant(db, credential.tenantId);
      if (tenant?.active !== true) return undefined;
      const integration = await findIntegration(db, credential.tenantId, credential.ownerId);
      return integration?.active === true ? integration : undefined;
    });
  }

  /** Look-ups of credentials that have not ended. */
  const underWay = new Map<string, Promise<Integration | undefined>>();

  /** Forgets what credentials were found to belong to, after a change has committed. */
  async function changing<T>(change: Promise<T>): Promise<T> {
    const result = await change;
    cache.clear();
    return result;
  }

  return {
    authenticate: async (presented) => {
      const byToken = 'token' in presented;
      const secretHash = hashToken(byToken ? presented.token : presented.secretKey);
      const lookup = byToken ? secretHash : presented.accessKey;
      const cacheKey = `${lookup}:${secretHash}`;
      const known = cache.find(cacheKey);
      if (known !== undefined) return known;
      const generation = cache.generation();
      const look = async () => {
        const credential = await store.read((db) => findCredential(db, lookup));
        const expired = credential !== undefined && isOver(credential, clock.now());
        // An unknown access key is compared as well, with a hash that nothing has.
        const matches = byToken || tokenMatches(presented.secretKey, credential?.secretHash ?? hashToken(''));
        if (credential === undefined || credential.type !== (byToken ? 'token' : 'key') || expired || !matches)
          return undefined;
        const integration = await admit(credential);
        if (integration !== undefined) cache.keep(cacheKey, integration, generation);
        return integration;
      };
      // Those who come together when the second is over look once; who comes after a change looks anew.
      const key = `${generation}:${cacheKey}`;
      const looking = underWay.get(key) ?? look().finally(() => underWay.delete(key));
      underWay.set(key, looking);
      return looking;
    },

    create: async (caller, options) => {
      const now = clock.now();
      const id = newId(random, 'integration');
      const draft = {
        id,
        tenantId: caller.tenant,
        name: checkName('name', options.name),
        notes: checkText('notes', options.notes ?? ''),
        endpoint: checkEndpoint(options.endpoint ?? ''),
        active: true,
        policy: parsePolicy(options.policy ?? {}),
        doors: options.doors ?? {},
        kinds: checkKinds(parts, options.kinds ?? {}),
        createdAt: now,
        updatedAt: now,
      };
      return ledger.write(async (tx) => {
        found(await findTenant(tx.db, caller.tenant));
        const integration: Integration = { ...draft, realmId: await chooseRealm(tx, caller, options, id) };
        await insertIntegration(tx.db, integration);
        const { token = '' } = await addCredential(tx, caller.tenant, id, 'token', false);
        const key = await addCredential(tx, caller.tenant, id, 'key', options.readableSecretKey ?? false);
        tx.record(
          caller.tenant,
          entryOf(caller, 'integration.created', 'done', { objectId: id, detail: { policy: toDetail(draft.policy) } }),
        );
        return { integration, token, accessKey: key.accessKey ?? '', secretKey: key.secretKey ?? '' };
      });
    },

    list: (caller, page) => store.read((db) => listIntegrations(db, caller.tenant, parsePage(page))),
    get: async (caller, id) => found(await store.read((db) => findIntegration(db, caller.tenant, id))),

    update: (caller, id, changes) =>
      changing(
        ledger.write(async (tx) => {
          // Two changes of different fields must not undo one another.
          await holdIntegration(tx.db, caller.tenant, id);
          const before = found(await findIntegration(tx.db, caller.tenant, id));
          const after: Integration = {
            ...before,
            ...(changes.name === undefined ? {} : { name: checkName('name', changes.name) }),
            ...(changes.notes === undefined ? {} : { notes: checkText('notes', changes.notes) }),
            ...(changes.endpoint === undefined ? {} : { endpoint: checkEndpoint(changes.endpoint) }),
            ...(changes.active === undefined ? {} : { active: changes.active }),
            ...(changes.policy === undefined ? {} : { policy: parsePolicy(changes.policy) }),
            ...(changes.doors === undefined ? {} : { doors: changes.doors }),
            ...(changes.kinds === undefined ? {} : { kinds: checkKinds(parts, changes.kinds) }),
            updatedAt: clock.now(),
          };
          await updateIntegration(tx.db, after);
          // Trust that was switched off must not come back with the rule.
          if (after.policy.trustedBrowsers.lifeSeconds === 0) {
            await deleteTrustedBrowsers(tx.db, caller.tenant, { column: 'integration_id', id });
          }
          const detail = { changed: Object.keys(changes), policy: toDetail(after.policy), active: after.active };
          tx.record(caller.tenant, entryOf(caller, 'integration.updated', 'done', { objectId: id, detail }));
          return after;
        }),
      ),

    remove: (caller, id) =>
      changing(
        ledger.write(async (tx) => {
          found(await findIntegration(tx.db, caller.tenant, id));
          await deleteIntegration(tx.db, caller.tenant, id);
          tx.record(caller.tenant, entryOf(caller, 'integration.removed', 'done', { objectId: id }));
        }),
      ),

    credentials: async (caller, id) =>
      store.read(async (db) => {
        found(await findIntegration(db, caller.tenant, id));
        return (await listCredentials(db, caller.tenant, id)).map(presentCredential);
      }),

    rotate: (caller, id, type) =>
      ledger.write(async (tx) => {
        await holdIntegration(tx.db, caller.tenant, id);
        found(await findIntegration(tx.db, caller.tenant, id));
        const existing = (await listCredentials(tx.db, caller.tenant, id)).filter(
          (credential) => credential.type === type,
        );
        if (existing.length >= credentialsPerType) return { refused: new CountersignError('wrong_state') };
        const readable = existing.some((credential) => credential.secretSealed !== undefined);
        const added = await addCredential(tx, caller.tenant, id, type, readable);
        tx.record(
          caller.tenant,
          entryOf(caller, 'integration.credential-added', 'done', {
            objectId: id,
            detail: { credential: added.id, type },
          }),
        );
        return added;
      }),

    revoke: (caller, id, credentialId) =>
      changing(
        ledger.write(async (tx) => {
          if (!(await deleteCredential(tx.db, caller.tenant, id, credentialId)))
            throw new CountersignError('not_found');
          const detail = { credential: credentialId };
          tx.record(caller.tenant, entryOf(caller, 'integration.credential-revoked', 'done', { objectId: id, detail }));
        }),
      ),

    readSecretKeys: (caller) =>
      ledger.write(async (tx) => {
        const keys = await listKeyCredentials(tx.db, caller.tenant);
        tx.record(
          caller.tenant,
          entryOf(caller, 'integration.secret-keys-read', 'done', { detail: { keys: keys.length } }),
        );
        return keys.map((key) => ({
          integrationId: key.ownerId,
          accessKey: key.lookup,
          secretKey:
            key.secretSealed === undefined
              ? undefined
              : (vault.open(caller.tenant, 'credentials.secret_sealed', key.id, key.secretSealed) as string),
        }));
      }),

    realms: (caller) => store.read((db) => listRealms(db, caller.tenant)),
  };
}

function presentCredential(credential: StoredCredential): Credential {
  return {
    id: credential.id,
    type: credential.type === 'key' ? 'key' : 'token',
    ...(credential.type === 'key' ? { accessKey: credential.lookup } : {}),
    createdAt: credential.createdAt,
    ...(credential.expiresAt === undefined ? {} : { expiresAt: credential.expiresAt }),
  };
}

/** The policy as the audit trail keeps it: plain JSON. */
function toDetail(policy: Policy): JsonObject {
  return JSON.parse(JSON.stringify(policy)) as JsonObject;
}
