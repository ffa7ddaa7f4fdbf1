import type { TenantId } from '../../core/ids.ts';
import type { Integration } from '../../core/model.ts';

/** Who acts: the subject of an audit row. */
export interface Actor {
  /** `user`: the person himself, on a page. */
  type: 'integration' | 'administrator' | 'user' | 'system';
  id: string;
}

/** On whose behalf a call is made: the tenant it is confined to, and what the audit trail says about it. */
export interface Caller {
  tenant: TenantId;
  actor: Actor;
  /** The door the request came through, e.g. `rest`. */
  door: string;
  /** The network address the request came from. */
  source?: string;
}

/** A caller that speaks for an integration: its policy, realm and kinds apply. */
export interface IntegrationCaller extends Caller {
  integration: Integration;
}
