import type { Credential, Integration, JsonObject, Page, Realm } from '../../core/model.ts';
import type { PolicyOptions } from '../../core/policy/policy.ts';
import type { Caller } from './caller.ts';
import type { PageOptions } from './page-options.ts';

/** What an integration presents. */
export type PresentedCredential = { token: string } | { accessKey: string; secretKey: string };

/** A credential in the one answer that shows its secret. */
export interface NewCredential extends Credential {
  token?: string;
  secretKey?: string;
}

export interface NewIntegrationOptions {
  name: string;
  notes?: string;
  endpoint?: string;
  policy?: PolicyOptions;
  doors?: Record<string, JsonObject>;
  kinds?: Record<string, JsonObject>;
  /** `shared` uses the tenant's default realm, `own` (or a name) makes or takes a realm of its own. Default `shared`. */
  realm?: 'shared' | 'own' | { name: string };
  /** Keeps the secret key sealed instead of hashed, so that it can be read again. For doors whose contract asks for it. */
  readableSecretKey?: boolean;
}

export interface IntegrationChanges {
  name?: string;
  notes?: string;
  endpoint?: string;
  active?: boolean;
  /** Replaces the whole policy. */
  policy?: PolicyOptions;
  /** Replaces the whole list of doors. */
  doors?: Record<string, JsonObject>;
  kinds?: Record<string, JsonObject>;
}

export interface IntegrationsEngine {
  /** Undefined: refused. A wrong secret and an unknown key take the same path and time. */
  authenticate(credential: PresentedCredential): Promise<Integration | undefined>;
  create(
    caller: Caller,
    options: NewIntegrationOptions,
  ): Promise<{ integration: Integration; token: string; accessKey: string; secretKey: string }>;
  list(caller: Caller, page?: PageOptions): Promise<Page<Integration>>;
  get(caller: Caller, id: string): Promise<Integration>;
  update(caller: Caller, id: string, changes: IntegrationChanges): Promise<Integration>;
  remove(caller: Caller, id: string): Promise<void>;
  credentials(caller: Caller, id: string): Promise<Credential[]>;
  /** Adds a second credential of the type; a third is refused (`wrong_state`) until one is revoked. */
  rotate(caller: Caller, id: string, type: 'token' | 'key'): Promise<NewCredential>;
  revoke(caller: Caller, id: string, credentialId: string): Promise<void>;
  /** The secret keys that were created readable, newest first; every reading is audited. */
  readSecretKeys(
    caller: Caller,
  ): Promise<{ integrationId: string; accessKey: string; secretKey: string | undefined }[]>;
  realms(caller: Caller): Promise<Realm[]>;
}
