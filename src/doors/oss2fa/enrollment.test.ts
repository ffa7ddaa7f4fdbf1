import { describe, expect, test } from 'vitest';
import { type EnrollmentBody, openWire } from './oss2fa.fixture.ts';

const enrollments = '/integration/enrollments';

describe('an enrollment', () => {
  test('OSS-01 OSS-61 begins in dialect A: token header, plural path, version in the Accept header', async () => {
    const wire = await openWire();
    const headers = { Accept: 'application/json; version=1.0', 'X-Integration-Token': wire.token };
    const answer = await wire.post<EnrollmentBody>('/integrations/enrollments', { username: 'john.doe' }, headers);
    expect(answer.status).toBe(201);
    expect(answer.body.username).toBe('john.doe');
  });

  test('OSS-01 begins without a content type too, as the documented example has none', async () => {
    const wire = await openWire();
    const body = new TextEncoder().encode('{\n  "username": "john.doe"\n}');
    const answer = await wire.send('POST', '/integrations/enrollments', {
      body,
      headers: { 'X-Integration-Token': wire.token },
    });
    expect(answer.status).toBe(201);
  });

  test('OSS-02 begins in dialect B: key pair, singular path', async () => {
    const wire = await openWire();
    expect((await wire.post(enrollments, { username: 'isaac' })).status).toBe(201);
  });

  test('either credential is accepted under either prefix', async () => {
    const wire = await openWire();
    const token = { 'X-Integration-Token': wire.token };
    expect((await wire.post(enrollments, { username: 'a' }, token)).status).toBe(201);
    expect((await wire.post('/integrations/enrollments', { username: 'a' }, wire.keyPair)).status).toBe(201);
  });

  test('OSS-03 OSS-66 has exactly the documented members, and times with microseconds in UTC', async () => {
    const wire = await openWire();
    const { body } = await wire.post<EnrollmentBody>(enrollments, { username: 'isaac' });
    expect(body).toEqual({
      pk: expect.any(Number) as number,
      device_selection: null,
      username: 'isaac',
      status: 1,
      created_at: new Date(wire.clock.now()).toISOString().replace('Z', '000Z'),
      expires_at: new Date(wire.clock.now() + 300_000).toISOString().replace('Z', '000Z'),
      public_details: null,
    });
    expect(Number.isInteger(body.pk) && body.pk > 0).toBe(true);
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  test('OSS-04 OSS-05 lives five minutes unless the policy says otherwise', async () => {
    const wire = await openWire();
    const life = async () => {
      const { body } = await wire.post<EnrollmentBody>(enrollments, { username: 'isaac' });
      return Date.parse(body.expires_at) - Date.parse(body.created_at);
    };
    expect(await life()).toBe(300_000);
    await wire.configure({ policy: { enrollment: { lifeSeconds: 600 } } });
    expect(await life()).toBe(600_000);
  });

  test.each([
    {},
    { username: '' },
    { username: '   ' },
    { username: null },
    { username: true },
    { username: ['isaac'] },
    { username: { name: 'isaac' } },
    { username: 'a'.repeat(65) },
    { username: 'a\u0000b' },
    { username: 'a\nb' },
  ])('OSS-06 does not begin with %j', async (body) => {
    const wire = await openWire();
    const answer = await wire.post<Record<string, string[]>>(enrollments, body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('X-Error-Code')).toBe('invalid_parameters');
    expect(answer.body).toEqual({ username: [expect.any(String)] });
  });

  test('OSS-06 OSS-25 begins with 64 characters, with blanks around them, and with a number', async () => {
    const wire = await openWire();
    const username = async (username: unknown) =>
      (await wire.post<EnrollmentBody>(enrollments, { username })).body.username;
    expect(await username('a'.repeat(64))).toBe('a'.repeat(64));
    expect(await username('  isaac ')).toBe('isaac');
    expect(await username(4711)).toBe('4711');
  });

  test('OSS-30 takes a binding context and refuses an address that is none', async () => {
    const wire = await openWire();
    const context = { client_ip_address: '2001:db8::1', client_browser_fingerprint: 'f', trusted_device_token: 't' };
    expect((await wire.post(enrollments, { username: 'isaac', binding_context: context })).status).toBe(201);
    const { status, body } = await wire.post(enrollments, {
      username: 'isaac',
      binding_context: { client_ip_address: '300.1.2.3' },
    });
    expect(status).toBe(400);
    expect(body).toEqual({ binding_context: { client_ip_address: [expect.any(String)] } });
  });

  test('OSS-07 GET of an enrollment shows the same object; an unknown number has an empty answer', async () => {
    const wire = await openWire();
    const { body } = await wire.post<EnrollmentBody>(enrollments, { username: 'isaac' });
    const shown = await wire.get(`${enrollments}/${body.pk}`);
    expect(shown.status).toBe(200);
    expect(shown.body).toEqual(body);
    for (const unknown of [body.pk + 1, 0, '9'.repeat(30)]) {
      const missing = await wire.get(`${enrollments}/${unknown}`);
      expect(missing.status).toBe(404);
      expect(missing.text).toBe('');
      expect(missing.headers.get('Content-Length')).toBe('0');
      expect(missing.headers.has('Content-Type')).toBe(false);
    }
  });

  test('OSS-08 does not begin for a client who exists already', async () => {
    const wire = await openWire();
    await wire.enroll('isaac');
    const answer = await wire.post(enrollments, { username: 'isaac' });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(expect.any(String));
    expect(answer.headers.get('X-Error-Code')).toBe('user_exists');
  });

  test('OSS-09 of two for one username the first to complete wins and the other fails', async () => {
    const wire = await openWire();
    const first = await wire.prepare('isaac');
    const second = await wire.prepare('isaac');
    expect(first.pk).not.toBe(second.pk);
    const complete = ({ pk, app }: typeof first) => wire.post(`${enrollments}/${pk}/complete`, { token: app.code() });
    expect((await complete(first)).status).toBe(201);
    const late = await complete(second);
    expect(late.status).toBe(400);
    expect(late.body).toEqual(expect.any(String));
    expect((await wire.get<EnrollmentBody>(`${enrollments}/${second.pk}`)).body.status).toBe(4);
  });

  test('OSS-09 completed twice at the same time, one username becomes one client', async () => {
    const wire = await openWire();
    const prepared = [];
    for (let count = 0; count < 8; count++) prepared.push(await wire.prepare('isaac'));
    const answers = await Promise.all(
      prepared.map(({ pk, app }) => wire.post(`${enrollments}/${pk}/complete`, { token: app.code() })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(7);
  });

  test('OSS-26 begins from a form, and from a form of several parts', async () => {
    const wire = await openWire();
    const body = new URLSearchParams({ username: 'isaac', 'binding_context.client_ip_address': '192.0.2.1' });
    const form = await wire.send<EnrollmentBody>('POST', enrollments, { body, headers: wire.keyPair });
    expect(form.status).toBe(201);
    expect(form.body.username).toBe('isaac');
    const parts = new FormData();
    parts.append('username', 'isaac');
    expect((await wire.send('POST', enrollments, { body: parts, headers: wire.keyPair })).status).toBe(201);
  });
});
