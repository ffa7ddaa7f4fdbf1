import type { Device, Method, User } from '../../core/model.ts';

/** The outcome of an answer. A refusal does not say why: the reason is in the audit trail only (design law 8). */
export type Outcome =
  | { accepted: true; user: User; device: Device; method: Method; auditId: string }
  | { accepted: false; replayed?: true };
