// Codes by mail. There are no links in our mails, so nobody can follow or poison one.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveApp, giveMail, mailedCode, openWays } from '../../src/doors/ways.fixture.ts';
import { renderMessage } from '../../src/delivery/index.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { integrationCaller } from '../../src/testing/index.ts';

/** Ten digits, so that no two codes of a test are the same by chance. */
const long = { policy: { codeDigits: 10, guesses: { perUser: 1000 }, messages: { perTarget: 1000 } } };

/** Something that waits for a mailed code: its name, the code that was mailed for it, and how it is answered. */
interface Waiting {
  name: string;
  code: string;
  answer: (code: string) => Promise<boolean>;
}

describe('a mailed code', () => {
  test('is for one purpose of one user at one integration, and for nothing else (EML-03)', async () => {
    const t = await openWays(long);
    const other = await t.engine.integrations.create(t.caller, {
      name: 'Other',
      doors: { rest: {} },
      policy: long.policy,
    });
    const foreign = integrationCaller(other.integration);
    await giveMail(t, 'alice', 'alice@example.org');
    await giveMail(t, 'bob', 'bob@example.org');
    const challenge = async (name: string, user: string, caller = t.caller): Promise<Waiting> => {
      const { id } = await t.engine.challenges.issue(caller, { user });
      return {
        name,
        code: mailedCode(t),
        answer: async (code) => {
          const answered = await t.engine.challenges.answer(caller, id, { code }).catch(() => undefined);
          return answered?.outcome.accepted === true;
        },
      };
    };
    const enrollment = async (name: string, user: string): Promise<Waiting> => {
      const { id } = await t.engine.enrollments.begin(t.caller, { user });
      await t.engine.enrollments.prepare(t.caller, id, {
        kind: 'email',
        options: { address: `${user}.2@example.org` },
      });
      return {
        name,
        code: mailedCode(t),
        answer: async (code) => {
          const completed = await t.engine.enrollments.complete(t.caller, id, { code }).catch(() => undefined);
          return completed?.accepted === true;
        },
      };
    };
    const waiting = [
      await challenge('alice signs in', 'alice'),
      await challenge('bob signs in elsewhere', 'bob', foreign),
      await enrollment('alice adds an address', 'alice'),
      await enrollment('bob adds an address', 'bob'),
      await enrollment('somebody new enrols', 'carol'),
    ];
    for (const { name, code } of waiting) {
      for (const another of waiting.filter((one) => one.name !== name))
        expect([name, another.name, await another.answer(code)]).toEqual([name, another.name, false]);
      // Nor is it a code that a user could bring without having been asked.
      for (const way of t.ways.filter(({ name: title }) => !title.endsWith('challenge')))
        for (const user of ['alice', 'bob', 'carol'])
          expect([name, way.name, (await way.submit(user, code)).accepted]).toEqual([name, way.name, false]);
    }
    // Each had five answers, four of which were for the others.
    for (const { name, code, answer } of waiting) expect([name, await answer(code)]).toEqual([name, true]);
    for (const { name, code, answer } of waiting) expect([name, await answer(code)]).toEqual([name, false]);
  });

  test('is dead when its time is over, when a newer one is on its way, and when the address is another (EML-04)', async () => {
    const t = await openWays(long);
    const device = await giveMail(t, 'alice', 'alice@example.org');
    const issue = async (user = 'alice') => {
      const { body } = await t.send('rest', 'POST', '/v1/challenges', { body: { user } });
      const code = mailedCode(t);
      return async () => {
        const path = `/v1/challenges/${String(body['id'])}/answer`;
        return (await t.send('rest', 'POST', path, { body: { code } })).body['accepted'] === true;
      };
    };
    const late = await issue();
    t.clock.advance(300_000);
    expect(await late()).toBe(false);
    const inTime = await issue();
    t.clock.advance(299_999);
    expect(await inTime()).toBe(true);

    const first = await issue();
    const second = await issue();
    expect(await first()).toBe(false);
    expect(await second()).toBe(true);
    expect(await first()).toBe(false);

    const before = await issue();
    expect((await t.send('rest', 'DELETE', `/v1/devices/${device}`)).status).toBe(204);
    await giveMail(t, 'alice', 'alice@example.com');
    expect(await before()).toBe(false);
    expect(await (await issue())()).toBe(true);
    expect(t.messages.at(-1)?.to).toBe('alice@example.com');
  });

  test('goes to the address that was proven, whatever a caller says when he asks for it (EML-09)', async () => {
    const t = await openWays(long);
    await giveMail(t, 'alice', 'alice@example.org');
    const evil = 'mallory@evil.example';
    const claims = [
      { address: evil },
      { email: evil },
      { to: evil },
      { options: { address: evil } },
      { user: ['alice', 'mallory'] },
      { context: { address: evil } },
    ];
    for (const claim of claims) {
      const rest = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice', ...claim } });
      expect([claim, rest.status]).toEqual([claim, 400]);
      await t.send('oss2fa', 'POST', '/integrations/challenges', { body: { username: 'alice', ...claim } });
    }
    for (const address of [
      ['alice@example.org', evil],
      `alice@example.org,${evil}`,
      `alice@example.org ${evil}`,
      `alice@example.org\r\nBcc: ${evil}`,
      `"${evil} x"@example.org`,
      { 0: evil },
    ]) {
      const body = { user: 'alice', kind: 'email', options: { address } };
      expect((await t.send('rest', 'POST', '/v1/enrollments', { body })).status).toBe(400);
    }
    expect(new Set(t.messages.map(({ to }) => to))).toEqual(new Set(['alice@example.org']));
  });
});

