import type { KyselyPlugin } from 'kysely';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import type { Challenge } from '../core/model.ts';
import { type AuditRow, type AuditVerdict, verifyAudit } from '../audit/index.ts';
import {
  accepts,
  auditOf,
  enrollEmail,
  enrollTotp,
  giveRecoveryCodes,
  openTestEngine,
  race,
  step,
} from './enrolled.fixture.ts';
import { openFileEngines } from './file-engines.fixture.ts';
import type { Caller, Engine } from './index.ts';

/** What a verifier says of everything that there is. */
async function verifyTrail(engine: Engine, system: Caller): Promise<AuditVerdict> {
  const heads = await engine.audit.heads(system);
  const rows: AuditRow[] = [];
  for await (const row of engine.audit.export(system)) rows.push(row);
  return verifyAudit(rows, heads, engine.audit.publicKey());
}

describe('every act', () => {
  test('has its row, with who did it, through which door, for whom and how it ended', async () => {
    const t = await openTestEngine();
    const caller = { ...t.caller, door: 'rest', source: '192.0.2.7' };
    const alice = await enrollTotp(t, 'alice', { caller });
    await t.engine.verify(caller, { user: 'alice', answer: { code: alice.code() } });
    await t.engine.verify(caller, { user: 'alice', answer: { code: alice.code() } });
    await t.engine.verify(caller, { user: 'nobody', answer: { code: '000000' } });
    await t.engine.decide(caller, { user: 'alice', context: { ip: '198.51.100.1' } });
    const { items } = await t.engine.audit.query(caller, { limit: 500 });
    const by = { actor: t.caller.actor, door: 'rest', source: '192.0.2.7', integrationId: t.integration.id };
    const about = { userId: alice.userId, deviceId: alice.deviceId };
    const rows = items.filter((row) => row.door === 'rest').toReversed();
    expect(rows).toMatchObject([
      { event: 'enrollment.begun', outcome: 'done', ...by },
      { event: 'enrollment.prepared', outcome: 'done', ...by },
      { event: 'user.created', outcome: 'done', userId: alice.userId, ...by },
      { event: 'enrollment.completed', outcome: 'accepted', ...about, ...by },
      { event: 'verify.answered', outcome: 'accepted', ...about, detail: { method: 'totp' }, ...by },
      { event: 'verify.answered', outcome: 'refused', reason: 'replayed', ...by },
      { event: 'verify.answered', outcome: 'refused', reason: 'no_such_user', ...by },
      { event: 'decision.made', outcome: 'done', userId: alice.userId, detail: { result: 'challenge' }, ...by },
    ]);
  });

  test('that changes something leaves a row: the list of acts', async () => {
    const t = await openTestEngine();
    const { engine, caller } = t;
    const admin: Caller = { ...t.system, tenant: t.tenant };
    const count = async () =>
      (await sql<{ n: number }>`select count(*) as n from audit`.execute(t.store.db)).rows[0]!.n;
    const app = await enrollTotp(t, 'alice');
    await giveRecoveryCodes(t, 'alice');
    await enrollEmail(t, 'bob');
    const account = { email: 'x@example.org', firstName: 'X', lastName: 'Y', password: 'velvet-anchor-93-tundra' };
    const administrator = await engine.administrators.create(admin, account);
    const open = () => engine.enrollments.begin(caller, { user: 'carol' });
    const [toCancel, toFail] = [await open(), await open()];
    const challenges: Challenge[] = [];
    for (let index = 0; index < 2; index++)
      challenges.push(await engine.challenges.issue(caller, { user: 'alice', deviceId: app.deviceId }));
    const mailed = await engine.challenges.issue(caller, { user: 'bob' });
    const acts: [string, () => Promise<unknown>][] = [
      ['tenants.create', () => engine.tenants.create(t.system, { name: 'Other' })],
      ['tenants.setActive', () => engine.tenants.setActive(t.system, t.tenant, true)],
      ['administrators.create', () => engine.administrators.create(admin, { ...account, email: 'y@example.org' })],
      ['administrators.issueToken', () => engine.administrators.issueToken(admin, administrator.id)],
      ['administrators.authenticate', () => engine.administrators.authenticate('x@example.org', 'wrong', undefined)],
      ['integrations.create', () => engine.integrations.create(admin, { name: 'Y' })],
      ['integrations.update', () => engine.integrations.update(admin, t.integration.id, { notes: 'Y' })],
      ['integrations.rotate', () => engine.integrations.rotate(admin, t.integration.id, 'key')],
      ['integrations.readSecretKeys', () => engine.integrations.readSecretKeys(admin)],
      ['users.create', () => engine.users.create(caller, { name: 'dave' })],
      ['users.setStatus', () => engine.users.setStatus(caller, app.userId, 'active')],
      ['users.unlock', () => engine.users.unlock(caller, app.userId)],
      ['devices.rename', () => engine.devices.rename(caller, app.deviceId, 'Phone')],
      ['devices.setStatus', () => engine.devices.setStatus(caller, app.deviceId, 'active')],
      ['devices.provision', () => engine.devices.provision(caller, { user: 'erin', devices: [{ kind: 'totp' }] })],
      ['devices.regenerateRecoveryCodes', () => engine.devices.regenerateRecoveryCodes(caller, app.userId)],
      [
        'devices.resynchronize',
        () => engine.devices.resynchronize(caller, app.deviceId, [{ code: '0' }, { code: '0' }]),
      ],
      ['enrollments.begin', open],
      ['enrollments.prepare', () => engine.enrollments.prepare(caller, toFail.id, { kind: 'totp' })],
      ['enrollments.complete', () => engine.enrollments.complete(caller, toFail.id, { code: '000000' })],
      ['enrollments.fail', () => engine.enrollments.fail(caller, toFail.id, 'x')],
      ['enrollments.cancel', () => engine.enrollments.cancel(caller, toCancel.id)],
      ['challenges.issue', () => engine.challenges.issue(caller, { user: 'alice' })],
      ['challenges.answer', () => engine.challenges.answer(caller, challenges[0]!.id, { code: '000000' })],
      ['challenges.resend', () => engine.challenges.resend(caller, mailed.id)],
      ['challenges.deny', () => engine.challenges.deny(caller, challenges[0]!.id)],
      ['challenges.fail', () => engine.challenges.fail(caller, challenges[1]!.id, 'x')],
      ['verify', () => engine.verify(caller, { user: 'alice', answer: { code: '000000' } })],
      ['decide', () => engine.decide(caller, { user: 'alice' })],
      ['devices.remove', () => engine.devices.remove(caller, app.deviceId)],
      ['users.remove', () => engine.users.remove(caller, app.userId)],
      ['integrations.remove', () => engine.integrations.remove(admin, t.integration.id)],
    ];
    for (const [name, act] of acts) {
      const before = await count();
      await act();
      expect([name, (await count()) > before]).toEqual([name, true]);
    }
  });

  test('that cannot be recorded has not happened (law 3)', async () => {
    let broken = false;
    const plugin: KyselyPlugin = {
      transformQuery: ({ node }) => {
        const into = node.kind === 'InsertQueryNode' ? node.into?.table.identifier.name : undefined;
        if (broken && into === 'audit') throw new Error('the row cannot be written');
        return node;
      },
      transformResult: async ({ result }) => result,
    };
    const t = await openFileEngines({ plugins: [plugin] });
    const alice = await enrollTotp(t, 'alice');
    const mail = await enrollEmail(t, 'alice');
    const right = alice.code();
    broken = true;
    for (const act of [
      () => t.engine.verify(t.caller, { user: 'alice', answer: { code: right } }),
      () => t.engine.users.create(t.caller, { name: 'bob' }),
      () => t.engine.devices.remove(t.caller, mail.deviceId),
      () => t.engine.users.setStatus(t.caller, alice.userId, 'inactive'),
      () => t.engine.challenges.issue(t.caller, { user: 'alice' }),
    ]) {
      await expect(act()).rejects.toThrow('the row cannot be written');
    }
    broken = false;
    expect(await t.engine.users.findByName(t.caller, 'bob')).toBeUndefined();
    expect(await t.engine.devices.get(t.caller, mail.deviceId)).toBeDefined();
    expect((await t.engine.challenges.list(t.caller)).items).toEqual([]);
    expect(t.messages).toHaveLength(1);
    expect(await accepts(t, 'alice', right)).toBe(true);
    await t.engine.audit.signHeads();
    expect(await verifyTrail(t.engine, t.system)).toMatchObject({ intact: true });
  });
});

