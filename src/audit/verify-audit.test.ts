import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountersignError } from '../core/errors.ts';
import {
  anyAuditSteps,
  type AuditLog,
  auditSigner,
  type AuditStep,
  signHead,
  writeAuditLog,
} from './audit-log.fixture.ts';
import { type AuditPlace, type AuditRow, chainAuditRow, chainStart, hashAuditRow, verifyAudit } from './index.ts';

const signer = auditSigner();
const { publicKeyPem } = signer;

function step(tenant: number, writer: number, userId: string, sign = false): AuditStep {
  const actor = { type: 'integration', id: 'int_1' } as const;
  return {
    tenant,
    writer,
    sign,
    entry: { event: 'challenge.answered', outcome: 'accepted', actor, door: 'rest', userId },
  };
}

/** Tenant 0 has the chains wrt_0 (rows 1 to 4) and wrt_1 (1 to 3), tenant 1 has wrt_0 (1 to 5). Signed at the ends only. */
function smallLog(): AuditLog {
  return writeAuditLog(
    [
      ...['alice', 'bob', 'carol'].map((user) => step(0, 0, user)),
      ...['alice', 'bob'].map((user) => step(0, 1, user)),
      ...['dave', 'erin', 'frank', 'grace'].map((user) => step(1, 0, user)),
    ],
    signer,
  );
}

function place({ tenantId, writerId, seq }: AuditPlace): AuditPlace {
  return { tenantId, writerId, seq };
}

function at(tenant: number, writer: number, seq: number): AuditPlace {
  return { tenantId: `tnt_${tenant}`, writerId: `wrt_${writer}`, seq };
}

function indexOf(log: AuditLog, place: AuditPlace): number {
  return log.rows.findIndex(
    (row) => place.seq === row.seq && row.id.startsWith(place.writerId) && row.tenantId === place.tenantId,
  );
}

function isSameChain(a: AuditPlace, b: AuditPlace): boolean {
  return a.tenantId === b.tenantId && a.writerId === b.writerId;
}

function isOfOtherChain(row: AuditPlace): boolean {
  return row.tenantId !== 'tnt_0' || row.writerId !== 'wrt_0';
}

function rehash(row: AuditRow): AuditRow {
  return { ...row, hash: hashAuditRow(row) };
}

async function* stream(rows: readonly AuditRow[]): AsyncGenerator<AuditRow> {
  for (const row of rows) yield await Promise.resolve(row);
}

describe('an audit log that nobody touched', () => {
  it('is intact, and all of it is signed', async () => {
    const { rows, heads } = smallLog();
    await expect(verifyAudit(rows, heads, publicKeyPem)).resolves.toEqual({
      intact: true,
      rows: 12,
      chains: 3,
      signedUpTo: 12,
    });
  });

  it('is intact as a stream, and when its chains alternate', async () => {
    const { rows, heads } = smallLog();
    const byTime = rows.toSorted((a, b) => a.at - b.at);
    await expect(verifyAudit(stream(byTime), heads, publicKeyPem)).resolves.toMatchObject({ intact: true, rows: 12 });
  });

  it('says how far it is signed', async () => {
    const { rows, heads } = smallLog();
    const early = [signHead(rows[1]!, 5, signer)];
    await expect(verifyAudit(rows, early, publicKeyPem)).resolves.toMatchObject({ intact: true, signedUpTo: 2 });
    expect(heads).toHaveLength(3);
  });

  it('may be empty', async () => {
    await expect(verifyAudit([], [], publicKeyPem)).resolves.toEqual({
      intact: true,
      rows: 0,
      chains: 0,
      signedUpTo: 0,
    });
  });

  it('is intact whatever was recorded, by whatever writers, signed at whatever times', async () => {
    await fc.assert(
      fc.asyncProperty(anyAuditSteps, async (steps) => {
        const { rows, heads } = writeAuditLog(steps, signer);
        const stored = JSON.parse(JSON.stringify(rows)) as AuditRow[];
        const verdict = await verifyAudit(stored, heads, publicKeyPem);
        expect(verdict).toMatchObject({ intact: true, rows: rows.length, signedUpTo: rows.length });
      }),
    );
  });
});

describe('a key', () => {
  it.each(['', 'no key', auditSigner().publicKeyPem.replace('MCow', 'MCox')])('%j is refused as one', async (pem) => {
    const refusal = verifyAudit([], [], pem);
    await expect(refusal).rejects.toBeInstanceOf(CountersignError);
    await expect(refusal).rejects.toMatchObject({ code: 'invalid_parameters', issues: [{ path: 'publicKeyPem' }] });
  });

  it('of another installation makes every head a forged one', async () => {
    const { rows, heads } = smallLog();
    await expect(verifyAudit(rows, heads, auditSigner().publicKeyPem)).resolves.toMatchObject({
      intact: false,
      problem: 'forged-head',
      row: place(heads[0]!),
    });
  });
});