describe('an address that nobody has proven', () => {
  test('is no device, gets no more mail, and is not his who asked for it first (EML-12)', async () => {
    const t = await openWays(long);
    // Mallory begins with the address of alice and cannot read her mail.
    const begun = await t.send('rest', 'POST', '/v1/enrollments', {
      body: { user: 'mallory', kind: 'email', options: { address: 'alice@example.org' } },
    });
    const stolen = mailedCode(t);
    expect(t.messages).toHaveLength(1);
    for (const way of t.ways) expect((await way.submit('mallory', stolen)).accepted).toBe(false);
    const decided = await t.send('rest', 'POST', '/v1/decisions', { body: { user: 'mallory' } });
    expect(decided.body).toMatchObject({ result: 'enroll', devices: [] });
    expect(t.messages).toHaveLength(1);
    // Alice proves it; what mallory began stays unproven, and ends.
    await giveMail(t, 'alice', 'alice@example.org');
    const { body } = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
    const path = `/v1/challenges/${String(body['id'])}/answer`;
    expect((await t.send('rest', 'POST', path, { body: { code: stolen } })).body['accepted']).toBe(false);
    expect((await t.send('rest', 'POST', path, { body: { code: mailedCode(t) } })).body['accepted']).toBe(true);
    t.clock.advance(300_000);
    const complete = `/v1/enrollments/${String(begun.body['id'])}/complete`;
    expect((await t.send('rest', 'POST', complete, { body: { code: stolen } })).status).toBe(410);
    expect((await t.way('REST challenge').submit('mallory', stolen)).status).toBe(404);
  });
});

describe('an integration that does not think mail strong enough', () => {
  test.each([{ requiredKinds: ['totp'] }, { allowedKinds: ['totp', 'hotp'] }])(
    'says so in its policy, and no code is sent, enrolled or accepted by mail: %j (EML-13)',
    async (rule) => {
      const t = await openWays(long);
      await giveMail(t, 'alice', 'alice@example.org');
      await giveMail(t, 'bob', 'bob@example.org');
      const bob = await giveApp(t, 'bob');
      const { body: asked } = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
      const code = mailedCode(t);
      await t.engine.integrations.update(t.caller, t.integration.id, { policy: { ...long.policy, ...rule } });
      t.clock.advance(2000);
      const sent = t.messages.length;
      const answer = `/v1/challenges/${String(asked['id'])}/answer`;
      expect((await t.send('rest', 'POST', answer, { body: { code } })).body['accepted']).not.toBe(true);
      for (const door of ['rest', 'oss2fa'] as const) {
        const path = door === 'rest' ? '/v1/challenges' : '/integrations/challenges';
        const body = door === 'rest' ? { user: 'alice' } : { username: 'alice' };
        expect((await t.send(door, 'POST', path, { body })).status).toBeGreaterThanOrEqual(400);
      }
      expect(t.messages).toHaveLength(sent);
      const decided = await t.send('rest', 'POST', '/v1/decisions', { body: { user: 'alice' } });
      expect(decided.body['result']).toBe('deny');
      expect((await t.way('REST challenge').submit('bob', bob.code())).accepted).toBe(true);
    },
  );

  test('can tell it from other factors: the method of a mailed code is its own (EML-13)', async () => {
    const t = await openWays(long);
    await giveMail(t, 'alice', 'alice@example.org');
    const { body: asked } = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
    const path = `/v1/challenges/${String(asked['id'])}/answer`;
    const { body } = await t.send('rest', 'POST', path, { body: { code: mailedCode(t) } });
    expect(body).toMatchObject({ accepted: true, method: 'email', challenge: { kind: 'email' } });
    const { items } = await t.engine.audit.query(t.caller, { event: 'challenge.answered', limit: 1 });
    expect(items[0]).toMatchObject({ outcome: 'accepted', detail: { method: 'email' } });
  });
});

