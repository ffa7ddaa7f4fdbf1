import { describe, expect, test } from 'vitest';
import { decodeBase32, hotp } from '../../otp/index.ts';
import { type ChallengeBody, type EnrollmentBody, openWire, type Wire } from './oss2fa.fixture.ts';

/** Enrolls a token with its first code; resolves with what shows the code of a counter. */
async function enroll(wire: Wire, username: string): Promise<(counter: number) => string> {
  const path = `/integration/enrollments/${await wire.begin(username)}`;
  const options = { generate_qr_code: true };
  const { body } = await wire.post<EnrollmentBody>(`${path}/prepare-device`, { kind: 'HOTP', options });
  expect(body).toMatchObject({ status: 2, public_details: { qr_code: expect.any(String) as string } });
  const uri = new URL(body.public_details?.provisioning_uri ?? '');
  expect([uri.protocol, uri.hostname]).toEqual(['otpauth:', 'hotp']);
  const secret = decodeBase32(uri.searchParams.get('secret') ?? '');
  const code = (counter: number) => hotp({ secret, counter });
  expect((await wire.post(`${path}/complete`, { token: code(0) })).status).toBe(201);
  return code;
}

async function answer(wire: Wire, username: string, token: string): Promise<number> {
  const path = `/integration/challenges/${await wire.challenge(username)}/complete`;
  return (await wire.post<ChallengeBody>(path, { token })).body.status;
}

describe('a HOTP device', () => {
  test('OSS-49 enrols, answers with the next codes, and may skip some; a used code is dead', async () => {
    const wire = await openWire();
    const code = await enroll(wire, 'alice');
    expect(await answer(wire, 'alice', code(0))).toBe(4);
    expect(await answer(wire, 'alice', code(1))).toBe(3);
    expect(await answer(wire, 'alice', code(6))).toBe(3);
    for (const used of [1, 5, 6]) expect(await answer(wire, 'alice', code(used))).toBe(4);
    expect(await answer(wire, 'alice', code(7))).toBe(3);
  });

  test('OSS-49 OSS-28 is listed with its kind and name', async () => {
    const wire = await openWire();
    await enroll(wire, 'alice');
    const { body } = await wire.post('/integration/clients/auth', { username: 'alice' });
    expect(body).toMatchObject({ devices: [{ kind: { pk: 4, name: 'HOTP' }, name: 'HOTP [alice]' }] });
  });
});