type Tampering = [what: string, tamper: (log: AuditLog) => AuditLog, problem: string, row: AuditPlace];

function edit(log: AuditLog, where: AuditPlace, change: (row: AuditRow) => AuditRow): AuditLog {
  return { ...log, rows: log.rows.with(indexOf(log, where), change(log.rows[indexOf(log, where)]!)) };
}

const tamperings: Tampering[] = [
  ['a changed user', (log) => edit(log, at(0, 0, 2), (row) => ({ ...row, userId: 'mallory' })), 'changed', at(0, 0, 2)],
  [
    'a changed user whose row was hashed anew',
    (log) => edit(log, at(0, 0, 2), (row) => rehash({ ...row, userId: 'mallory' })),
    'changed',
    at(0, 0, 2),
  ],
  [
    'a last row that was hashed anew',
    (log) => edit(log, at(0, 0, 4), (row) => rehash({ ...row, userId: 'mallory' })),
    'changed',
    at(0, 0, 4),
  ],
  [
    'a row that was tied elsewhere and hashed anew',
    (log) => edit(log, at(1, 0, 3), (row) => rehash({ ...row, previous: 'f'.repeat(64) })),
    'changed',
    at(1, 0, 3),
  ],
  [
    'a first row that was tied elsewhere and hashed anew',
    (log) => edit(log, at(1, 0, 1), (row) => rehash({ ...row, previous: 'f'.repeat(64) })),
    'changed',
    at(1, 0, 1),
  ],
  ['a changed id', (log) => edit(log, at(1, 0, 3), (row) => ({ ...row, id: 'wrt_0.4' })), 'changed', at(1, 0, 3)],
  ['a changed number', (log) => edit(log, at(1, 0, 3), (row) => ({ ...row, seq: 2 })), 'changed', at(1, 0, 3)],
  [
    'a row that was moved to another tenant',
    (log) => edit(log, at(1, 0, 1), (row) => ({ ...row, tenantId: 'tnt_0' })),
    'changed',
    at(1, 0, 1),
  ],
  [
    'a chain that was rewritten to its end',
    (log) => {
      let previous = chainStart;
      const rows = log.rows.map((row) => {
        if (row.tenantId !== 'tnt_1') return row;
        const rewritten = chainAuditRow({ ...row, userId: 'mallory' }, { ...row, previous });
        previous = rewritten.hash;
        return rewritten;
      });
      return { ...log, rows };
    },
    'changed',
    at(1, 0, 5),
  ],
  [
    'a dropped row',
    (log) => ({ ...log, rows: log.rows.toSpliced(indexOf(log, at(1, 0, 3)), 1) }),
    'dropped',
    at(1, 0, 3),
  ],
  [
    'dropped rows',
    (log) => ({ ...log, rows: log.rows.toSpliced(indexOf(log, at(1, 0, 1)), 3) }),
    'dropped',
    at(1, 0, 1),
  ],
  [
    'a dropped row that the next one does not admit to',
    (log) => {
      const before = log.rows[indexOf(log, at(1, 0, 2))]!;
      const tied = edit(log, at(1, 0, 4), (row) => rehash({ ...row, seq: 3, id: 'wrt_0.3', previous: before.hash }));
      return { ...tied, rows: tied.rows.toSpliced(indexOf(log, at(1, 0, 3)), 1) };
    },
    'dropped',
    at(1, 0, 4),
  ],
  ['rows cut off the end', (log) => ({ ...log, rows: log.rows.slice(0, -2) }), 'cut', at(1, 0, 4)],
  [
    'a whole chain cut out',
    (log) => ({ ...log, rows: log.rows.filter((row) => row.tenantId !== 'tnt_1') }),
    'cut',
    at(1, 0, 1),
  ],
  [
    'a whole chain cut out together with its heads',
    (log) => {
      return { rows: log.rows.filter(isOfOtherChain), heads: log.heads.filter(isOfOtherChain) };
    },
    'cut',
    at(0, 0, 1),
  ],
  [
    'a chain cut off at its end together with its heads',
    (log) => {
      return {
        rows: log.rows.filter((row) => isOfOtherChain(row) || row.seq < 3),
        heads: log.heads.filter(isOfOtherChain),
      };
    },
    'cut',
    at(0, 0, 3),
  ],
  [
    'the rewritten end of a chain whose heads were taken away',
    (log) => {
      const edited = edit(log, at(0, 0, 4), (row) => rehash({ ...row, userId: 'mallory' }));
      return { ...edited, heads: log.heads.filter(isOfOtherChain) };
    },
    'changed',
    at(0, 0, 4),
  ],
  [
    'two rows out of order',
    ({ rows, heads }) => ({ heads, rows: rows.with(8, rows[10]!).with(10, rows[8]!) }),
    'reordered',
    at(1, 0, 2),
  ],
  [
    'two rows whose contents were exchanged',
    ({ rows, heads }) => {
      const [first, second] = [rows[8]!, rows[10]!];
      return {
        heads,
        rows: rows
          .with(8, { ...second, ...place(first), id: first.id })
          .with(10, { ...first, ...place(second), id: second.id }),
      };
    },
    'reordered',
    at(1, 0, 2),
  ],
  [
    'a row that stands there twice',
    (log) => ({ ...log, rows: log.rows.toSpliced(10, 0, log.rows[8]!) }),
    'duplicated',
    at(1, 0, 2),
  ],
  [
    'a copy of a row under a new number',
    (log) => ({ ...log, rows: [...log.rows, { ...log.rows[8]!, seq: 6, id: 'wrt_0.6' }] }),
    'changed',
    at(1, 0, 6),
  ],
  [
    'a head that was moved back',
    ({ rows, heads }) => ({ rows, heads: heads.with(2, { ...heads[2]!, seq: 4, hash: rows[10]!.hash }) }),
    'forged-head',
    at(1, 0, 4),
  ],
  [
    'a signature that is spelled differently',
    ({ rows, heads }) => ({ rows, heads: heads.with(2, { ...heads[2]!, signature: `${heads[2]!.signature}=` }) }),
    'forged-head',
    at(1, 0, 5),
  ],
  [
    'a row that was signed once more after it was restored from a copy',
    ({ rows, heads }) => ({
      rows,
      heads: [...heads, signHead(rehash({ ...rows[11]!, userId: 'mallory' }), 5, signer)],
    }),
    'changed',
    at(1, 0, 5),
  ],
];

