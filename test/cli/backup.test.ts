import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { build, type Cli, cli, freePort, oathtool } from './cli.fixture.ts';
import { installation } from './installation.fixture.ts';

let cs: Cli & { token: string };
let url: string;
beforeAll(build);
beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  cs = await installation({ COUNTERSIGN_LISTEN: `127.0.0.1:${port}`, COUNTERSIGN_LOG_LEVEL: 'info' });
});
afterEach(() => cs.remove());

const serving = /"msg":"listening"/;
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

async function isAccepted(user: string, code: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cs.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user, code }),
  });
  return ((await response.json()) as { accepted: boolean }).accepted;
}

describe('countersign restore', () => {
  test('brings users back, and does not re-open a code that was used after the backup (OTP-01)', async () => {
    const backup = join(cs.folder, 'backups', 'one.db');
    await cs.done(['devices', 'add', 'alice', '--secret', secret]);
    await cs.done(['devices', 'add', 'bob', '--secret', secret, '--period', '1']);
    const server = await cs.start(['serve'], serving);
    await cs.done(['backup', backup]);
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const code = oathtool(secret, '--now', '+30 seconds');
    expect(await isAccepted('alice', code)).toBe(true);
    await cs.done(['users', 'remove', 'bob']);
    await server.stop();

    const { status, stdout, stderr } = await cs.run(['restore', backup, '--force']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `The database is restored from ${backup}.\n` });
    expect(stderr).toContain('warning: what was accepted after the backup was taken is unknown');
    const kept = readdirSync(cs.folder).find((name) => name.startsWith('countersign.db.replaced-'));
    expect(stderr).toContain(kept ?? 'nothing was kept');

    await cs.start(['serve'], serving);
    expect(await isAccepted('alice', code)).toBe(false);
    // A code of after the restore: bob's change every second.
    let accepted = false;
    for (let attempt = 0; attempt < 8 && !accepted; attempt++) {
      await sleep(1000);
      accepted = await isAccepted('bob', oathtool(secret, '--time-step-size', '1s'));
    }
    expect(accepted).toBe(true);
  });

  test('touches no database that is in use, whatever it is told', async () => {
    const backup = join(cs.folder, 'one.db');
    await cs.done(['backup', backup]);
    await cs.start(['serve'], serving);
    expect(await cs.run(['restore', backup, '--force'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/\[conflict\]\n.*is in use/) as string,
    });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('replaces a database only when it is told to', async () => {
    const backup = join(cs.folder, 'one.db');
    await cs.done(['backup', backup]);
    expect(await cs.run(['restore', backup])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--force') as string,
    });
  });

  test('restores where there is no database, given the keys', async () => {
    const backup = join(cs.folder, 'one.db');
    await cs.done(['users', 'create', 'alice']);
    await cs.done(['backup', backup]);
    const other = cli();
    try {
      expect(await other.run(['restore', backup])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('there is no key file') as string,
      });
      writeFileSync(join(other.folder, 'keys.json'), readFileSync(join(cs.folder, 'keys.json')), { mode: 0o600 });
      await other.done(['restore', backup]);
      expect(await other.json(['users', 'list', '--json'])).toMatchObject([{ name: 'alice' }]);
      expect((await other.run(['audit', 'verify'])).status).toBe(0);
    } finally {
      await other.remove();
    }
  });

  test('refuses a backup that belongs to other keys', async () => {
    const backup = join(cs.folder, 'one.db');
    await cs.done(['backup', backup]);
    const other = await installation();
    try {
      const { status, stderr } = await other.run(['restore', backup, '--force']);
      expect(status).toBe(1);
      expect(stderr).toContain('are not those of the backup');
      expect(await other.json(['tenants', 'list', '--json'])).toHaveLength(1);
      expect(readdirSync(other.folder).filter((name) => /restoring|replaced/.test(name))).toEqual([]);
    } finally {
      await other.remove();
    }
  });

  test('refuses what is no backup', async () => {
    const text = join(cs.folder, 'text.db');
    writeFileSync(text, 'this is no database, whatever its name says');
    const empty = join(cs.folder, 'empty.db');
    writeFileSync(empty, '');
    for (const file of [text, empty]) {
      expect(await cs.run(['restore', file, '--force'])).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('is not a backup of Countersign') as string,
      });
    }
    expect(await cs.json(['tenants', 'list', '--json'])).toHaveLength(1);
  });
});

describe('countersign backup', () => {
  test('does not write over a file unless it is told to, and makes no database to copy', async () => {
    const backup = join(cs.folder, 'one.db');
    await cs.done(['backup', backup]);
    expect(await cs.run(['backup', backup])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--force') as string,
    });
    await cs.done(['backup', backup, '--force']);
    const nowhere = { env: { COUNTERSIGN_DATA_DIR: join(cs.folder, 'nothing') } };
    expect((await cs.run(['backup', join(cs.folder, 'two.db')], nowhere)).status).toBe(1);
    expect(existsSync(join(cs.folder, 'nothing', 'countersign.db'))).toBe(false);
  });
});
