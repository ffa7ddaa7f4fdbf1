import { describe, expect, test } from 'vitest';
import { type EnrollmentBody, openWire, readApp, type Wire } from './oss2fa.fixture.ts';

const path = (pk: number) => `/integration/enrollments/${pk}/prepare-device`;
const statusOf = async (wire: Wire, pk: number) =>
  (await wire.get<EnrollmentBody>(`/integration/enrollments/${pk}`)).body.status;

describe('preparing a device', () => {
  test('OSS-10 OSS-12 makes a key and shows its URI: 160 bits, and no parameter that is a default', async () => {
    const wire = await openWire();
    await wire.configure({ kinds: { totp: { issuer: 'Example VPN' } } });
    const pk = await wire.begin('isaac newton');
    const { status, body } = await wire.post<EnrollmentBody>(path(pk), { kind: 1, options: {} });
    expect(status).toBe(200);
    expect(body).toMatchObject({ pk, username: 'isaac newton', status: 2, public_details: { qr_code: null } });
    expect(Number.isInteger(body.device_selection)).toBe(true);
    const uri = body.public_details?.provisioning_uri ?? '';
    expect(uri).toMatch(/^otpauth:\/\/totp\/Example%20VPN:isaac%20newton\?/);
    const parameters = Object.fromEntries(new URL(uri).searchParams);
    expect(parameters).toEqual({ secret: expect.stringMatching(/^[A-Z2-7]{32}$/) as string, issuer: 'Example VPN' });
  });

  test('OSS-54 OSS-12 shows algorithm, digits and period that are not the defaults, and accepts such codes', async () => {
    const wire = await openWire();
    await wire.configure({ kinds: { totp: { algorithm: 'SHA256', digits: 8, period: 60 } } });
    const { pk, app } = await wire.prepare('isaac');
    expect(app.uri.searchParams.get('algorithm')).toBe('SHA256');
    expect(app.uri.searchParams.get('digits')).toBe('8');
    expect(app.uri.searchParams.get('period')).toBe('60');
    const answer = await wire.post(`/integration/enrollments/${pk}/complete`, { token: app.code() });
    expect(answer.status).toBe(201);
  });

  test.each([true, 'true', 'True', '1', 1, 'on', 'yes'])(
    'OSS-11 draws a QR code when generate_qr_code is %j',
    async (yes) => {
      const wire = await openWire();
      const pk = await wire.begin('isaac');
      const { body } = await wire.post<EnrollmentBody>(path(pk), { kind: 1, options: { generate_qr_code: yes } });
      const png = Buffer.from(body.public_details?.qr_code ?? '', 'base64');
      expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    },
  );

  test.each([false, 'false', '0', 0, 'off', 'no'])('draws none when generate_qr_code is %j', async (no) => {
    const wire = await openWire();
    const pk = await wire.begin('isaac');
    const { status, body } = await wire.post<EnrollmentBody>(path(pk), { kind: 1, options: { generate_qr_code: no } });
    expect(status).toBe(200);
    expect(body.public_details?.qr_code).toBeNull();
  });

  test.each([1, '1', ' 1 ', 'OTP', 'otp', 'TOTP', 'totp'])('OSS-13 takes the kind as %j', async (kind) => {
    const wire = await openWire();
    const pk = await wire.begin('isaac');
    const { status, body } = await wire.post<EnrollmentBody>(path(pk), { kind });
    expect(status).toBe(200);
    expect(body.public_details?.provisioning_uri).toMatch(/^otpauth:\/\/totp\//);
  });

  test.each([{}, { kind: null }, { kind: '' }, { kind: true }, { kind: [1] }, { kind: 99_999 }, { kind: 'pigeon' }])(
    'OSS-14 refuses %j, the enrollment stays new; on an unknown enrollment too',
    async (body) => {
      const wire = await openWire();
      const pk = await wire.begin('isaac');
      for (const number of [pk, pk + 1000]) {
        const answer = await wire.post(path(number), body);
        expect(answer.status).toBe(400);
        expect(answer.body).toEqual({ kind: [expect.any(String)] });
      }
      expect(await statusOf(wire, pk)).toBe(1);
    },
  );

  test('answers nothing at all for an unknown enrollment', async () => {
    const wire = await openWire();
    const answer = await wire.post(path(4711), { kind: 1 });
    expect([answer.status, answer.text]).toEqual([404, '']);
  });

  test.each([{ kind: 1 }, { kind: 1, options: null }, { kind: 1, options: {} }, { kind: 1, options: { other: 1 } }])(
    'OSS-15 treats %j alike',
    async (body) => {
      const wire = await openWire();
      const answer = await wire.post<EnrollmentBody>(path(await wire.begin('isaac')), body);
      expect(answer.status).toBe(200);
      expect(answer.body.public_details?.qr_code).toBeNull();
    },
  );

  test('options that are no object are a refused field, and end nothing', async () => {
    const wire = await openWire();
    const pk = await wire.begin('isaac');
    for (const options of [[], 'x', 1, true]) {
      const answer = await wire.post(path(pk), { kind: 1, options });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({ options: [expect.any(String)] });
    }
    expect(await statusOf(wire, pk)).toBe(1);
  });

  test.each(['maybe', null, {}, [], 2, ''])(
    'OSS-16 fails when generate_qr_code is %j, and names the field',
    async (value) => {
      const wire = await openWire();
      const pk = await wire.begin('isaac');
      const answer = await wire.post(path(pk), { kind: 1, options: { generate_qr_code: value } });
      expect([answer.status, answer.body]).toEqual([400, 'generate_qr_code']);
      expect(await statusOf(wire, pk)).toBe(4);
    },
  );

  test('OSS-17 a second time ends an enrollment as failed; one that is complete stays complete', async () => {
    const wire = await openWire();
    const { pk, app } = await wire.prepare('isaac');
    const again = await wire.post(path(pk), { kind: 1 });
    expect([again.status, again.body]).toEqual([400, expect.any(String)]);
    expect(await statusOf(wire, pk)).toBe(4);
    const late = await wire.post(`/integration/enrollments/${pk}/complete`, { token: app.code() });
    expect(late.status).toBe(400);
    expect(await statusOf(wire, pk)).toBe(4);

    const complete = await wire.enroll('isaac');
    const answer = await wire.post(path(complete.pk), { kind: 1 });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(await statusOf(wire, complete.pk)).toBe(3);
  });

  test('OSS-23 after the time is up is refused, and the enrollment has expired', async () => {
    const wire = await openWire();
    const pk = await wire.begin('isaac');
    wire.clock.advance(300_001);
    const answer = await wire.post(path(pk), { kind: 1 });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('enrollment_expired');
    expect(await statusOf(wire, pk)).toBe(5);
  });

  test('OSS-26 takes a form, with the options as JSON text or one by one', async () => {
    const wire = await openWire();
    for (const options of [{ options: '{"generate_qr_code": true}' }, { 'options.generate_qr_code': 'true' }]) {
      const body = new URLSearchParams({ kind: '1', ...options });
      const pk = await wire.begin('isaac');
      const answer = await wire.send<EnrollmentBody>('POST', path(pk), { body, headers: wire.keyPair });
      expect(answer.status).toBe(200);
      expect(answer.body.public_details?.qr_code).toEqual(expect.any(String));
    }
  });

  test('OSS-53 a kind that the policy does not allow ends the enrollment', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { allowedKinds: ['email'] } });
    const pk = await wire.begin('isaac');
    const answer = await wire.post(path(pk), { kind: 'OTP' });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('kind_not_allowed');
    expect(await statusOf(wire, pk)).toBe(4);
  });

  test('OSS-80 GET shows the key while the enrollment is prepared, and nothing of it when that is over', async () => {
    const wire = await openWire();
    const shown = async (pk: number) =>
      (await wire.get<EnrollmentBody>(`/integration/enrollments/${pk}`)).body.public_details;
    const ends: ((pk: number, code: string) => Promise<unknown>)[] = [
      (pk, token) => wire.post(`/integration/enrollments/${pk}/complete`, { token }),
      (pk) => wire.post(`/integration/enrollments/${pk}/complete`, { token: 'wrong' }),
      async () => wire.clock.advance(300_001),
    ];
    for (const end of ends) {
      const pk = await wire.begin(`isaac${ends.indexOf(end)}`);
      await wire.post(path(pk), { kind: 1, options: { generate_qr_code: true } });
      const before = await shown(pk);
      expect(before?.provisioning_uri).toMatch(/^otpauth:/);
      await end(pk, readApp(wire, before?.provisioning_uri ?? '').code());
      expect(await shown(pk)).toEqual({ provisioning_uri: '', qr_code: null });
    }
  });
});
