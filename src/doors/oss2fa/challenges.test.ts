import { describe, expect, test } from 'vitest';
import { type ChallengeBody, openWire, type Wire } from './oss2fa.fixture.ts';

const challenges = '/integration/challenges';
const complete = (wire: Wire, pk: number, body: unknown) =>
  wire.post<ChallengeBody>(`${challenges}/${pk}/complete`, body);
const statusOf = async (wire: Wire, pk: number) => (await wire.get<ChallengeBody>(`${challenges}/${pk}`)).body.status;

async function devicePk(wire: Wire, username: string): Promise<number> {
  const { body } = await wire.post<{ devices: { pk: number }[] }>('/integration/clients/auth', { username });
  return body.devices[0]?.pk ?? 0;
}

/** A client whose codes of now have not been used. */
async function enrolled(wire: Wire, username = 'isaac') {
  const { app } = await wire.enroll(username);
  wire.clock.advance(60_000);
  return app;
}

describe('a challenge', () => {
  test('OSS-31 OSS-32 OSS-34 is issued on a device, with exactly the documented members', async () => {
    const wire = await openWire();
    await enrolled(wire);
    const device_pk = await devicePk(wire, 'isaac');
    const answer = await wire.post<ChallengeBody>(challenges, { username: 'isaac', device_pk, reference: 'login 7' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      pk: expect.any(Number) as number,
      status: 2,
      public_details: null,
      reference: 'login 7',
      created_at: new Date(wire.clock.now()).toISOString().replace('Z', '000Z'),
      expires_at: new Date(wire.clock.now() + 300_000).toISOString().replace('Z', '000Z'),
    });
  });

  test('OSS-32 has an empty reference when none is given; one that is too long is refused', async () => {
    const wire = await openWire();
    await enrolled(wire);
    const { body } = await wire.post<ChallengeBody>(challenges, { username: 'isaac' });
    expect(body.reference).toBe('');
    const refused = await wire.post(challenges, { username: 'isaac', reference: 'x'.repeat(129) });
    expect([refused.status, refused.body]).toEqual([400, { reference: [expect.any(String)] }]);
  });

  test('OSS-33 finds the device itself; a foreign one is refused; an unknown client does not exist', async () => {
    const wire = await openWire();
    await enrolled(wire);
    await enrolled(wire, 'alice');
    expect((await wire.post(challenges, { username: 'isaac' })).status).toBe(201);
    for (const device_pk of [await devicePk(wire, 'alice'), 987_654]) {
      const foreign = await wire.post(challenges, { username: 'isaac', device_pk });
      expect([foreign.status, foreign.body]).toEqual([400, expect.any(String)]);
      const unknown = await wire.post(challenges, { username: 'nobody', device_pk });
      expect([unknown.status, unknown.text]).toEqual([404, '']);
    }
    const unknown = await wire.post(challenges, { username: 'nobody' });
    expect([unknown.status, unknown.text]).toEqual([404, '']);
  });

  test('is refused for bad input, field by field', async () => {
    const wire = await openWire();
    const answer = await wire.post(challenges, { device_pk: 'x', reference: null });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      username: [expect.any(String)],
      device_pk: [expect.any(String)],
      reference: [expect.any(String)],
    });
  });

  test('OSS-34 lives as long as the policy says', async () => {
    const wire = await openWire();
    await enrolled(wire);
    await wire.configure({ policy: { challenge: { lifeSeconds: 60 } } });
    const { body } = await wire.post<ChallengeBody>(challenges, { username: 'isaac' });
    expect(Date.parse(body.expires_at) - Date.parse(body.created_at)).toBe(60_000);
  });

  test('OSS-35 OSS-36 the right answer is status 3, a wrong one status 4, both with 200, and both are final', async () => {
    const wire = await openWire();
    const app = await enrolled(wire);
    const right = await wire.challenge('isaac');
    const passed = await complete(wire, right, { token: app.code() });
    expect([passed.status, passed.body.status, passed.body.pk]).toEqual([200, 3, right]);
    const wrong = await wire.challenge('isaac');
    const failed = await complete(wire, wrong, { token: app.wrongCode() });
    expect([failed.status, failed.body.status, failed.body.pk]).toEqual([200, 4, wrong]);

    wire.clock.advance(60_000);
    for (const [pk, status] of [
      [right, 3],
      [wrong, 4],
    ] as const)
      for (const body of [{ token: app.code() }, { token: app.wrongCode() }, {}]) {
        const again = await complete(wire, pk, body);
        expect([again.status, again.body]).toEqual([400, expect.any(String)]);
        expect(await statusOf(wire, pk)).toBe(status);
      }
  });

  test.each([{}, { token: ' ' }, { token: null }, { token: [] }])(
    'OSS-37 %j ends it and names the field',
    async (body) => {
      const wire = await openWire();
      await enrolled(wire);
      const pk = await wire.challenge('isaac');
      const answer = await complete(wire, pk, body);
      expect([answer.status, answer.body]).toEqual([400, 'token']);
      expect(await statusOf(wire, pk)).toBe(4);
    },
  );

  test.each(['right', 'missing'])('OSS-37 after the time is up no answer counts (%s)', async (given) => {
    const wire = await openWire();
    const app = await enrolled(wire);
    const pk = await wire.challenge('isaac');
    wire.clock.advance(300_001);
    const answer = await complete(wire, pk, given === 'right' ? { token: app.code() } : {});
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('challenge_expired');
    expect(await statusOf(wire, pk)).toBe(5);
  });

  test('OSS-38 GET shows it; an unknown number has an empty answer', async () => {
    const wire = await openWire();
    await enrolled(wire);
    const { body } = await wire.post<ChallengeBody>(challenges, { username: 'isaac' });
    expect((await wire.get(`${challenges}/${body.pk}`)).body).toEqual(body);
    const answers = [
      await wire.get(`${challenges}/4711`),
      await complete(wire, 4711, { token: '1' }),
      await complete(wire, 4711, {}),
    ];
    for (const { status, text } of answers) expect([status, text]).toEqual([404, '']);
  });

  test('the number of an enrollment is not one of a challenge, and the reverse', async () => {
    const wire = await openWire();
    const { pk } = await wire.enroll('isaac');
    const challenge = await wire.challenge('isaac');
    expect((await wire.get(`${challenges}/${pk}`)).status).toBe(404);
    expect((await wire.get(`/integration/enrollments/${challenge}`)).status).toBe(404);
  });

  test('is refused for a client who is inactive, and issued for one who may pass anyway', async () => {
    const wire = await openWire();
    await enrolled(wire);
    const user = await wire.engine.users.findByName(wire.caller, 'isaac');
    await wire.engine.users.setStatus(wire.caller, user?.id ?? '', 'inactive');
    const refused = await wire.post(challenges, { username: 'isaac' });
    expect([refused.status, refused.body]).toEqual([400, expect.any(String)]);
    expect(refused.headers.get('X-Error-Code')).toBe('user_inactive');
    await wire.engine.users.setStatus(wire.caller, user?.id ?? '', 'bypass');
    expect((await wire.post(challenges, { username: 'isaac' })).status).toBe(201);
  });

  test('is refused for a client without a device', async () => {
    const wire = await openWire();
    await wire.engine.users.create(wire.caller, { name: 'isaac' });
    const refused = await wire.post(challenges, { username: 'isaac' });
    expect([refused.status, refused.body]).toEqual([400, expect.any(String)]);
    expect(refused.headers.get('X-Error-Code')).toBe('no_device');
  });

  test('OSS-26 is issued and answered by forms', async () => {
    const wire = await openWire();
    const app = await enrolled(wire);
    const form = (path: string, fields: Record<string, string>) =>
      wire.send<ChallengeBody>('POST', path, { body: new URLSearchParams(fields), headers: wire.keyPair });
    const issued = await form(challenges, { username: 'isaac', device_pk: String(await devicePk(wire, 'isaac')) });
    expect(issued.status).toBe(201);
    const answered = await form(`${challenges}/${issued.body.pk}/complete`, { token: app.code() });
    expect(answered.body.status).toBe(3);
  });
});

