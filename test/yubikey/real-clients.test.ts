// Clients that were written for YubiCloud, unchanged, before a served Countersign. docs/doors/wsapi.md has what they are set to.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import vectors from '../vectors/yubikey-otp.json' with { type: 'json' };
import { type Ended, generatedKey, runProgram, serveWsapi, type ServedWsapi } from './served-wsapi.fixture.ts';

/** Its exit codes: 0 accepted, 2 replayed, 3 refused or not to be believed, 1 could not ask. */
function ykclient(
  t: ServedWsapi,
  otp: string,
  changed: Partial<Pick<ServedWsapi, 'url' | 'clientId' | 'apiKey'>> = {},
) {
  const { url, clientId, apiKey } = { ...t, ...changed };
  return runProgram('ykclient', ['--debug', '--url', url, '--apikey', apiKey, String(clientId), otp]);
}

describe('ykclient', () => {
  test('is told of an OTP of ykgenerate that it is good, once (YUB-01, YUB-06, OSS-48)', async () => {
    const t = await serveWsapi();
    const key = generatedKey();
    await t.give('alice', key);
    const otp = await key.touch(1, 0);
    expect(await ykclient(t, otp)).toMatchObject({
      code: 0,
      said: expect.stringContaining('Verification output (0): Success') as string,
    });
    expect((await ykclient(t, otp)).code).toBe(2);
    expect((await ykclient(t, await key.touch(1, 1))).code).toBe(0);
    expect((await ykclient(t, await key.touch(1, 0))).code).toBe(2);
    expect((await ykclient(t, await key.touch(2, 0))).code).toBe(0);
    expect((await ykclient(t, await key.touch(1, 200))).code).toBe(2);
  });

  test('takes the vectors in their order (YUB-01, YUB-03)', async () => {
    const t = await serveWsapi();
    const rows = vectors.vectors.filter(({ public_id_modhex }) => public_id_modhex === 'cccccccccccb');
    const [first] = rows;
    await t.server.engine.devices.provision(t.caller, {
      user: 'alice',
      devices: [
        {
          kind: 'yubikey',
          options: {
            publicId: 'cccccccccccb',
            privateId: first?.private_id_hex ?? '',
            aesKey: first?.aes_key_hex ?? '',
          },
        },
      ],
    });
    const codes = [];
    for (const { otp } of rows) codes.push((await ykclient(t, otp)).code);
    expect(codes).toEqual([0, 0, 2, 0, 2]);
  });

  test('is refused with a forged OTP, a key that nobody has and a client that is none (YUB-04, YUB-06)', async () => {
    const t = await serveWsapi();
    const key = generatedKey();
    await t.give('alice', key);
    expect((await ykclient(t, await key.touch(1, 0, '000000000000'))).code).toBe(3);
    expect((await ykclient(t, await generatedKey().touch(1, 0))).code).toBe(3);
    const otp = await key.touch(1, 0);
    expect((await ykclient(t, otp, { clientId: 999_999 })).code).toBe(3);
    expect((await ykclient(t, otp, { apiKey: Buffer.alloc(32).toString('base64') })).code).toBe(3);
    expect((await ykclient(t, otp)).code).toBe(0);
  });

  test('asks without a signature where the integration takes that, and is refused with a wrong one (YUB-07)', async () => {
    const t = await serveWsapi({}, { unsigned: true });
    const key = generatedKey();
    await t.give('alice', key);
    const unsigned = (otp: string) => runProgram('ykclient', ['--url', t.url, String(t.clientId), otp]);
    expect((await unsigned(await key.touch(1, 0))).code).toBe(0);
    expect((await unsigned(await key.touch(1, 0))).code).toBe(2);
    const other = Buffer.alloc(32, 1).toString('base64');
    expect((await ykclient(t, await key.touch(1, 1), { apiKey: other })).code).toBe(3);
  });

  test('has one acceptance when twelve of them bring the same OTP at once (YUB-02)', async () => {
    const t = await serveWsapi();
    const key = generatedKey();
    await t.give('alice', key);
    const otp = await key.touch(1, 0);
    const ended = await Promise.all(Array.from({ length: 12 }, () => ykclient(t, otp)));
    const codes = ended.map(({ code }) => code);
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(codes.filter((code) => code === 2 || code === 3)).toHaveLength(11);
  });
});

describe('pam_yubico', () => {
  /** Runs a conversation of a PAM service of the test's own. */
  async function pam(t: ServedWsapi, key: { publicId: string }): Promise<(otp: string) => Promise<Ended>> {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-pam-'));
    const service = `countersign-test-${process.pid}`;
    const authfile = join(folder, 'yubikeys');
    writeFileSync(authfile, `root:${key.publicId}\n`);
    const settings = `mode=client id=${t.clientId} key=${t.apiKey} urllist=${t.url} authfile=${authfile}`;
    writeFileSync(`/etc/pam.d/${service}`, `auth required pam_yubico.so ${settings}\naccount required pam_permit.so\n`);
    onTestFinished(() => {
      rmSync(`/etc/pam.d/${service}`, { force: true });
      rmSync(folder, { recursive: true, force: true });
    });
    return (otp) => runProgram('pamtester', [service, 'root', 'authenticate'], `${otp}\n`);
  }

  test('lets somebody in with an OTP once, and with no other (OSS-48)', async () => {
    const t = await serveWsapi();
    const key = generatedKey();
    const other = generatedKey();
    await t.give('alice', key);
    await t.give('bob', other);
    const signIn = await pam(t, key);
    const otp = await key.touch(1, 0);
    expect(await signIn(otp)).toMatchObject({ code: 0, said: expect.stringContaining('successfully') as string });
    expect((await signIn(otp)).code).not.toBe(0);
    expect((await signIn(await key.touch(1, 1, '000000000000'))).code).not.toBe(0);
    expect((await signIn(await other.touch(1, 0))).code).not.toBe(0);
    expect((await signIn('123456')).code).not.toBe(0);
    expect((await signIn(await key.touch(1, 2))).code).toBe(0);
  });

  test('lets nobody in while the server is not there', async () => {
    const t = await serveWsapi();
    const key = generatedKey();
    await t.give('alice', key);
    const signIn = await pam({ ...t, url: 'http://127.0.0.1:1/wsapi/2.0/verify' }, key);
    expect((await signIn(await key.touch(1, 0))).code).not.toBe(0);
  });
});
