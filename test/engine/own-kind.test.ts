// A device kind from outside the package: only what `countersign/devices` makes public, and not one line of the engine (OSS-52).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DeviceKind } from '../../src/devices/index.ts';
import { createTestEngine, integrationCaller, type TestEngine } from '../../src/testing/index.ts';

type Card = Record<string, string>;

const options = z.strictObject({ rows: z.int().min(2).max(9).default(5) });

/** A printed card: the user is asked for the numbers in three of its fields, each field at most once. */
const gridCard: DeviceKind<Card, { spent: string[] }, { fields: number }, z.output<typeof options>> = {
  name: 'grid-card',
  title: 'Grid card',
  description: 'Numbers on a printed card.',
  configuration: z.strictObject({ fields: z.int().min(1).max(5).default(3) }),
  options,
  prepare({ rows }, ctx) {
    const card: Card = {};
    for (const column of 'ABCDE') {
      for (let row = 1; row <= rows; row++) card[`${column}${row}`] = String((ctx.random.bytes(1)[0] ?? 0) % 100);
    }
    return { state: { secret: card, counters: { spent: [] } }, shown: { card }, deviceName: 'Grid card' };
  },
  confirm({ state }, answer, ctx) {
    return answer.code === state.secret['A1']
      ? { accepted: true, next: state, method: { name: 'grid-card', kind: 'possession', at: ctx.now } }
      : { accepted: false, reason: 'wrong' };
  },
  issue({ secret, counters }, ctx) {
    const fields = Object.keys(secret)
      .filter((field) => !counters.spent.includes(field))
      .slice(0, ctx.config.fields);
    return { kept: { fields }, shown: { fields } };
  },
  check({ secret, counters }, issued, answer, ctx) {
    const fields = (issued?.['fields'] ?? []) as string[];
    if (fields.length === 0) return { accepted: false, reason: 'not_answerable' };
    if (fields.some((field) => counters.spent.includes(field))) return { accepted: false, reason: 'replayed' };
    const expected = fields.map((field) => secret[field]).join(' ');
    if (!ctx.hashMatches(answer.code ?? '', ctx.hash(expected))) return { accepted: false, reason: 'wrong' };
    const next = { secret, counters: { spent: [...counters.spent, ...fields] } };
    return { accepted: true, next, method: { name: 'grid-card', kind: 'possession', at: ctx.now } };
  },
  describe: ({ secret, counters }) => ({ fields: Object.keys(secret).length, spent: counters.spent.length }),
};

/** A kind that breaks on the answer `break`, as a kind with a mistake does. */
const knock: DeviceKind<string, { knocks: number }> = {
  name: 'knock',
  title: 'Knock',
  description: 'A rhythm on the door.',
  configuration: z.strictObject({}),
  options: z.strictObject({}),
  prepare: () => ({ state: { secret: 'tap tap-tap', counters: { knocks: 0 } }, deviceName: 'Knock' }),
  confirm: ({ state }, _answer, ctx) => ({
    accepted: true,
    next: state,
    method: { name: 'knock', kind: 'knowledge', at: ctx.now },
  }),
  check({ secret, counters }, _issued, answer, ctx) {
    if (answer.code === 'break') throw new RangeError('a mistake in the kind');
    if (answer.code !== `${secret} ${counters.knocks}`) return { accepted: false, reason: 'wrong' };
    const next = { secret, counters: { knocks: counters.knocks + 1 } };
    return { accepted: true, next, method: { name: 'knock', kind: 'knowledge', at: ctx.now } };
  },
  recognizes: () => true,
  describe: ({ counters }) => counters,
};

