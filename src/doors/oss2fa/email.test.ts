import { describe, expect, test } from 'vitest';
import { type ChallengeBody, type EnrollmentBody, openWire, type Wire } from './oss2fa.fixture.ts';

const enrollment = (pk: number) => `/integration/enrollments/${pk}`;

function lastCode(wire: Wire): string {
  return wire.messages.at(-1)?.values['code'] ?? '';
}

function otherCode(code: string): string {
  return code === '0'.repeat(code.length) ? '1'.repeat(code.length) : '0'.repeat(code.length);
}

async function prepare(wire: Wire, username: string, address: string): Promise<number> {
  const pk = await wire.begin(username);
  const answer = await wire.post(`${enrollment(pk)}/prepare-device`, { kind: 'Email', options: { address } });
  expect(answer.status).toBe(200);
  return pk;
}

async function enroll(wire: Wire, username: string, address: string): Promise<void> {
  const pk = await prepare(wire, username, address);
  expect((await wire.post(`${enrollment(pk)}/complete`, { token: lastCode(wire) })).status).toBe(201);
}

describe('an e-mail device', () => {
  test('OSS-41 OSS-42 is prepared by exactly one mail with a code of five digits; nothing is shown', async () => {
    const wire = await openWire();
    const pk = await wire.begin('alice');
    const { status, body } = await wire.post<EnrollmentBody>(`${enrollment(pk)}/prepare-device`, {
      kind: 2,
      options: { address: ' alice@example.org ' },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 2, public_details: null });
    expect(Number.isInteger(body.device_selection)).toBe(true);
    expect(wire.messages).toHaveLength(1);
    expect(wire.messages[0]).toMatchObject({ channel: 'mail', to: 'alice@example.org' });
    expect(lastCode(wire)).toMatch(/^\d{5}$/);
  });

  test('OSS-42 the policy sets the number of digits, in enrollments and challenges', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { codeDigits: 8 } });
    await enroll(wire, 'alice', 'alice@example.org');
    expect(lastCode(wire)).toMatch(/^\d{8}$/);
    await wire.challenge('alice');
    expect(lastCode(wire)).toMatch(/^\d{8}$/);
  });

  test('OSS-43 OSS-46 is completed with the code; its name tells the domain only', async () => {
    const wire = await openWire();
    await enroll(wire, 'alice', 'Alice@EXAMPLE.org');
    const { body } = await wire.post<{ devices: object[] }>('/integration/clients/auth', { username: 'alice' });
    expect(body.devices).toEqual([
      {
        pk: expect.any(Number) as number,
        kind: { pk: 2, name: 'Email', description: 'Email Devices' },
        name: 'Email [@example.org]',
      },
    ]);

    const pk = await prepare(wire, 'bob', 'bob@example.org');
    const code = lastCode(wire);
    const wrong = await wire.post(`${enrollment(pk)}/complete`, { token: otherCode(code) });
    expect([wrong.status, wrong.body]).toEqual([400, expect.any(String)]);
    expect(wrong.text).not.toContain(code);
    expect((await wire.post(`${enrollment(pk)}/complete`, { token: code })).status).toBe(400);
  });

  test.each([
    {},
    null,
    { address: '' },
    { address: null },
    { address: 7 },
    { address: 'alice' },
    { address: ['a@b.c'] },
  ])('OSS-43 options %j name the field and end the enrollment; nothing is sent', async (options) => {
    const wire = await openWire();
    const pk = await wire.begin('alice');
    const answer = await wire.post(`${enrollment(pk)}/prepare-device`, { kind: 2, options });
    expect([answer.status, answer.body]).toEqual([400, 'address']);
    expect((await wire.get<EnrollmentBody>(enrollment(pk))).body.status).toBe(4);
    expect(wire.messages).toHaveLength(0);
  });

  test('OSS-44 a challenge sends a fresh code, and that code passes it', async () => {
    const wire = await openWire();
    await enroll(wire, 'alice', 'alice@example.org');
    const enrolledWith = lastCode(wire);
    const { status, body } = await wire.post<ChallengeBody>('/integration/challenges', { username: 'alice' });
    expect([status, body.status, body.public_details]).toEqual([201, 2, null]);
    expect(wire.messages).toHaveLength(2);
    expect(lastCode(wire)).toMatch(/^\d{5}$/);
    const answered = await wire.post<ChallengeBody>(`/integration/challenges/${body.pk}/complete`, {
      token: lastCode(wire),
    });
    expect([answered.status, answered.body.status]).toEqual([200, 3]);

    const second = await wire.challenge('alice');
    const old = enrolledWith === lastCode(wire) ? otherCode(enrolledWith) : enrolledWith;
    const failed = await wire.post<ChallengeBody>(`/integration/challenges/${second}/complete`, { token: old });
    expect([failed.status, failed.body.status]).toEqual([200, 4]);
  });

  test('OSS-44 a challenge whose code was followed by another is void', async () => {
    const wire = await openWire();
    await enroll(wire, 'alice', 'alice@example.org');
    const first = await wire.challenge('alice');
    const code = lastCode(wire);
    await wire.challenge('alice');
    const path = `/integration/challenges/${first}`;
    const answered = await wire.post(`${path}/complete`, { token: code });
    expect([answered.status, answered.body]).toEqual([400, expect.any(String)]);
    expect((await wire.get<ChallengeBody>(path)).body.status).toBe(5);
  });

  test('OSS-45 an integration has texts of its own in the mail', async () => {
    const wire = await openWire();
    const texts = { from: 'vpn@example.org', subject: 'Your code', text: 'It is `{token}`', html: '<b>{token}</b>' };
    await wire.configure({ kinds: { email: texts } });
    await enroll(wire, 'alice', 'alice@example.org');
    await wire.challenge('alice');
    expect(wire.messages).toHaveLength(2);
    for (const { override } of wire.messages) expect(override).toEqual(texts);
  });

  test('OSS-53 a mail domain that the policy does not allow ends the enrollment; nothing is sent', async () => {
    const wire = await openWire();
    await wire.configure({ policy: { allowedMailDomains: ['example.org'] } });
    const pk = await wire.begin('alice');
    const options = { address: 'alice@example.net' };
    const answer = await wire.post(`${enrollment(pk)}/prepare-device`, { kind: 2, options });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('mail_domain_not_allowed');
    expect((await wire.get<EnrollmentBody>(enrollment(pk))).body.status).toBe(4);
    expect(wire.messages).toHaveLength(0);
    await prepare(wire, 'alice', 'alice@example.org');
  });

  test('a mail that cannot be delivered ends the enrollment, and makes a challenge that has failed already', async () => {
    const wire = await openWire();
    await enroll(wire, 'bob', 'bob@example.org');
    wire.failDelivery(true);
    const pk = await wire.begin('alice');
    const options = { address: 'alice@example.org' };
    const answer = await wire.post(`${enrollment(pk)}/prepare-device`, { kind: 2, options });
    expect([answer.status, answer.body]).toEqual([400, expect.any(String)]);
    expect(answer.headers.get('X-Error-Code')).toBe('delivery_failed');
    expect((await wire.get<EnrollmentBody>(enrollment(pk))).body.status).toBe(4);

    const challenge = await wire.post<ChallengeBody>('/integration/challenges', { username: 'bob' });
    expect([challenge.status, challenge.body.status]).toEqual([201, 4]);
    const late = await wire.post(`/integration/challenges/${challenge.body.pk}/complete`, { token: '00000' });
    expect(late.status).toBe(400);
  });
});
