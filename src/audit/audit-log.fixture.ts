import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import * as fc from 'fast-check';
import type { JsonObject } from '../core/model.ts';
import {
  type AuditEntry,
  type AuditHead,
  type AuditRow,
  chainAuditRow,
  chainStart,
  chainStarted,
  headBytes,
} from './index.ts';

export interface AuditLog {
  /** Chain by chain. */
  rows: AuditRow[];
  heads: AuditHead[];
}

/** Who signs heads, and the key that outsiders check them with. */
export interface AuditSigner {
  privateKey: KeyObject;
  publicKeyPem: string;
}

export function auditSigner(): AuditSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

export function signHead(row: AuditRow, at: number, { privateKey }: AuditSigner): AuditHead {
  const { tenantId, writerId, seq, hash } = row;
  const head = { tenantId, writerId, seq, hash, at };
  return { ...head, signature: sign(null, headBytes(head), privateKey).toString('base64url') };
}

/** One step in the life of a log: a writer records something, and perhaps signs its head. */
export interface AuditStep {
  tenant: number;
  writer: number;
  entry: AuditEntry;
  sign: boolean;
}

/**
 * Writes a log as several nodes would, in the order of the steps: a chain begins with the heads of the tenant's other
 * chains, heads are signed where a step says so, and every chain is signed at its end.
 */
export function writeAuditLog(steps: readonly AuditStep[], signer: AuditSigner): AuditLog {
  const chains = new Map<string, AuditRow[]>();
  const heads: AuditHead[] = [];
  let at = 1_790_000_000_000;
  const record = (tenantId: string, writerId: string, entry: AuditEntry): AuditRow => {
    const chain = chains.get(`${tenantId} ${writerId}`) ?? [];
    chains.set(`${tenantId} ${writerId}`, chain);
    const previous = chain.at(-1)?.hash ?? chainStart;
    const row = chainAuditRow(entry, { tenantId, writerId, seq: chain.length + 1, at: (at += 1000), previous });
    chain.push(row);
    return row;
  };
  for (const step of steps) {
    const tenantId = `tnt_${step.tenant}`;
    const writerId = `wrt_${step.writer}`;
    if (!chains.has(`${tenantId} ${writerId}`)) {
      const previous = [...chains.values()]
        .map((chain) => chain.at(-1))
        .filter((row) => row !== undefined)
        .filter((row) => row.tenantId === tenantId)
        .map(({ writerId, seq, hash }): JsonObject => ({ writerId, seq, hash }));
      const actor = { type: 'system', id: writerId } as const;
      record(tenantId, writerId, {
        event: chainStarted,
        outcome: 'done',
        actor,
        door: 'engine',
        detail: { previous },
      });
    }
    const row = record(tenantId, writerId, step.entry);
    if (step.sign) heads.push(signHead(row, at, signer));
  }
  const ends = [...chains.values()].flatMap((chain) => chain.slice(-1));
  return { rows: [...chains.values()].flat(), heads: [...heads, ...ends.map((row) => signHead(row, at, signer))] };
}

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 4 }));

/** Any entry: optional members present or absent, texts and details of every sort. */
export const anyAuditEntry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    event: fc.constantFrom('challenge.answered', 'enrollment.completed', 'integration.created'),
    outcome: fc.constantFrom('accepted', 'refused', 'done', 'failed'),
    reason: fc.constantFrom('wrong', 'replayed'),
    actor: fc.record({ type: fc.constantFrom('integration', 'administrator', 'user', 'system'), id: text }),
    door: fc.constantFrom('rest', 'oss2fa'),
    source: fc.constantFrom('192.0.2.1', '2001:db8::1'),
    integrationId: text,
    userId: text,
    deviceId: text,
    objectId: text,
    detail: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })) as fc.Arbitrary<JsonObject>,
  },
  { requiredKeys: ['event', 'outcome', 'actor', 'door'] },
);

/** Any history of up to three tenants and three writers each. */
export const anyAuditSteps: fc.Arbitrary<AuditStep[]> = fc.array(
  fc.record({
    tenant: fc.nat({ max: 2 }),
    writer: fc.nat({ max: 2 }),
    entry: anyAuditEntry,
    sign: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);
