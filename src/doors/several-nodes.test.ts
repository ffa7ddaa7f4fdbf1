// Several nodes on one database, with nothing between them that knows which of them began what. Runs on every database.
import { describe, expect, onTestFinished, test } from 'vitest';
import { openFileEngines, testKeys } from '../engine/file-engines.fixture.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import { decodeBase32, totp } from '../otp/index.ts';
import { openStore } from '../store/index.ts';
import { integrationCaller } from '../testing/index.ts';
import { type Doors, giveApp, giveToken, openDoors } from './ways.fixture.ts';

interface Nodes {
  t: Awaited<ReturnType<typeof openFileEngines>>;
  nodes: Doors[];
  /** The next node in turn, as a load balancer without memory takes it. */
  next: () => Doors;
}

/** Nodes of one installation; their clocks go that many ms wrong. */
async function openNodes(wrongBy: readonly number[] = [0, 0, 0]): Promise<Nodes> {
  const t = await openFileEngines();
  const changed = await t.engine.integrations.update(t.caller, t.caller.integration.id, {
    doors: { rest: {}, oss2fa: {}, adjure: {} },
  });
  t.caller = integrationCaller(changed);
  const engines: Engine[] = [];
  for (const wrong of wrongBy) {
    const store = await openStore({ url: t.url });
    onTestFinished(() => store.close());
    const delivery = { deliver: async () => undefined, close: async () => undefined };
    const clock = { now: () => t.clock.now() + wrong };
    engines.push(await createEngine({ store, clock, keys: t.keys, delivery }));
  }
  const nodes = engines.map((engine) => openDoors({ ...t, engine }));
  let turn = 0;
  return { t, nodes, next: () => inTurn(nodes, turn++) };
}

function inTurn(nodes: readonly Doors[], turn: number): Doors {
  const node = nodes[turn % nodes.length];
  if (node === undefined) throw new RangeError('there are no nodes');
  return node;
}

const post = async (doors: Doors, path: string, body: object) => doors.send('rest', 'POST', path, { body });

describe('nodes that are asked in turn', () => {
  test('finish what another has begun, at every door, step by step (CLU-14)', async () => {
    const { t, next } = await openNodes();
    for (let round = 0; round < 4; round++) {
      const user = `alice ${round}`;
      const begun = await post(next(), '/v1/enrollments', { user });
      const id = String(begun.body['id']);
      const prepared = await post(next(), `/v1/enrollments/${id}/prepare`, { kind: 'totp' });
      const { secret } = prepared.body['shown'] as { secret: string };
      const code = () => totp({ secret: decodeBase32(secret), time: t.clock.now() });
      expect((await post(next(), `/v1/enrollments/${id}/complete`, { code: code() })).status).toBe(200);
      t.clock.advance(30_000);
      const issued = await post(next(), '/v1/challenges', { user });
      const answered = await post(next(), `/v1/challenges/${String(issued.body['id'])}/answer`, { code: code() });
      expect(answered.body['accepted']).toBe(true);
      t.clock.advance(30_000);
      const older = await next().send('oss2fa', 'POST', '/integrations/challenges', { body: { username: user } });
      const complete = `/integrations/challenges/${String(older.body['pk'])}/complete`;
      expect((await next().send('oss2fa', 'POST', complete, { body: { token: code() } })).body['status']).toBe(3);
      const shown = await next().send('oss2fa', 'GET', `/integrations/challenges/${String(older.body['pk'])}`);
      expect(shown.body['status']).toBe(3);
    }
  });

  test('take an idempotency key as one, whichever of them has it first (CLU-14, CLU-01)', async () => {
    const { t, next } = await openNodes();
    const headers = { Authorization: `Bearer ${t.token}`, 'Idempotency-Key': 'one' };
    const ids: unknown[] = [];
    for (let time = 0; time < 3; time++) {
      const { status, body } = await next().send('rest', 'POST', '/v1/users', { body: { name: 'alice' }, headers });
      expect(status).toBe(201);
      ids.push(body['id']);
    }
    expect(new Set(ids).size).toBe(1);
  });
});

