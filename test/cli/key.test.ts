import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../src/store/dialects/sqlite/connection.ts';
import { build, type Cli, freePort, oathtool } from './cli.fixture.ts';
import { installation } from './installation.fixture.ts';

let cs: Cli & { token: string };
let url: string;
beforeAll(build);
beforeEach(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  cs = await installation({ COUNTERSIGN_LISTEN: `127.0.0.1:${port}` });
});
afterEach(() => cs.remove());

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const people = Array.from({ length: 300 }, (_, n) => `user${n}`);

async function importPeople(): Promise<void> {
  const input = `user,secret\n${people.map((name) => `${name},${secret}`).join('\n')}\n`;
  await cs.done(['import', '-'], { input });
}

async function isAccepted(user: string): Promise<boolean> {
  const response = await fetch(`${url}/v1/verify`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cs.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ user, code: oathtool(secret) }),
  });
  return ((await response.json()) as { accepted: boolean }).accepted;
}

async function listKeys(): Promise<{ id: string; active: boolean; inUse: boolean }[]> {
  return (await cs.json(['key', 'list', '--json'])) as { id: string; active: boolean; inUse: boolean }[];
}

/** Makes the keys older than they are, so that nothing has to be waited for. */
function age(): void {
  const path = join(cs.folder, 'keys.json');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replaceAll(/"createdAt": "[^"]*"/g, '"createdAt": "2026-01-01T00:00:00.000Z"'));
}

function sealedSecrets(): string[] {
  const connection = openConnection(join(cs.folder, 'countersign.db'));
  const rows = connection.prepare('select secret from devices').all([]) as { secret: string }[];
  connection.close();
  return rows.map((row) => row.secret);
}

describe('countersign key rotate', () => {
  test('seals everything anew while a server goes on accepting codes (SEC-04)', async () => {
    await importPeople();
    const [before] = await listKeys();
    await cs.start(['serve'], /"msg":"listening"/);
    let rotated = false;
    const rotation = cs.done(['key', 'rotate']).finally(() => (rotated = true));
    const outcomes: boolean[] = [];
    for (const user of people) {
      outcomes.push(await isAccepted(user));
      if (rotated && outcomes.length > 40) break;
    }
    expect(await rotation).toMatch(/^The key k\w+ is active now; \d+ values are sealed anew\.\n$/);
    expect(outcomes).toEqual(outcomes.map(() => true));
    const [last = ''] = people.slice(-1);
    expect(await isAccepted(last)).toBe(true);

    const keys = await listKeys();
    expect(keys).toMatchObject([{ id: before?.id, active: false }, { active: true }]);
    await cs.done(['key', 'reseal']);
    const active = keys[1]?.id ?? '';
    expect(sealedSecrets().filter((sealed) => !sealed.startsWith(`v1.${active}.`))).toEqual([]);
  });

  test('leaves the old key for backups of its time, until it is retired', async () => {
    await importPeople();
    const backup = join(cs.folder, 'before.db');
    await cs.done(['backup', backup]);
    await cs.done(['key', 'rotate']);
    const [old] = await listKeys();
    await cs.done(['restore', backup, '--force']);
    expect(await listKeys()).toMatchObject([{ id: old?.id, active: false, inUse: true }, { active: true }]);

    age();
    const refused = await cs.run(['key', 'retire', old?.id ?? '']);
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('countersign key reseal') as string });
    await cs.done(['key', 'reseal']);
    await cs.done(['key', 'retire', old?.id ?? '']);
    expect(await listKeys()).toMatchObject([{ active: true }]);
    expect(await cs.json(['users', 'show', 'user7', '--json'])).toMatchObject({ devices: [{ kind: 'totp' }] });
    expect((await cs.run(['audit', 'verify'])).status).toBe(0);
  });

  test('does not retire a key that a running server may still seal with, nor the active one, nor an unknown one', async () => {
    await cs.done(['key', 'rotate']);
    const [old, active] = await listKeys();
    for (const [id, message] of [
      [old?.id ?? '', 'a few seconds old'],
      [active?.id ?? '', 'active sealing key'],
      ['k0000000', 'no sealing key has this id'],
    ] as const) {
      const { status, stderr } = await cs.run(['key', 'retire', id]);
      expect(status).toBe(1);
      expect(stderr).toContain(message);
    }
    expect(await listKeys()).toHaveLength(2);
  });

  test('rotates no keys that come from the environment', async () => {
    const keys = readFileSync(join(cs.folder, 'keys.json'), 'utf8');
    const { status, stderr } = await cs.run(['key', 'rotate'], { env: { COUNTERSIGN_KEYS: keys } });
    expect(status).toBe(1);
    expect(stderr).toContain('COUNTERSIGN_KEYS');
  });
});