describe('an audit log that somebody touched', () => {
  it.each(tamperings)('is found out: %s', async (_, tamper, problem, row) => {
    const { rows, heads } = tamper(smallLog());
    const verdict = await verifyAudit(stream(rows), heads, publicKeyPem);
    expect(verdict).toMatchObject({ intact: false, problem, row });
    expect(verdict).toHaveProperty('explanation', expect.stringContaining(`${row.writerId}.${row.seq}`));
  });
});

/** One changed member, of any sort; the log keeps its order. */
const changes: Record<string, (row: AuditRow) => AuditRow> = {
  tenantId: (row) => ({ ...row, tenantId: `tnt_${(Number(row.tenantId.at(-1)) + 1) % 3}` }),
  writerId: (row) => ({ ...row, writerId: `wrt_${(Number(row.writerId.at(-1)) + 1) % 3}` }),
  'seq, forth': (row) => ({ ...row, seq: row.seq + 1 }),
  'seq, back': (row) => ({ ...row, seq: row.seq - 1 }),
  id: (row) => ({ ...row, id: `${row.id}0` }),
  at: (row) => ({ ...row, at: row.at + 1 }),
  event: (row) => ({ ...row, event: `${row.event} ` }),
  outcome: (row) => ({ ...row, outcome: row.outcome === 'refused' ? 'accepted' : 'refused' }),
  reason: ({ reason, ...row }) => (reason === undefined ? { ...row, reason: '' } : row),
  'actor.type': (row) => ({
    ...row,
    actor: { ...row.actor, type: row.actor.type === 'system' ? 'integration' : 'system' },
  }),
  'actor.id': (row) => ({ ...row, actor: { ...row.actor, id: `${row.actor.id}"` } }),
  door: (row) => ({ ...row, door: '' }),
  source: ({ source, ...row }) => (source === undefined ? { ...row, source: '' } : row),
  integrationId: ({ integrationId, ...row }) => (integrationId === undefined ? { ...row, integrationId: '' } : row),
  userId: (row) => ({ ...row, userId: `${row.userId}\u0000` }),
  deviceId: (row) => ({ ...row, deviceId: `${row.deviceId}\\` }),
  objectId: ({ objectId, ...row }) => (objectId === undefined ? { ...row, objectId: '' } : row),
  detail: ({ detail, ...row }) => (detail === undefined ? { ...row, detail: {} } : row),
  'detail.x': (row) => ({ ...row, detail: { ...row.detail, x: row.detail?.['x'] === null ? 0 : null } }),
  previous: (row) => ({ ...row, previous: row.previous.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) }),
  hash: (row) => ({ ...row, hash: row.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
};
const places = new Set(['tenantId', 'writerId', 'seq, forth', 'seq, back', 'id', 'previous', 'hash']);

/** Any log, tampered with at any row, or at any pair of rows; undefined when that cannot be done there. */
async function expectFound(
  numRuns: number,
  tamper: (log: AuditLog, index: number, other: number) => [AuditLog, string, AuditPlace] | undefined,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyAuditSteps, fc.nat(), fc.nat(), async (steps, one, two) => {
      const log = writeAuditLog(steps, signer);
      const [index, other] = [one % log.rows.length, two % log.rows.length].sort((a, b) => a - b) as [number, number];
      const tampered = tamper(log, index, other);
      fc.pre(tampered !== undefined);
      const [{ rows, heads }, problem, row] = tampered;
      const verdict = await verifyAudit(rows, heads, publicKeyPem);
      expect(verdict).toMatchObject({ intact: false, problem, row: place(row) });
    }),
    { numRuns },
  );
}