describe('the trail of several processes', () => {
  test('verifies: each writes chains of its own, and neither waits for the other', async () => {
    const t = await openFileEngines({ policy: { guesses: { perUser: 1000, consecutive: 1000 } } });
    const second = await t.open();
    const alice = await enrollTotp(t, 'alice');
    const { errors } = await race(
      Array.from({ length: 100 }, (_, index) => {
        const engine = index % 2 === 0 ? t.engine : second.engine;
        return () => engine.verify(t.caller, { user: 'alice', answer: { code: alice.wrong() } });
      }),
    );
    expect(errors).toEqual([]);
    await t.engine.audit.signHeads();
    await second.engine.audit.signHeads();
    const rows: AuditRow[] = [];
    for await (const row of t.engine.audit.export(t.system)) rows.push(row);
    const answers = rows.filter((row) => row.event === 'verify.answered');
    expect(answers).toHaveLength(100);
    expect(new Set(answers.map((row) => row.writerId)).size).toBe(2);
    const verdict = await verifyTrail(t.engine, t.system);
    expect(verdict).toMatchObject({ intact: true, rows: rows.length, signedUpTo: rows.length });
  });

  test('can be exported while it grows', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 1000, consecutive: 1000 } } });
    const alice = await enrollTotp(t, 'alice');
    for (let guess = 0; guess < 1200; guess += 100) {
      await Promise.all(
        Array.from({ length: 100 }, () => accepts(t, `user ${guess}`, alice.wrong()).catch(() => false)),
      );
    }
    const heads = await t.engine.audit.heads(t.system);
    const rows: AuditRow[] = [];
    for await (const row of t.engine.audit.export(t.system)) {
      if (rows.length % 200 === 0) await accepts(t, 'alice', alice.wrong());
      rows.push(row);
    }
    expect(await verifyAudit(rows, heads, t.engine.audit.publicKey())).toMatchObject({
      intact: true,
      rows: rows.length,
    });
  });

  test('is signed when an engine closes', async () => {
    const t = await openFileEngines();
    const second = await t.open();
    await accepts({ ...t, engine: second.engine }, 'nobody', '000000');
    await second.close();
    await t.engine.audit.signHeads();
    const verdict = await verifyTrail(t.engine, t.system);
    expect(verdict).toMatchObject({ intact: true, signedUpTo: (verdict as { rows: number }).rows });
  });
});