describe('nodes that are asked at once', () => {
  test('accept one code once between them, and one code of a counter (CLU-01, I1)', async () => {
    const { t, nodes } = await openNodes();
    for (let round = 0; round < 5; round++) {
      const alice = await giveApp(t, `alice ${round}`);
      const codeOf = await giveToken(t, `bob ${round}`);
      const counter = codeOf(1);
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, index) => inTurn(nodes, index)).flatMap((node) => [
          post(node, '/v1/verify', { user: alice.name, code: alice.code() }).then(({ body }) => [
            'app',
            body['accepted'],
          ]),
          post(node, '/v1/verify', { user: `bob ${round}`, code: counter }).then(({ body }) => [
            'token',
            body['accepted'],
          ]),
        ]),
      );
      expect(answers.filter(([name, accepted]) => name === 'app' && accepted === true)).toHaveLength(1);
      expect(answers.filter(([name, accepted]) => name === 'token' && accepted === true)).toHaveLength(1);
    }
  });

  test('count the guesses of a user together, in the database and nowhere else (CLU-08, I3)', async () => {
    const { t, nodes } = await openNodes();
    const alice = await giveApp(t, 'alice');
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        post(inTurn(nodes, index), '/v1/verify', { user: 'alice', code: alice.wrong(index) }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50);
    for (const node of nodes)
      expect((await post(node, '/v1/verify', { user: 'alice', code: alice.code() })).status).toBe(429);
  });

  test('sweep at the same time, and each thing is swept once (CLU-12)', async () => {
    const t = await openFileEngines();
    const second = await t.open();
    for (let index = 0; index < 5; index++) await t.engine.enrollments.begin(t.caller, { user: `user ${index}` });
    t.clock.advance(100 * 24 * 60 * 60 * 1000);
    const swept = await Promise.all([t.engine, second.engine, t.engine, second.engine].map((engine) => engine.sweep()));
    expect(swept.reduce((sum, { enrollments }) => sum + enrollments, 0)).toBe(5);
  });
});

describe('nodes whose clocks differ', () => {
  test('accept a code once between them, and go on with the next (CLU-11, I1)', async () => {
    const { t, nodes } = await openNodes([0, -30_000, 30_000]);
    const alice = await giveApp(t, 'alice');
    for (let round = 0; round < 5; round++) {
      const code = alice.code();
      const accepted: unknown[] = [];
      for (const node of [...nodes, ...nodes])
        accepted.push((await post(node, '/v1/verify', { user: 'alice', code })).body['accepted']);
      expect(accepted).toEqual([true, false, false, false, false, false]);
      t.clock.advance(60_000);
    }
  });

  test('answer a challenge that another has issued half a minute ahead or behind, until it ends (CLU-11)', async () => {
    const { t, nodes } = await openNodes([0, -30_000, 30_000]);
    for (const [index, issuer] of nodes.entries()) {
      for (const [other, judge] of nodes.entries()) {
        const alice = await giveApp(t, `alice ${index} ${other}`);
        const issued = await post(issuer, '/v1/challenges', { user: alice.name });
        expect([index, other, issued.status]).toEqual([index, other, 201]);
        const path = `/v1/challenges/${String(issued.body['id'])}/answer`;
        const answered = await post(judge, path, { code: alice.code() });
        expect([index, other, answered.body['accepted']]).toEqual([index, other, true]);
      }
    }
  });
});

describe('a node that is not set up like the others', () => {
  test('does not start with other keys, and the database is as it was (CLU-13)', async () => {
    const { t } = await openNodes([0]);
    const alice = await giveApp(t, 'alice');
    await expect(t.open({ keys: testKeys() })).rejects.toMatchObject({ code: 'misconfigured' });
    const { accepted } = await t.engine.verify(t.caller, { user: 'alice', answer: { code: alice.code() } });
    expect(accepted).toBe(true);
  });
});

describe('the moment at which something ends', () => {
  test('is over in it and not before: challenges, enrollments, tokens, on every database (CLK-06)', async () => {
    const { t, next } = await openNodes([0]);
    const node = next();
    t.clock.advance(1);
    for (const before of [1, 0, -1]) {
      const alice = await giveApp(t, `alice ${before}`);
      const issued = await post(node, '/v1/challenges', { user: alice.name });
      const begun = await post(node, '/v1/enrollments', { user: `new ${before}`, kind: 'totp' });
      const ends = [issued, begun].map(({ body }) => Date.parse(String(body['expiresAt'])));
      const { secret } = begun.body['shown'] as { secret: string };
      t.clock.set((ends[0] ?? 0) - before);
      const answered = await post(node, `/v1/challenges/${String(issued.body['id'])}/answer`, { code: alice.code() });
      expect([before, answered.status]).toEqual([before, before > 0 ? 200 : 410]);
      t.clock.set((ends[1] ?? 0) - before);
      const code = totp({ secret: decodeBase32(secret), time: t.clock.now() });
      const completed = await post(node, `/v1/enrollments/${String(begun.body['id'])}/complete`, { code });
      expect([before, completed.status]).toEqual([before, before > 0 ? 200 : 410]);
    }
  });
});
