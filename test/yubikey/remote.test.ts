// Two served installations: one knows the AES keys, the other asks it about every OTP.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigOptions } from '../../src/server/config/schema.ts';
import { formatYubicoResponse, yubicoTime } from '../../src/otp/index.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { type GeneratedKey, generatedKey, serveWsapi, type ServedWsapi } from './served-wsapi.fixture.ts';

/** What stands in an answer; tests look into it freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- bodies of the native API, which has tests of its own
type Body = any;

/** An installation that asks these servers. Ends with the test. */
async function asking(t: ServedWsapi, urls: readonly string[] = [t.url]): Promise<TestServer> {
  const { clientId, apiKey } = t;
  const config: ConfigOptions = {
    yubico: { clientId, apiKey, urls: [...urls], timeoutMs: 2000 },
    outbound: { allowedNetworks: ['127.0.0.0/8'] },
  };
  const test = await startTestServer({ config });
  onTestFinished(() => test.close());
  return test;
}

/** The user touches his key: there is nothing else for him to give. */
async function enroll(t: TestServer, user: string, otp: string): Promise<{ status: number; body: Body }> {
  const begun: { body: Body } = await t.call('/v1/enrollments', { user });
  const { id } = begun.body as { id: string };
  const prepared = await t.call(`/v1/enrollments/${id}/prepare`, { kind: 'yubikey' });
  expect(prepared.status).toBe(200);
  return t.call(`/v1/enrollments/${id}/complete`, { code: otp });
}

async function verify(t: TestServer, user: string, code: string): Promise<unknown> {
  const { status, body }: { status: number; body: Body } = await t.call('/v1/verify', { user, code });
  return status === 200 ? body.accepted : body.code;
}

async function owned(): Promise<{ validator: ServedWsapi; key: GeneratedKey }> {
  const validator = await serveWsapi();
  const key = generatedKey();
  await validator.give('alice', key);
  return { validator, key };
}

describe('a YubiKey that another server validates', () => {
  test('is enrolled by a touch, answers a challenge and verifies, each OTP once (OSS-48, YUB-06)', async () => {
    const { validator, key } = await owned();
    const t = await asking(validator);
    const first = await key.touch(1, 0);
    expect(await enroll(t, 'carol', first)).toMatchObject({ status: 200, body: { device: { kind: 'yubikey' } } });
    const issued: { body: Body } = await t.call('/v1/challenges', { user: 'carol' });
    const answer = (code: string) => t.call(`/v1/challenges/${issued.body.id}/answer`, { code });
    expect((await answer(first)).body).toMatchObject({ accepted: false });
    const second = await key.touch(1, 1);
    expect((await answer(second)).body).toMatchObject({ accepted: true, method: 'yubikey' });
    expect(await verify(t, 'carol', second)).toBe(false);
    expect(await verify(t, 'carol', await key.touch(1, 2))).toBe(true);
    expect(await verify(t, 'carol', await key.touch(1, 1))).toBe(false);
    expect(await verify(t, 'carol', await key.touch(1, 3, '000000000000'))).toBe(false);
  });

  test('is not enrolled with an OTP that is refused, nor by two users (YUB-11, FID-09)', async () => {
    const { validator, key } = await owned();
    const t = await asking(validator);
    const refused = await enroll(t, 'carol', await generatedKey().touch(1, 0));
    expect(refused.status).toBe(422);
    expect((await enroll(t, 'carol', await key.touch(1, 0))).status).toBe(200);
    for (const [index, user] of ['carol', 'dave'].entries()) {
      const again = await enroll(t, user, await key.touch(2, index));
      expect([again.status, again.body.code]).toEqual([409, 'already_exists']);
    }
  });

  test('has one acceptance of fifty answers with one OTP at once (YUB-02)', async () => {
    const { validator, key } = await owned();
    const t = await asking(validator);
    await enroll(t, 'carol', await key.touch(1, 0));
    const otp = await key.touch(1, 1);
    const told = await Promise.all(Array.from({ length: 50 }, () => verify(t, 'carol', otp)));
    expect(told.filter((said) => said === true)).toHaveLength(1);
    // Each of the two installations stops guessing after ten replays.
    for (const said of told) expect([true, false, 'too_many_attempts', 'unavailable']).toContain(said);
  });

  test('is refused with an error that costs no guess while nobody can validate it, and works again afterwards', async () => {
    const { validator, key } = await owned();
    let down = true;
    const door = createServer((request, response) => {
      if (down) request.socket.destroy();
      else
        void fetch(`${new URL(validator.url).origin}${request.url ?? ''}`)
          .then((told) => told.text())
          .then((text) => response.end(text));
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void door.close());
    const t = await asking(validator, [`http://127.0.0.1:${(door.address() as AddressInfo).port}/wsapi/2.0/verify`]);
    down = false;
    await enroll(t, 'carol', await key.touch(1, 0));
    down = true;
    const otp = await key.touch(1, 1);
    for (let turn = 0; turn < 15; turn++) expect(await verify(t, 'carol', otp)).toBe('unavailable');
    down = false;
    expect(await verify(t, 'carol', otp)).toBe(true);
    expect(t.lines.join('\n')).not.toContain(otp.slice(12));
  });

  test('is validated while one of the servers lies and another is dead (YUB-06)', async () => {
    const { validator, key } = await owned();
    const liar = createServer((request, response) => {
      const { otp = '', nonce = '' } = Object.fromEntries(new URL(request.url ?? '', validator.url).searchParams);
      const said = { t: yubicoTime(Date.now()), otp, nonce, sl: '100', status: 'OK' };
      response.end(formatYubicoResponse(said, Buffer.from('a key that is not the right one')));
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void liar.close());
    const lying = `http://127.0.0.1:${(liar.address() as AddressInfo).port}/`;
    const t = await asking(validator, [lying, 'http://127.0.0.1:1/', validator.url]);
    expect((await enroll(t, 'carol', await key.touch(1, 0))).status).toBe(200);
    expect(await verify(t, 'carol', await key.touch(1, 0))).toBe(false);
    expect(await verify(t, 'carol', await key.touch(1, 1, '000000000000'))).toBe(false);
    expect(await verify(t, 'carol', await key.touch(1, 1))).toBe(true);
  });
});