describe('an answer counts once', () => {
  test('OSS-39 the code that completed the enrollment, or one challenge, completes no challenge', async () => {
    const wire = await openWire();
    const { app } = await wire.enroll('isaac');
    const replayed = await complete(wire, await wire.challenge('isaac'), { token: app.code() });
    expect([replayed.status, replayed.body.status]).toEqual([200, 4]);

    wire.clock.advance(60_000);
    const first = await complete(wire, await wire.challenge('isaac'), { token: app.code() });
    const second = await complete(wire, await wire.challenge('isaac'), { token: app.code() });
    expect([first.body.status, second.body.status]).toEqual([3, 4]);
  });

  test('OSS-39 of fifty challenges answered at the same time with the same code one is passed', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { guesses: { perUser: 1000 } } });
    const app = await enrolled(wire);
    const pks: number[] = [];
    for (let count = 0; count < 50; count++) pks.push(await wire.challenge('isaac'));
    const token = app.code();
    const answers = await Promise.all(pks.map((pk) => complete(wire, pk, { token })));
    expect(answers.filter(({ status, body }) => status === 200 && body.status === 3)).toHaveLength(1);
    expect(answers.filter(({ status, body }) => status === 200 && body.status === 4)).toHaveLength(49);
  });

  test('OSS-40 of fifty right answers to one challenge at the same time one is told 3 and the others are refused', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { guesses: { perUser: 1000 } } });
    const app = await enrolled(wire);
    const pk = await wire.challenge('isaac');
    const token = app.code();
    const answers = await Promise.all(Array.from({ length: 50 }, () => complete(wire, pk, { token })));
    expect(answers.filter(({ status, body }) => status === 200 && body.status === 3)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
    expect(await statusOf(wire, pk)).toBe(3);
  });

  test('OSS-79 after too many wrong answers further ones are refused for a while, the right one too', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { guesses: { perUser: 5, windowSeconds: 900 } } });
    const app = await enrolled(wire);
    for (let count = 0; count < 5; count++)
      await complete(wire, await wire.challenge('isaac'), { token: app.wrongCode() });

    const refused = await wire.post(challenges, { username: 'isaac' });
    expect([refused.status, refused.body]).toEqual([400, expect.any(String)]);
    expect(refused.headers.get('X-Error-Code')).toBe('too_many_attempts');
    const wait = Number(refused.headers.get('Retry-After'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(900);

    wire.clock.advance(wait * 1000);
    const answer = await complete(wire, await wire.challenge('isaac'), { token: app.code() });
    expect(answer.body.status).toBe(3);
  });

  test('OSS-79 challenges that were issued before do not help either', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { guesses: { perUser: 3 } } });
    const app = await enrolled(wire);
    const pks: number[] = [];
    for (let count = 0; count < 4; count++) pks.push(await wire.challenge('isaac'));
    for (const pk of pks.slice(0, 3)) await complete(wire, pk, { token: app.wrongCode() });
    const answer = await complete(wire, pks[3] ?? 0, { token: app.code() });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('too_many_attempts');
    expect(answer.headers.has('Retry-After')).toBe(true);
  });
});