describe('whatever is done to any log, the first row that is not as it was written is named:', () => {
  it.each(Object.entries(changes))('a change of %s', async (_, change) => {
    await expectFound(25, (log, index) => {
      const row = log.rows[index]!;
      return [{ ...log, rows: log.rows.with(index, change(row)) }, 'changed', row];
    });
  });

  it.each(Object.entries(changes).filter(([name]) => !places.has(name)))(
    'a change of %s with a new hash',
    async (_, change) => {
      await expectFound(25, (log, index) => {
        const row = log.rows[index]!;
        return [{ ...log, rows: log.rows.with(index, rehash(change(row))) }, 'changed', row];
      });
    },
  );

  it('rows that were removed from a chain', async () => {
    await expectFound(100, ({ rows, heads }, index, other) => {
      const row = rows[index]!;
      if (!isSameChain(row, rows[other]!)) return undefined;
      const goesOn = rows[other + 1] !== undefined && isSameChain(row, rows[other + 1]!);
      return [{ heads, rows: rows.toSpliced(index, other - index + 1) }, goesOn ? 'dropped' : 'cut', row];
    });
  });

  it('an end that was cut off, in each chain that it held', async () => {
    await fc.assert(
      fc.asyncProperty(anyAuditSteps, fc.nat(), async (steps, length) => {
        const { rows, heads } = writeAuditLog(steps, signer);
        const kept = rows.slice(0, length % rows.length);
        const verdict = await verifyAudit(kept, heads, publicKeyPem);
        const missing = rows.slice(kept.length);
        const firsts = missing.filter((row, index) => missing.findIndex((other) => isSameChain(row, other)) === index);
        expect(verdict).toMatchObject({ intact: false, problem: 'cut' });
        expect(firsts.map(place)).toContainEqual('row' in verdict ? verdict.row : undefined);
      }),
    );
  });

  it('rows of a chain that changed their places', async () => {
    await expectFound(100, ({ rows, heads }, index, other) => {
      const [a, b] = [rows[index]!, rows[other]!];
      if (index === other || !isSameChain(a, b)) return undefined;
      return [{ heads, rows: rows.with(index, b).with(other, a) }, 'reordered', a];
    });
  });

  it.each([
    ['with their times and hashes', (row: AuditRow, from: AuditRow) => ({ ...from, ...place(row), id: row.id })],
    [
      'with their times',
      (row: AuditRow, from: AuditRow) => ({
        ...from,
        ...place(row),
        id: row.id,
        previous: row.previous,
        hash: row.hash,
      }),
    ],
    [
      'alone',
      (row: AuditRow, from: AuditRow) => {
        const { id, at, previous, hash } = row;
        return { ...from, ...place(row), id, at, previous, hash };
      },
    ],
  ])('rows of any chains whose contents were exchanged %s', async (_, take) => {
    await expectFound(100, ({ rows, heads }, index, other) => {
      const [a, b] = [rows[index]!, rows[other]!];
      if (hashAuditRow({ ...a, ...place(b), at: 0, previous: '' }) === hashAuditRow({ ...b, at: 0, previous: '' }))
        return undefined;
      return [{ heads, rows: rows.with(index, take(a, b)).with(other, take(b, a)) }, 'reordered', a];
    });
  });

  it('a row that stands there twice', async () => {
    await expectFound(100, ({ rows, heads }, index, other) => {
      return [{ heads, rows: rows.toSpliced(other + 1, 0, rows[index]!) }, 'duplicated', rows[index]!];
    });
  });

  it('a head that was changed', async () => {
    await expectFound(100, ({ rows, heads }, index, other) => {
      const head = heads[index % heads.length]!;
      const { seq, hash } = rows[other]!;
      const changed = [
        { ...head, at: head.at + 1 },
        { ...head, seq },
        { ...head, hash },
        { ...head, signature: '' },
      ][other % 4]!;
      if (other % 4 === 1 && seq === head.seq) return undefined;
      if (other % 4 === 2 && hash === head.hash) return undefined;
      return [{ rows, heads: heads.with(index % heads.length, changed) }, 'forged-head', changed];
    });
  });
});
