import type { Generated } from 'kysely';

/**
 * The tables as the query builder sees them. Columns are portable on purpose: text, integers of at most 2^53, JSON and
 * sealed values as text, times in ms, truth values as 0 and 1, so that no driver's quirk matters.
 */
export interface Schema {
  tenants: { id: string; name: string; active: number; created_at: number; updated_at: number };
  realms: { tenant_id: string; id: string; name: string; created_at: number };
  integrations: {
    tenant_id: string;
    id: string;
    realm_id: string;
    name: string;
    notes: string;
    endpoint: string;
    active: number;
    policy: string;
    doors: string;
    kinds: string;
    /** Sealed: where and how the integration is told what happens; null when it is not. */
    webhook: string | null;
    created_at: number;
    updated_at: number;
  };
  /** What integrations and administrators present. `lookup` is the hash of a token, or the access key itself. */
  credentials: {
    lookup: string;
    tenant_id: string;
    id: string;
    owner_id: string;
    type: string;
    secret_hash: string | null;
    secret_sealed: string | null;
    created_at: number;
    expires_at: number | null;
  };
  administrators: {
    tenant_id: string;
    id: string;
    login: string;
    email: string;
    first_name: string;
    last_name: string;
    password_hash: string;
    active: number;
    created_at: number;
    updated_at: number;
  };
  users: {
    tenant_id: string;
    id: string;
    realm_id: string;
    name: string;
    status: string;
    created_at: number;
    updated_at: number;
  };
  devices: {
    tenant_id: string;
    id: string;
    user_id: string;
    kind: string;
    name: string;
    status: string;
    /** Sealed; bound to tenant, table, column and row. */
    secret: string;
    /** JSON; what changes with every accepted answer. */
    counters: string;
    /** Rises with every change of secret, counters or status: the guard of every acceptance. */
    version: number;
    readable: number;
    /** Keyed hash of the name by which its kind finds it, e.g. a credential id. Unique in a tenant. */
    lookup: string | null;
    created_at: number;
    updated_at: number;
    last_used_at: number | null;
  };
  enrollments: {
    tenant_id: string;
    id: string;
    integration_id: string;
    user_name: string;
    user_id: string | null;
    if_user_exists: string;
    kind: string | null;
    device_id: string | null;
    device_name: string | null;
    state: string;
    attempts_left: number;
    /** Sealed: the device's state and what the kind kept. Emptied when the enrollment ends. */
    prepared: string | null;
    /** Sealed: what the user has to see. Emptied when the enrollment ends. */
    shown: string | null;
    context: string | null;
    created_at: number;
    updated_at: number;
    expires_at: number;
  };
  challenges: {
    tenant_id: string;
    id: string;
    integration_id: string;
    user_id: string;
    device_id: string;
    kind: string;
    state: string;
    attempts_left: number;
    resends_left: number;
    code_digits: number | null;
    reference: string;
    /** JSON; keyed hashes only. */
    kept: string | null;
    shown: string | null;
    fail_mode: string | null;
    context: string | null;
    version: number;
    created_at: number;
    updated_at: number;
    expires_at: number;
  };
  /** How many guesses or messages a subject has used. */
  budgets: { tenant_id: string; subject: string; spent: number; window_ends_at: number; consecutive: number };
  audit: {
    tenant_id: string;
    writer_id: string;
    seq: number;
    at: number;
    event: string;
    outcome: string;
    integration_id: string | null;
    user_id: string | null;
    /** The whole row as JSON, exactly what was hashed. */
    body: string;
    hash: string;
  };
  audit_chains: { tenant_id: string; writer_id: string; started_at: number };
  audit_heads: { tenant_id: string; writer_id: string; seq: number; hash: string; at: number; signature: string };
  idempotency: {
    tenant_id: string;
    integration_id: string;
    idempotency_key: string;
    fingerprint: string;
    status: number | null;
    /** Sealed: an answer may show an enrollment's secret. */
    body: string | null;
    created_at: number;
    expires_at: number;
  };
  numbers: { number: Generated<number>; tenant_id: string; type: string; object_id: string };
  settings: { name: string; value: string };
  /** Settings of a tenant, e.g. its theme and its texts. */
  tenant_settings: {
    tenant_id: string;
    name: string;
    /** Sealed. */
    value: string;
    updated_at: number;
  };
  /** What may be used once, and has been: a nonce, a ticket. */
  spent: { tenant_id: string; subject: string; expires_at: number };
  /** How far devices had counted that were removed, by the keyed hash of the name under which they would come back. */
  retired_devices: { tenant_id: string; lookup: string; counters: string };
  /** Messages that are to be sent, committed together with what they tell of. */
  outbox: {
    tenant_id: string;
    id: string;
    integration_id: string | null;
    user_id: string | null;
    /** What the message is about: a challenge, an enrollment, a device. */
    object_id: string;
    channel: string;
    /** `code`: worth nothing after its challenge; `notice`: tried for longer. */
    purpose: string;
    /** Sealed; emptied when the message is sent or given up. */
    message: string | null;
    state: string;
    attempts: number;
    next_attempt_at: number;
    /** Whoever is sending it has it alone until then. */
    claimed_until: number | null;
    last_error: string | null;
    created_at: number;
    updated_at: number;
    expires_at: number;
  };
  /** Browsers that may skip the second factor of an integration for a time. */
  trusted_browsers: {
    tenant_id: string;
    id: string;
    integration_id: string;
    user_id: string;
    name: string;
    token_hash: string;
    /** The token before the last rotation, good for a moment for requests that were under way. */
    previous_hash: string | null;
    rotated_at: number;
    created_at: number;
    last_used_at: number | null;
    expires_at: number;
  };
}
