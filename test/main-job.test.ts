import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditRow, verifyAudit } from '../src/audit/index.ts';
import { platformTenant } from '../src/core/ids.ts';
import type { Caller } from '../src/engine/index.ts';
import { startTestServer, type TestServer } from '../src/server/server.fixture.ts';
import { virtualClock, type VirtualClock } from '../src/testing/index.ts';

// The whole of the main job on real input, over the network: a QR code that zbarimg reads, codes that oathtool computes, three
// doors on one listener, and a trail that verifies with the public key alone.

let server: TestServer;
let clock: VirtualClock;
const folder = mkdtempSync(join(tmpdir(), 'countersign-main-job-'));

beforeAll(async () => {
  clock = virtualClock(Date.UTC(2026, 10, 22, 12));
  server = await startTestServer({ clock });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The code that an independent program computes for now. */
function oathtool(uri: string, time = clock.now()): string {
  const { searchParams } = new URL(uri);
  const algorithm = searchParams.get('algorithm') ?? 'SHA1';
  const digits = searchParams.get('digits') ?? '6';
  const args = ['-b', `--totp=${algorithm}`, '-d', digits, '-N', `@${Math.floor(time / 1000)}`];
  return execFileSync('oathtool', [...args, searchParams.get('secret') ?? ''], { encoding: 'utf8' }).trim();
}

/** What an independent program reads from a picture. */
function zbarimg(png: Buffer): string {
  const file = join(folder, 'qr.png');
  writeFileSync(file, png);
  return execFileSync('zbarimg', ['--raw', '-q', file], { encoding: 'utf8' }).trim();
}

interface Prepared {
  id: string;
  shown: { uri: string; qr: string };
}

/** Enrolls a user over REST from the picture; answers the URI that was in it. */
async function enrollFromPicture(user: string): Promise<string> {
  const begun = await server.call('/v1/enrollments', { user, kind: 'totp', options: { qr: true } });
  const { id, shown } = begun.body as Prepared;
  const uri = zbarimg(Buffer.from(shown.qr, 'base64'));
  expect(uri).toBe(shown.uri);
  const completed = await server.call(`/v1/enrollments/${id}/complete`, { code: oathtool(uri) });
  expect(completed.status).toBe(200);
  clock.advance(30_000);
  return uri;
}

test('a person is enrolled from a picture, challenged, accepted once, and the trail proves it', async () => {
  const uri = await enrollFromPicture('alice');
  const challenge = (await server.call('/v1/challenges', { user: 'alice', reference: 'vpn' })).body as { id: string };
  const code = oathtool(uri);
  const answered = await server.call(`/v1/challenges/${challenge.id}/answer`, { code });
  expect(answered).toMatchObject({ status: 200, body: { accepted: true, challenge: { state: 'passed' } } });
  expect((await server.call('/v1/verify', { user: 'alice', code })).body).toEqual({ accepted: false });

  const platform: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'test' }, door: 'test' };
  const { audit } = server.server.engine;
  await audit.signHeads();
  const heads = await audit.heads(platform);
  const rows: AuditRow[] = [];
  for await (const row of audit.export(platform)) rows.push(row);
  expect(await verifyAudit(rows, heads, audit.publicKey())).toMatchObject({ intact: true, rows: rows.length });
  const accepted = rows.filter((row) => row.objectId === challenge.id && row.outcome === 'accepted');
  expect(accepted).toHaveLength(1);
});

describe('one code submitted 50 times at once', () => {
  /** Submits at one door; answers whether it was accepted. */
  type Submit = (user: string, code: string) => Promise<boolean>;

  const rest: Submit = async (user, code) => {
    const { body } = await server.call('/v1/verify', { user, code });
    return (body as { accepted?: boolean }).accepted === true;
  };

  const adjure: Submit = async (user, code) => {
    const response = await fetch(`${server.server.adjureUrl}/user/authenticate`, {
      method: 'POST',
      body: JSON.stringify({ user_id: user, auth_code: code }),
    });
    return response.status === 200;
  };

  const oss2fa: Submit = async (user, code) => {
    const { accessKey, secretKey } = server.file.integration;
    const headers = {
      Authorization: `Basic ${Buffer.from(`${accessKey}:${secretKey}`).toString('base64')}`,
      'Content-Type': 'application/json',
    };
    const post = (path: string, body: object) =>
      fetch(`${server.server.url}/integration/challenges${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
    const issued = await post('', { username: user });
    if (issued.status !== 201) return false;
    const { pk } = (await issued.json()) as { pk: number };
    const completed = await post(`/${pk}/complete`, { token: code });
    return completed.status === 200 && ((await completed.json()) as { status: number }).status === 3;
  };

  test.each([
    ['the REST door', [rest]],
    ['the Adjure door', [adjure]],
    ['the OSS2FA door', [oss2fa]],
    ['three doors (OTP-03)', [rest, adjure, oss2fa]],
  ])('over %s is accepted once (OTP-02)', async (name, doors) => {
    const user = `racer at ${name}`;
    const uri = await enrollFromPicture(user);
    const code = oathtool(uri);
    const submissions = Array.from({ length: 50 }, (_, index) => doors[index % doors.length] ?? rest);
    const outcomes = await Promise.all(submissions.map((submit) => submit(user, code)));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
  });
});
