import type { AuditHead, AuditRow } from '../../audit/index.ts';
import type { Page, Time } from '../../core/model.ts';
import type { Caller } from './caller.ts';
import type { PageOptions } from './page-options.ts';

export interface AuditQuery extends PageOptions {
  event?: string;
  userId?: string;
  from?: Time;
  to?: Time;
}

export interface AuditEngine {
  /** Newest first. An integration sees its own rows, an administrator the tenant's. */
  query(caller: Caller, query: AuditQuery): Promise<Page<AuditRow>>;
  /**
   * Every row of the tenant (of all tenants for the platform) that exists now, chain by chain in order: what a verifier reads. Ask for
   * the heads first, so that every head has its row.
   */
  export(caller: Caller): AsyncIterable<AuditRow>;
  heads(caller: Caller): Promise<AuditHead[]>;
  /** Signs the head of every chain that this process has grown since it was last signed. */
  signHeads(): Promise<AuditHead[]>;
  /** PEM (SPKI, Ed25519). */
  publicKey(): string;
}
