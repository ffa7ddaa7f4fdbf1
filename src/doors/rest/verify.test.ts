import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from './contract/index.ts';
import { type RestFixture, restFixture } from './rest.fixture.ts';

let rest: RestFixture;
beforeEach(async () => {
  rest = await restFixture();
});
afterEach(async () => rest.close());

const verify = async (body: unknown, headers: Record<string, string> = {}) =>
  rest.call(contract.verify, [], { body, headers });

describe('POST /v1/verify', () => {
  it('accepts the code of the user and tells by what it was proven', async () => {
    const { code, device, user } = await rest.enrol('alice@example.org');
    const { status, body } = await verify({ user: 'alice@example.org', code: code(), context: { ip: '192.0.2.7' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      accepted: true,
      user: { id: user.id, name: 'alice@example.org' },
      device: { id: device.id, kind: 'totp', name: device.name },
      method: 'totp',
      at: new Date(rest.clock.now()).toISOString(),
      auditId: expect.any(String) as string,
    });
    const trail = await rest.call(contract.audit.list, [], { query: { userId: user.id, event: 'verify.answered' } });
    expect(trail.body.items).toEqual([
      expect.objectContaining({ id: body.auditId, outcome: 'accepted', door: 'rest', source: '192.0.2.1' }),
    ]);
  });

  it('refuses the same code the second time (OTP-01)', async () => {
    const { code } = await rest.enrol('alice@example.org');
    expect((await verify({ user: 'alice@example.org', code: code() })).body.accepted).toBe(true);
    expect((await verify({ user: 'alice@example.org', code: code() })).body).toEqual({ accepted: false });
  });

  it('accepts one of 50 at the same time (OTP-02)', async () => {
    const { code } = await rest.enrol('alice@example.org');
    const body = { user: 'alice@example.org', code: code() };
    const answers = await Promise.all(Array.from({ length: 50 }, async () => verify(body)));
    expect(answers.filter((answer) => answer.body.accepted === true)).toHaveLength(1);
    for (const answer of answers) expect([200, 429]).toContain(answer.status);
  });

  it('answers the same for an unknown user, one without a device, an inactive one and a wrong code (ENM-01)', async () => {
    const { user } = await rest.enrol('alice@example.org');
    await rest.call(contract.users.create, [], { body: { name: 'bare@example.org' } });
    await rest.enrol('gone@example.org');
    const gone = await rest.call(contract.users.list, [], { query: { name: 'gone@example.org' } });
    await rest.call(contract.users.update, [gone.body.items[0].id], { body: { status: 'inactive' } });
    expect(user.status).toBe('active');
    const answers = [];
    for (const name of ['alice', 'bare', 'gone', 'nobody']) {
      const { status, body, headers } = await verify({ user: `${name}@example.org`, code: '000000' });
      answers.push(JSON.stringify([status, body, [...headers]]));
    }
    expect(new Set(answers).size).toBe(1);
  });

  it('runs out of guesses for known and unknown users alike, with the same answer (ENM-08, BF-05)', async () => {
    await rest.enrol('alice@example.org');
    const exhaust = async (user: string) => {
      const answers = [];
      for (let guess = 0; guess < 12; guess += 1) {
        const { status, body, headers } = await verify({ user, code: '000000' });
        answers.push(JSON.stringify([status, body, [...headers]]));
      }
      return answers;
    };
    const known = await exhaust('alice@example.org');
    expect(await exhaust('nobody@example.org')).toEqual(known);
    expect(known.at(-1)).toContain('too_many_attempts');
    expect(known.at(-1)).toContain('retryAfter');
  });

  it('lets only devices of the named kinds answer', async () => {
    const { code } = await rest.enrol('alice@example.org');
    expect((await verify({ user: 'alice@example.org', code: code(), kinds: ['hotp'] })).body.accepted).toBe(false);
    expect((await verify({ user: 'alice@example.org', code: code(), kinds: ['totp'] })).body.accepted).toBe(true);
  });

  it.each([
    [123456],
    [123456.5],
    [['123456']],
    [['123456', '000000']],
    [{ $ne: null }],
    [{ length: 6 }],
    [true],
    [null],
    [undefined],
    [''],
    [' '],
    ['\0'],
    ['123456\0'],
    ['\ud800'],
    ['1'.repeat(10_000)],
  ])('takes no code that is %j, and no guess is spent (INP-01, INP-02, INP-03)', async (code) => {
    for (let guess = 0; guess < 15; guess += 1) {
      const answer = await verify({ user: 'alice@example.org', code });
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_parameters']);
    }
  });

  it.each([
    [{ user: 'a', code: '1', context: { ip: 'somewhere' } }, 'context.ip'],
    [{ user: 'a', code: '1', context: { ip: '192.0.2.1', port: 1 } }, 'context.port'],
    [{ user: 'a', code: '1', tenantId: 'tnt_x' }, 'tenantId'],
    [{ user: 'a'.repeat(200), code: '1' }, 'user'],
    [{ user: 'a\n', code: '1' }, 'user'],
    [{ user: 'a', code: '1', kinds: 'totp' }, 'kinds'],
  ])('names the field that it refuses: %j (TEN-05)', async (body, path) => {
    const answer = await verify(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((issue: { path: string }) => issue.path)).toContain(path);
  });

  it('takes JSON of one kind only (INP-07, INP-08)', async () => {
    const send = async (body: string, headers: Record<string, string> = {}, target = '/v1/verify') =>
      (await rest.send('POST', target, { token: rest.token, body, headers })).body.code;
    expect(await send('{"user":"a","code":"1","code":"2"}')).toBe('malformed_request');
    expect(await send('{"user":"a","code":"1"')).toBe('malformed_request');
    expect(await send('user=a&code=1', { 'Content-Type': 'application/x-www-form-urlencoded' })).toBe(
      'unsupported_media_type',
    );
    expect(await send('{"user":"a","code":"1"}', { 'Content-Type': 'text/plain' })).toBe('unsupported_media_type');
    expect(await send('{"user":"a","code":"1"}', {}, '/v1/verify?code=2')).toBe('invalid_parameters');
    expect(await send(`{"user":"${'a'.repeat(70_000)}"}`)).toBe('body_too_large');
    expect(await send('[]')).toBe('invalid_parameters');
    expect(await send('"x"')).toBe('invalid_parameters');
    expect(await send('null')).toBe('invalid_parameters');
  });
});

describe('POST /v1/decisions', () => {
  const decide = async (body: unknown) => rest.call(contract.decide, [], { body });

  it('says what to do with a user, and why', async () => {
    expect((await decide({ user: 'nobody' })).body).toMatchObject({ result: 'enroll', devices: [] });
    const { user, device } = await rest.enrol('alice');
    const challenge = await decide({ user: 'alice', context: { ip: '192.0.2.7' } });
    expect(challenge.body).toMatchObject({ result: 'challenge', devices: [{ id: device.id, kind: 'totp' }] });
    expect(challenge.body.trace.at(-1)).toMatchObject({ rule: 'usable-device', outcome: 'decides' });
    for (const [status, result] of [
      ['bypass', 'allow'],
      ['inactive', 'deny'],
    ]) {
      await rest.call(contract.users.update, [user.id], { body: { status } });
      expect((await decide({ user: 'alice' })).body.result).toBe(result);
    }
  });
});