describe('whoever follows what stands in a mail', () => {
  test('finds nothing to follow, and looking at a challenge changes nothing (EML-01)', async () => {
    const t = await openWays(long);
    await giveMail(t, 'alice', 'alice@example.org');
    const { body } = await t.send('rest', 'POST', '/v1/challenges', { body: { user: 'alice' } });
    for (const message of t.messages) {
      const { subject, text, html } = renderMessage(message);
      expect(`${subject} ${text} ${html}`).not.toMatch(/https?:|\/\/|www\.|href|src=/i);
    }
    const code = mailedCode(t);
    const challenge = `/v1/challenges/${String(body['id'])}`;
    for (const method of ['GET', 'HEAD'])
      for (const path of [
        `${challenge}/answer?code=${code}`,
        `${challenge}/answer`,
        `${challenge}?code=${code}`,
        challenge,
      ])
        for (let time = 0; time < 5; time++)
          expect((await t.send('rest', method, path)).status).toBe(
            path === challenge ? 200 : path.includes('/answer') ? 405 : 400,
          );
    const answered = await t.send('rest', 'POST', `${challenge}/answer`, { body: { code } });
    expect(answered.body).toMatchObject({ accepted: true, challenge: { attemptsLeft: 4 } });
  });
});

describe('a request under a name of an attacker', () => {
  let running: TestServer;
  beforeAll(async () => {
    running = await startTestServer();
  });
  afterAll(() => running.close());

  /** Sends a request with these fields, and a target as it is; its status. */
  const ask = (headers: Record<string, string | string[]>, path = '/v1/enrollments', user = 'alice') =>
    new Promise<number>((resolve, reject) => {
      const body = JSON.stringify({ user, kind: 'email', options: { address: 'alice@example.org' } });
      const { port } = new URL(running.server.url);
      const asking = request(
        {
          port,
          host: '127.0.0.1',
          path,
          method: 'POST',
          agent: false,
          headers: {
            Authorization: `Bearer ${running.file.integration.token}`,
            'Content-Type': 'application/json',
            'Content-Length': Buffer.byteLength(body),
            ...headers,
          },
        },
        (response) => response.resume().on('end', () => resolve(response.statusCode ?? 0)),
      );
      asking.on('error', reject).end(body);
    });

  test('puts nothing of it into a mail (EML-06)', async () => {
    const statuses = [
      await ask({}),
      await ask({ Host: 'evil.test' }),
      await ask({ Host: 'evil.test:80' }),
      await ask({ 'X-Forwarded-Host': 'evil.test' }),
      await ask({ 'X-Forwarded-Proto': 'javascript', 'X-Forwarded-Host': 'evil.test' }),
      await ask({ Forwarded: 'host=evil.test;proto=javascript', 'X-Original-URL': 'http://evil.test/' }),
      await ask({ Origin: 'http://evil.test', Referer: 'http://evil.test/' }),
      await ask({ Host: '127.0.0.1' }, 'http://evil.test/v1/enrollments'),
    ];
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
    const listed = await fetch(`${running.server.url}/dev/inbox`, { headers: { Accept: 'application/json' } });
    const inbox = await listed.text();
    // The first of them was sent at least, so there is something to look into.
    expect(statuses[0]).toBe(201);
    expect(inbox).toContain('alice@example.org');
    expect(inbox).not.toMatch(/evil\.test|javascript:/);
  });
});
