import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type AuditEntry, chainAuditRow, chainStart, hashAuditRow } from './index.ts';

const place = { tenantId: 'tnt_1', writerId: 'wrt_1', seq: 1, at: 1_790_000_000_000, previous: chainStart };
const full: AuditEntry = {
  event: 'challenge.answered',
  outcome: 'refused',
  reason: 'replayed',
  actor: { type: 'integration', id: 'int_1' },
  door: 'rest',
  source: '192.0.2.1',
  integrationId: 'int_1',
  userId: 'usr_1',
  deviceId: 'dev_1',
  objectId: 'chl_1',
  detail: { b: [1, { z: null, a: 'ä"\n' }], a: true, '10': 1.5, '9': -0 },
};

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('the hash of an audit row', () => {
  it('is SHA-256 over the version and the row as canonical JSON', () => {
    const zeros = '0000000000000000000000000000000000000000000000000000000000000000';
    expect(chainAuditRow(full, place).hash).toBe(
      sha256(
        'countersign-audit-v1\n{"tenantId":"tnt_1","writerId":"wrt_1","seq":1,"at":1790000000000,' +
          '"event":"challenge.answered","outcome":"refused","reason":"replayed",' +
          '"actor":{"type":"integration","id":"int_1"},"door":"rest","source":"192.0.2.1","integrationId":"int_1",' +
          '"userId":"usr_1","deviceId":"dev_1","objectId":"chl_1",' +
          `"detail":{"10":1.5,"9":0,"a":true,"b":[1,{"a":"ä\\"\\n","z":null}]},"previous":"${zeros}"}`,
      ),
    );
  });

  it('leaves out what is undefined', () => {
    const { event, outcome, actor, door } = full;
    const row = chainAuditRow({ event, outcome, actor, door }, place);
    expect(row.hash).toBe(
      sha256(
        'countersign-audit-v1\n{"tenantId":"tnt_1","writerId":"wrt_1","seq":1,"at":1790000000000,' +
          '"event":"challenge.answered","outcome":"refused","actor":{"type":"integration","id":"int_1"},' +
          `"door":"rest","previous":"${chainStart}"}`,
      ),
    );
  });

  it('does not depend on the order of keys, at any depth', () => {
    const reversed = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(reversed)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, member]) => [key, reversed(member)]),
            )
          : value;
    const row = chainAuditRow(full, place);
    const turned = reversed(row) as typeof row;
    expect(Object.keys(turned)).not.toEqual(Object.keys(row));
    expect(hashAuditRow(turned)).toBe(row.hash);
  });

  it('depends on the order of an array', () => {
    const ordered = chainAuditRow({ ...full, detail: { kinds: ['totp', 'email'] } }, place);
    const turned = chainAuditRow({ ...full, detail: { kinds: ['email', 'totp'] } }, place);
    expect(turned.hash).not.toBe(ordered.hash);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s, which JSON would turn into null', (value) => {
    expect(() => chainAuditRow({ ...full, detail: { value } }, place)).toThrow(TypeError);
  });
});

describe('a row that is chained', () => {
  it('takes its place and is named after it', () => {
    const row = chainAuditRow(full, { ...place, seq: 7 });
    expect(row).toMatchObject({ ...full, ...place, seq: 7, id: 'wrt_1.7' });
    expect(hashAuditRow(row)).toBe(row.hash);
  });

  it('follows the row before it', () => {
    const first = chainAuditRow(full, place);
    const second = chainAuditRow(full, { ...place, seq: 2, previous: first.hash });
    expect(second.previous).toBe(first.hash);
    expect(second.hash).not.toBe(chainAuditRow(full, { ...place, seq: 2 }).hash);
  });
});
