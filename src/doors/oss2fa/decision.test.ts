import { describe, expect, test } from 'vitest';
import { decodeBase32, hotp } from '../../otp/index.ts';
import { openWire, type Wire } from './oss2fa.fixture.ts';

const decide = (wire: Wire, body: unknown) => wire.post('/integration/clients/auth', body);

const context = (client_ip_address: unknown) => ({ username: 'isaac', binding_context: { client_ip_address } });

async function setStatus(wire: Wire, name: string, status: 'active' | 'bypass' | 'inactive'): Promise<void> {
  const user = await wire.engine.users.findByName(wire.caller, name);
  await wire.engine.users.setStatus(wire.caller, user?.id ?? '', status);
}

describe('the decision about a user', () => {
  test('OSS-27 is 1, to enroll, for somebody unknown, and makes nobody known', async () => {
    const wire = await openWire();
    for (const round of [1, 2]) {
      const answer = await decide(wire, { username: 'isaac' });
      expect([round, answer.status, answer.body]).toEqual([round, 200, { result: 1 }]);
    }
    expect(await wire.engine.users.findByName(wire.caller, 'isaac')).toBeUndefined();
  });

  test('OSS-28 is 2, to challenge, with the devices of somebody enrolled', async () => {
    const wire = await openWire();
    await wire.enroll('isaac');
    const answer = await decide(wire, { username: 'isaac' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      result: 2,
      devices: [
        {
          pk: expect.any(Number) as number,
          kind: { pk: 1, name: 'OTP', description: 'OTP Devices' },
          name: 'OTP [isaac]',
        },
      ],
    });
  });

  test.each([
    ['bypass', 3],
    ['inactive', 4],
  ] as const)('OSS-29 of a client who is %s is %i and names no device', async (status, result) => {
    const wire = await openWire();
    await wire.enroll('isaac');
    await setStatus(wire, 'isaac', status);
    expect((await decide(wire, { username: 'isaac' })).body).toEqual({ result });
  });

  test('OSS-30 takes a binding context and refuses an address that is none', async () => {
    const wire = await openWire();
    expect((await decide(wire, context('192.0.2.1'))).status).toBe(200);
    expect((await decide(wire, { username: 'isaac', binding_context: {} })).status).toBe(200);
    const refused = await decide(wire, context('nowhere'));
    expect(refused.status).toBe(400);
    expect(refused.body).toEqual({ binding_context: { client_ip_address: [expect.any(String)] } });
    expect((await decide(wire, { binding_context: {} })).body).toEqual({ username: [expect.any(String)] });
  });

  test('of somebody whose browser is trusted is 3, to let in, with the next token of the browser (FLW-19)', async () => {
    const wire = await openWire();
    const policy = { trustedBrowsers: { lifeSeconds: 3600 } };
    const administration = { ...wire.system, tenant: wire.tenant };
    const integration = await wire.engine.integrations.update(administration, wire.integration.id, { policy });
    const caller = { ...wire.caller, integration };
    const made = await wire.engine.devices.provision(caller, { user: 'isaac', devices: [{ kind: 'hotp' }] });
    const secret = decodeBase32(made.devices[0]?.shown?.['secret'] as string);
    const deviceId = made.devices[0]?.device.id ?? '';
    const { id: challengeId } = await wire.engine.challenges.issue(caller, { user: 'isaac', deviceId });
    await wire.engine.challenges.answer(caller, challengeId, { code: hotp({ secret, counter: 0 }) });
    const { token } = await wire.engine.trustedBrowsers.trust(caller, { challengeId });
    const binding_context = { trusted_device_token: token };
    const answer = await decide(wire, { username: 'isaac', binding_context });
    expect(answer.body).toEqual({ result: 3, trusted_device_token: expect.stringMatching(/^ctb_/) as string });
    expect(answer.body).not.toMatchObject({ trusted_device_token: token });
    const stranger = await decide(wire, { username: 'isaac', binding_context: { trusted_device_token: 'x' } });
    expect(stranger.body).toMatchObject({ result: 2 });
  });

  test('OSS-26 takes a form', async () => {
    const wire = await openWire();
    const body = new URLSearchParams({ username: 'isaac' });
    const answer = await wire.send('POST', '/integrations/clients/auth', { body, headers: wire.keyPair });
    expect(answer.body).toEqual({ result: 1 });
  });
});
