import { describe, expect, test } from 'vitest';
import { type EnrollmentBody, openWire, type Wire } from './oss2fa.fixture.ts';

const path = (pk: number) => `/integration/enrollments/${pk}/complete`;
const statusOf = async (wire: Wire, pk: number) =>
  (await wire.get<EnrollmentBody>(`/integration/enrollments/${pk}`)).body.status;

describe('completing an enrollment', () => {
  test('OSS-18 with the right code makes a client, whose number is in a header of an empty answer', async () => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    const answer = await wire.post(path(pk), { token: app.code() });
    expect([answer.status, answer.text]).toEqual([201, '']);
    expect(answer.headers.get('X-Client-Id')).toMatch(/^[1-9]\d*$/);
    expect(answer.headers.get('Content-Length')).toBe('0');
    expect(answer.headers.has('Content-Type')).toBe(false);
    expect(answer.headers.get('Allow')).toBe('POST, OPTIONS');
    expect(await statusOf(wire, pk)).toBe(3);
  });

  test('OSS-19 OSS-46 with a wrong code ends it; nothing of the right code is told', async () => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    const wrong = await wire.post(path(pk), { token: app.wrongCode() });
    expect([wrong.status, wrong.body]).toEqual([400, expect.any(String)]);
    expect(wrong.headers.get('X-Error-Code')).toBe('answer_refused');
    expect(wrong.text).not.toContain(app.code());
    expect(await statusOf(wire, pk)).toBe(4);
    const right = await wire.post(path(pk), { token: app.code() });
    expect([right.status, right.body]).toEqual([400, expect.any(String)]);
    expect(await statusOf(wire, pk)).toBe(4);
  });

  test.each([{}, { token: '' }, { token: '  ' }, { token: null }, { token: true }, { token: ['1'] }, { code: '1' }])(
    'OSS-20 with %j ends it and names the field',
    async (body) => {
      const wire = await openWire();
      const { pk } = await wire.prepare('isaac');
      const answer = await wire.post(path(pk), body);
      expect([answer.status, answer.body]).toEqual([400, 'token']);
      expect(await statusOf(wire, pk)).toBe(4);
    },
  );

  test.each([{}, { token: '123456' }])('OSS-21 before a device is prepared changes nothing (%j)', async (body) => {
    const wire = await openWire();
    const pk = await wire.begin('isaac');
    const answer = await wire.post(path(pk), body);
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('wrong_state');
    expect(await statusOf(wire, pk)).toBe(1);
  });

  test('OSS-22 of an unknown enrollment is a bad request with an empty answer', async () => {
    const wire = await openWire();
    for (const body of [{}, { token: '123456' }]) {
      const answer = await wire.post(path(4711), body);
      expect([answer.status, answer.text]).toEqual([400, '']);
      expect(answer.headers.get('Content-Length')).toBe('0');
    }
  });

  test('a second time changes nothing', async () => {
    const wire = await openWire();
    const { pk, app } = await wire.enroll('isaac');
    for (const body of [{}, { token: app.code(1) }, { token: app.wrongCode() }])
      expect((await wire.post(path(pk), body)).status).toBe(400);
    expect(await statusOf(wire, pk)).toBe(3);
  });

  test.each(['right', 'wrong', 'missing'])('OSS-23 after the time is up is refused (%s code)', async (given) => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    wire.clock.advance(300_001);
    const token = given === 'right' ? app.code() : app.wrongCode();
    const answer = await wire.post(path(pk), given === 'missing' ? {} : { token });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('enrollment_expired');
    expect(await statusOf(wire, pk)).toBe(5);
  });

  test.each([
    [-2, 400],
    [-1, 201],
    [0, 201],
    [1, 201],
    [2, 400],
  ])('OSS-24 with the code of step %i answers %i', async (steps, status) => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    expect((await wire.post(path(pk), { token: app.code(steps) })).status).toBe(status);
  });

  test('OSS-25 takes the code as a number and with blanks around it', async () => {
    const wire = await openWire();
    const padded = await wire.prepare('isaac');
    expect((await wire.post(path(padded.pk), { token: ` ${padded.app.code()}\n` })).status).toBe(201);
    const number = await wire.prepare('alice');
    // A number has no leading zeros: wait for a code without one.
    while (number.app.code().startsWith('0')) wire.clock.advance(30_000);
    expect((await wire.post(path(number.pk), { token: Number(number.app.code()) })).status).toBe(201);
  });

  test('OSS-26 takes a form', async () => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    const body = new URLSearchParams({ token: app.code() });
    expect((await wire.send('POST', path(pk), { body, headers: wire.keyPair })).status).toBe(201);
  });

  test('of fifty right answers at the same time one makes the client', async () => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    const token = app.code();
    const answers = await Promise.all(Array.from({ length: 50 }, () => wire.post(path(pk), { token })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(49);
    expect(await statusOf(wire, pk)).toBe(3);
  });
});