describe('somebody who can write to the database', () => {
  /** A signed trail of two tenants and some answers, on a file. */
  async function openSigned() {
    const t = await openFileEngines();
    const alice = await enrollTotp(t, 'alice');
    for (let index = 0; index < 5; index++) {
      await accepts(t, 'alice', alice.code());
      t.clock.advance(step);
    }
    await t.engine.audit.signHeads();
    expect(await verifyTrail(t.engine, t.system)).toMatchObject({ intact: true });
    return t;
  }

  test.each([
    ['changes who it was', `update audit set user_id = 'usr_mallory' where tenant_id = $t and seq = 6`, 'changed', 6],
    ['changes what was said', `update audit set outcome = 'refused' where tenant_id = $t and seq = 8`, 'changed', 8],
    ['changes when it was', `update audit set at = at + 1 where tenant_id = $t and seq = 8`, 'changed', 8],
    [
      'changes the details',
      `update audit set body = replace(body, 'totp', 'hotp') where tenant_id = $t and seq = 8`,
      'changed',
      8,
    ],
    ['drops a row', `delete from audit where tenant_id = $t and seq = 7`, 'dropped', 7],
    ['drops the first row', `delete from audit where tenant_id = $t and seq = 1`, 'dropped', 1],
    ['cuts the end off', `delete from audit where tenant_id = $t and seq > 6`, 'cut', undefined],
    ['drops a whole chain', `delete from audit where tenant_id = $t`, 'cut', undefined],
    [
      'exchanges two rows',
      `update audit set seq = case seq when 6 then -7 else -6 end where tenant_id = $t and seq in (6, 7);
       update audit set seq = -seq where tenant_id = $t and seq < 0`,
      'reordered',
      6,
    ],
    [
      'renumbers what came after a dropped row',
      `delete from audit where tenant_id = $t and seq = 7;
       update audit set seq = -(seq - 1) where tenant_id = $t and seq > 7;
       update audit set seq = -seq where tenant_id = $t and seq < 0`,
      'changed',
      7,
    ],
    ['forges a head', `update audit_heads set hash = 'x' where tenant_id = $t`, 'forged-head', undefined],
  ])('and %s is found out', async (_, statements, problem, seq) => {
    const t = await openSigned();
    for (const statement of statements.split(';')) {
      await sql.raw(statement.replaceAll('$t', `'${t.tenant}'`)).execute(t.store.db);
    }
    const verdict = await verifyTrail(t.engine, t.system);
    expect(verdict).toMatchObject({
      intact: false,
      problem,
      row: { tenantId: t.tenant, ...(seq === undefined ? {} : { seq }) },
    });
  });
});

