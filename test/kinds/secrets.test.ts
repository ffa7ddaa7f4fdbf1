// The secrets of every device kind, looked for in everything that the server leaves behind; and put into rows that are not theirs.
import { describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import type { CountersignError } from '../../src/core/errors.ts';
import { encodeBase32 } from '../../src/otp/index.ts';
import { allKinds } from './all-kinds.fixture.ts';
import {
  answer,
  challenge,
  complete,
  enroll,
  foreignCaller,
  openWorld,
  type Owner,
  pass,
  prepare,
  verify,
  type World,
} from './world.fixture.ts';
import { senselessAnswers } from './wrong-answers.fixture.ts';

const enrolling = allKinds.filter(({ madeBy }) => madeBy !== 'administrator');

/** How a secret could stand somewhere: as it is, in hexadecimal, in base64 at each of the three offsets, in base32. */
function formsOf(secret: string | Uint8Array): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return text.slice(offset === 0 ? 0 : 4, -4);
  });
  const encoded = [
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    encodeBase32(bytes),
  ];
  return typeof secret === 'string' ? [secret, ...encoded] : encoded;
}

/** Every value of every row of the database. */
async function dump(t: World): Promise<string> {
  const tables = await t.store.db.introspection.getTables();
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(t.store.db);
      return rows.map((row) =>
        JSON.stringify(row, (_key, value: unknown) =>
          value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
        ),
      );
    }),
  );
  return rows.flat().join('\n');
}

/** What a refusal tells, to a caller and to the log. */
async function toldBy(refused: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await refused);
  } catch (error) {
    const { message, detail, issues, stack } = error as CountersignError;
    return JSON.stringify([message, detail, issues, stack]);
  }
}

/** Writes the secret of one device into the row of another. */
async function moveSecret(t: World, from: string, to: string): Promise<void> {
  const { db } = t.store;
  const rows = await db.selectFrom('devices').select(['secret', 'counters']).where('id', '=', from).execute();
  for (const row of rows) await db.updateTable('devices').set(row).where('id', '=', to).execute();
  expect(rows).toHaveLength(1);
}

async function readSecret(t: World, { deviceId }: Owner): Promise<{ secret: unknown; counters: unknown }> {
  return t.store.db
    .selectFrom('devices')
    .select(['secret', 'counters'])
    .where('id', '=', deviceId)
    .executeTakeFirstOrThrow();
}

describe.each(allKinds)('$title', (row) => {
  test('leaves no secret in the database, the trail, a list or a refusal (I6, SEC-01, SEC-09, REC-04)', async () => {
    const t = await openWorld(row, {
      codeDigits: 10,
      challenge: { attempts: 20 },
      guesses: { perUser: 1000, consecutive: 1000 },
    });
    const alice = await enroll(t, 'alice');
    const answered = await challenge(t, alice);
    const { engine, caller } = t;
    const told: string[] = [];
    for (const given of Object.values(senselessAnswers(row, await alice.soft.wrong(answered.asked, 1))).slice(0, 9)) {
      const pending = await challenge(t, alice);
      told.push(await toldBy(engine.challenges.answer(caller, pending.challenge.id, given)));
      told.push(await toldBy(engine.verify(caller, { user: 'alice', answer: given })));
    }
    // One that is still open, one that was passed and one that has failed.
    const enrollment = row.madeBy === 'administrator' ? undefined : await prepare(t, 'bob');
    await enrollment?.soft.confirm(enrollment.asked);
    t.clock.advance(row.pauseMs ?? 0);
    expect(await pass(t, alice)).toBe('accepted');
    const open = await challenge(t, alice).catch(() => undefined);
    if (open !== undefined) await alice.soft.answer(open.asked);
    told.push(
      await toldBy(engine.devices.list(caller, alice.userId)),
      await toldBy(engine.challenges.get(caller, answered.challenge.id)),
      await toldBy(engine.enrollments.list(caller, { state: 'completed' })),
      await toldBy(engine.users.list(caller)),
    );
    for await (const audited of engine.audit.export(t.system)) told.push(JSON.stringify(audited));

    const secrets = [...alice.soft.secrets(), ...(enrollment?.soft.secrets() ?? [])];
    expect(secrets.length).toBeGreaterThan(0);
    expect(secrets.filter((secret) => secret.length < 10)).toEqual([]);
    const remains = { database: await dump(t), told: told.join('\n') };
    const found = Object.entries(remains).flatMap(([where, text]) =>
      secrets.flatMap(formsOf).flatMap((form) => (text.includes(form) ? [`${form} in ${where}`] : [])),
    );
    expect(found).toEqual([]);
    // The looking itself works: what may stand there is found.
    expect(remains.database).toContain(alice.deviceId);
    expect(remains.told).toContain('challenge.answered');
  });

  test('does not open in the row of another device or of another tenant, and costs nobody a guess there (law 7, SEC-02, SEC-03, OTP-16, FLW-27)', async () => {
    const t = await openWorld(row, { guesses: { perUser: 2 } });
    const alice = await enroll(t, 'alice');
    const mallory = await enroll(t, 'mallory');
    const foreign = await enroll(t, 'alice', await foreignCaller(t));
    for (const victim of [alice, foreign]) {
      const before = await readSecret(t, victim);
      const pending = await challenge(t, victim);
      await moveSecret(t, mallory.deviceId, victim.deviceId);
      for (let turn = 0; turn < 4; turn++) {
        const given = await mallory.soft.answer(pending.asked);
        expect(await answer(t, pending, given)).toBe('sealed_value_invalid');
        expect(['sealed_value_invalid', 'refused']).toContain(await verify(t, victim, given));
        await t.engine.users.unlock(victim.caller, victim.userId);
      }
      await t.store.db
        .updateTable('devices')
        .set(before as { secret: string; counters: string })
        .where('id', '=', victim.deviceId)
        .execute();
      t.clock.advance(row.pauseMs ?? 0);
      expect(await answer(t, pending, await victim.soft.answer(pending.asked))).toBe('accepted');
    }
  });
});

describe.each(enrolling)('the enrollment of $title', (row) => {
  test('is not completed with what another one has prepared (law 7, SEC-02, FLW-16)', async () => {
    const t = await openWorld(row);
    const alice = await prepare(t, 'alice');
    const mallory = await prepare(t, 'mallory');
    const { db } = t.store;
    const columns = await db
      .selectFrom('enrollments')
      .select(['prepared', 'shown'])
      .where('id', '=', mallory.id)
      .executeTakeFirstOrThrow();
    await db.updateTable('enrollments').set(columns).where('id', '=', alice.id).execute();
    const given = await mallory.soft.confirm(mallory.asked);
    expect(await complete(t, alice.id, given)).toBe('sealed_value_invalid');
    expect(await t.engine.users.findByName(t.caller, 'alice')).toBeUndefined();
    expect(await complete(t, mallory.id, given)).toBe('accepted');
  });
});