describe('a device kind of somebody else', () => {
  let t: TestEngine;
  beforeAll(async () => {
    t = await createTestEngine({ kinds: [gridCard, knock] });
  });
  afterAll(() => t.close());

  async function enroll(user: string): Promise<Card> {
    const { id } = await t.engine.enrollments.begin(t.caller, { user });
    const { shown } = await t.engine.enrollments.prepare(t.caller, id, { kind: 'grid-card', options: { rows: 5 } });
    const card = shown?.['card'] as Card;
    expect(await t.engine.enrollments.complete(t.caller, id, { code: card['A1'] ?? '' })).toMatchObject({
      accepted: true,
    });
    return card;
  }

  test('is enrolled, challenged and accepted, with its own settings and options', async () => {
    const card = await enroll('alice');
    expect(Object.keys(card)).toHaveLength(25);
    const issue = () => t.engine.challenges.issue(t.caller, { user: 'alice' });
    const challenge = await issue();
    expect(challenge).toMatchObject({ kind: 'grid-card', shown: { fields: ['A1', 'A2', 'A3'] } });
    const code = ['A1', 'A2', 'A3'].map((field) => card[field]).join(' ');
    const { outcome } = await t.engine.challenges.answer(t.caller, challenge.id, { code });
    expect(outcome).toMatchObject({
      accepted: true,
      method: { name: 'grid-card' },
      device: { public: { fields: 25, spent: 3 } },
    });

    const kinds = { 'grid-card': { fields: 1 } };
    const caller = integrationCaller(await t.engine.integrations.update(t.caller, t.integration.id, { kinds }));
    expect((await t.engine.challenges.issue(caller, { user: 'alice' })).shown).toEqual({ fields: ['A4'] });
    const refused = t.engine.integrations.update(t.caller, t.integration.id, {
      kinds: { 'grid-card': { fields: 99 } },
    });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_parameters' });
    await t.engine.integrations.update(t.caller, t.integration.id, { kinds: {} });
  });

  test('is replay-safe without a line for it: fields that were spent are refused in every challenge', async () => {
    const card = await enroll('bob');
    const code = ['A1', 'A2', 'A3'].map((field) => card[field]).join(' ');
    const [first, second] = [
      await t.engine.challenges.issue(t.caller, { user: 'bob' }),
      await t.engine.challenges.issue(t.caller, { user: 'bob' }),
    ];
    expect(second.shown).toEqual(first.shown);
    expect((await t.engine.challenges.answer(t.caller, first.id, { code })).outcome.accepted).toBe(true);
    expect((await t.engine.challenges.answer(t.caller, second.id, { code })).outcome.accepted).toBe(false);
  });

  test('has one winner of fifty at once, over as many challenges', async () => {
    const card = await enroll('carol');
    const code = ['A1', 'A2', 'A3'].map((field) => card[field]).join(' ');
    const challenges = await Promise.all(
      Array.from({ length: 10 }, () => t.engine.challenges.issue(t.caller, { user: 'carol' })),
    );
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        t.engine.challenges.answer(t.caller, challenges[index % 10]!.id, { code }),
      ),
    );
    const accepted = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.outcome.accepted);
    expect(accepted).toHaveLength(1);
  });

  test('is rate-limited without a line for it', async () => {
    await enroll('dave');
    let judged = 0;
    for (let round = 0; round < 10; round++) {
      const challenge = await t.engine.challenges.issue(t.caller, { user: 'dave' }).catch(() => undefined);
      if (challenge === undefined) break;
      for (let guess = 0; guess < 3; guess++) {
        const answered = await t.engine.challenges.answer(t.caller, challenge.id, { code: 'x' }).catch(() => undefined);
        if (answered !== undefined) judged++;
      }
    }
    expect(judged).toBe(10);
  });

  test('keeps its secret sealed and its settings checked, as every kind does', async () => {
    const card = await enroll('erin');
    const rows = await t.store.db.selectFrom('devices').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(JSON.stringify(card).slice(1, 40));
    const { id } = await t.engine.enrollments.begin(t.caller, { user: 'erin' });
    const prepare = t.engine.enrollments.prepare(t.caller, id, { kind: 'grid-card', options: { rows: 1 } });
    await expect(prepare).rejects.toMatchObject({ code: 'invalid_parameters', issues: [{ path: 'rows' }] });
  });

  test('that breaks accepts nothing, and breaks nobody else’s answer (law 6)', async () => {
    for (const user of ['frank', 'grace']) {
      const { id } = await t.engine.enrollments.begin(t.caller, { user });
      await t.engine.enrollments.prepare(t.caller, id, { kind: 'knock' });
      await t.engine.enrollments.complete(t.caller, id, {});
    }
    const verify = (user: string, code: string) => t.engine.verify(t.caller, { user, answer: { code } });
    const outcomes = await Promise.allSettled([
      verify('frank', 'break'),
      verify('grace', 'tap tap-tap 0'),
      verify('frank', 'break'),
      verify('frank', 'tap tap-tap 0'),
    ]);
    expect(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.accepted)).toEqual([
      false,
      true,
      false,
      true,
    ]);
    // The first answer without a challenge: `recognizes` is all it takes.
    expect((await verify('frank', 'tap tap-tap 0')).accepted).toBe(false);
    expect((await verify('frank', 'tap tap-tap 1')).accepted).toBe(true);
  });

  test('cannot take the name of another', async () => {
    await expect(createTestEngine({ kinds: [{ ...knock, name: 'totp' }] })).rejects.toThrow('same name');
  });
});