describe('a query of the trail', () => {
  test('gives every row once, newest first, also while others are written', async () => {
    const t = await openTestEngine({ policy: { guesses: { perUser: 1000, consecutive: 1000 } } });
    for (let index = 0; index < 25; index++) {
      await accepts(t, `user ${index}`, '000000');
      if (index % 3 === 0) t.clock.advance(1);
    }
    const first = await t.engine.audit.query(t.caller, { event: 'verify.answered', limit: 10 });
    await accepts(t, 'late', '000000');
    const seen = [...first.items];
    for (let { next } = first; next !== undefined;) {
      const page = await t.engine.audit.query(t.caller, { event: 'verify.answered', limit: 10, cursor: next });
      seen.push(...page.items);
      next = page.next;
    }
    expect(new Set(seen.map((row) => row.id)).size).toBe(25);
    expect(seen.map((row) => row.seq)).toEqual(seen.map((row) => row.seq).toSorted((a, b) => b - a));
  });

  test('is narrowed down by event, user and time', async () => {
    const t = await openTestEngine();
    const alice = await enrollTotp(t, 'alice');
    const bob = await enrollTotp(t, 'bob');
    const from = t.clock.now();
    await accepts(t, 'alice', alice.code());
    t.clock.advance(1);
    await accepts(t, 'bob', bob.code());
    const query = async (filter: Parameters<Engine['audit']['query']>[1]) =>
      (await t.engine.audit.query(t.caller, filter)).items.map((row) => [row.event, row.userId]);
    expect(await query({ from })).toEqual([
      ['verify.answered', bob.userId],
      ['verify.answered', alice.userId],
    ]);
    expect(await query({ from, to: from })).toEqual([['verify.answered', alice.userId]]);
    expect(await query({ event: 'verify.answered', userId: bob.userId })).toEqual([['verify.answered', bob.userId]]);
    expect(await query({ userId: 'usr_missing' })).toEqual([]);
  });

  test.each(['x', Buffer.from('[1,"x"]').toString('base64url'), Buffer.from('[1,"wrt_x.y"]').toString('base64url')])(
    'with the forged cursor %s gives nothing that is not there (TEN-06)',
    async (cursor) => {
      const t = await openTestEngine();
      await accepts(t, 'alice', '000000');
      const page = await t.engine.audit.query(t.caller, { cursor }).catch((error: unknown) => error);
      expect([{ items: [] }, expect.objectContaining({ code: 'invalid_parameters' })]).toContainEqual(page);
    },
  );

  test('by an administrator gives the rows of the tenant, by an integration its own', async () => {
    const t = await openTestEngine();
    await accepts(t, 'alice', '000000');
    const admin: Caller = { ...t.system, tenant: t.tenant, actor: { type: 'administrator', id: 'adm_1' } };
    const all = (await t.engine.audit.query(admin, {})).items;
    expect(all.map((row) => row.event)).toContain('integration.created');
    const own = (await t.engine.audit.query(t.caller, {})).items;
    expect(own.map((row) => row.event)).toEqual(['verify.answered']);
    expect(await auditOf(t, 'integration.created')).toEqual([]);
  });
});
