import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../src/store/dialects/sqlite/connection.ts';
import { build, type Cli, cli, type Ran } from './cli.fixture.ts';
import { installation } from './installation.fixture.ts';

let template: Cli;
beforeAll(async () => {
  build();
  template = await installation();
  await template.done(['users', 'create', 'alice']);
  await template.done(['users', 'set-status', 'alice', 'bypass']);
  await template.done(['policy', 'explain', '--user', 'alice']);
});
afterAll(() => template.remove());

let cs: Cli;
beforeEach(() => {
  cs = cli({}, template.folder);
});
afterEach(() => cs.remove());

/** What an attacker does who can write to the database. */
function tamper(statement: string): void {
  const connection = openConnection(join(cs.folder, 'countersign.db'));
  connection.exec(statement);
  connection.close();
}

describe('countersign audit verify', () => {
  test('finds the trail of the database intact', async () => {
    const { status, stdout } = await cs.run(['audit', 'verify']);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^intact: \d+ rows in \d+ chains\n$/) as string,
    });
  });

  const writer = (event: string) => `writer_id in (select writer_id from audit where event = '${event}')`;
  test.each([
    [
      'changed outcome',
      'user.status-set',
      `update audit set outcome = 'refused' where event = 'user.status-set'`,
      'changed',
    ],
    ['changed time', 'user.created', `update audit set at = at + 1 where event = 'user.created'`, 'changed'],
    [
      'changed actor',
      'user.created',
      `update audit set body = replace(body, '"id":"cli"', '"id":"bob"') where event = 'user.created'`,
      'changed',
    ],
    ['row cut off at the end', 'user.status-set', `delete from audit where event = 'user.status-set'`, 'cut'],
    [
      'row taken from the middle',
      'user.created',
      `delete from audit where seq = 1 and ${writer('user.created')}`,
      'dropped',
    ],
  ])('names the row of a %s', async (_what, event, statement, verdict) => {
    const [row] = (await cs.json(['audit', 'list', '--json', '--event', event])) as { writerId: string }[];
    tamper(statement);
    const { status, stdout } = await cs.run(['audit', 'verify']);
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${verdict}: .*${row?.writerId}\\.\\d+`));
  });

  test('judges an exported file by the public key alone', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'countersign-verifier-'));
    try {
      const [file, key] = [join(elsewhere, 'audit.jsonl'), join(elsewhere, 'key.pem')];
      await cs.done(['audit', 'export', file]);
      writeFileSync(key, await cs.done(['audit', 'key']));
      const without = { env: { COUNTERSIGN_DATA_DIR: join(elsewhere, 'nothing') } };
      const judge = (): Promise<Ran> => cs.run(['audit', 'verify', file, '--public-key', key], without);
      expect(await judge()).toMatchObject({ status: 0, stdout: expect.stringMatching(/^intact: /) as string });

      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      const at = lines.findIndex((line) => line.includes('"user.status-set"'));
      const { id } = JSON.parse(lines[at] ?? '') as { id: string };
      const rewrite = (...changed: string[]) => writeFileSync(file, `${changed.join('\n')}\n`);

      rewrite(...lines.with(at, (lines[at] ?? '').replace('"bypass"', '"active"')));
      expect(await judge()).toMatchObject({ status: 1, stdout: expect.stringMatching(`^changed: .*${id}`) as string });
      rewrite(...lines.toSpliced(at, 1));
      expect(await judge()).toMatchObject({
        status: 1,
        stdout: expect.stringMatching(`^(cut|dropped): .*${id}`) as string,
      });
      rewrite(...lines.with(at, (lines[at] ?? '').replace(',"door"', ', "door"')));
      expect(await judge()).toMatchObject({
        status: 1,
        stdout: expect.stringMatching(`^unreadable: .* line ${at + 1} `) as string,
      });
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('sees by heads that were kept elsewhere that the end of the trail is gone with its heads', async () => {
    const kept = join(cs.folder, 'kept.jsonl');
    writeFileSync(kept, await cs.done(['audit', 'heads']));
    const [row] = (await cs.json(['audit', 'list', '--json', '--event', 'decision.made'])) as {
      writerId: string;
      seq: number;
    }[];
    for (const table of ['audit', 'audit_heads', 'audit_chains']) {
      tamper(`delete from ${table} where writer_id = '${row?.writerId}'`);
    }
    expect((await cs.run(['audit', 'verify'])).status).toBe(0);
    const { status, stdout } = await cs.run(['audit', 'verify', '--heads', kept]);
    expect(status).toBe(1);
    expect(stdout).toContain(`cut: `);
    expect(stdout).toContain(row?.writerId);
  });

  test('needs the key to judge a file, and a key that is one', async () => {
    const file = join(cs.folder, 'audit.jsonl');
    await cs.done(['audit', 'export', file]);
    expect(await cs.run(['audit', 'verify', file])).toMatchObject({ status: 2 });
    expect(await cs.run(['audit', 'verify', file, '--public-key', file])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('[invalid_parameters]') as string,
    });
  });

  test('prints its verdict as JSON', async () => {
    expect(await cs.json(['audit', 'verify', '--json'])).toMatchObject({ intact: true });
    tamper(`delete from audit where event = 'user.status-set'`);
    const { stdout } = await cs.run(['audit', 'verify', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ intact: false, problem: 'cut', row: { seq: 2 } });
  });
});

describe('countersign audit', () => {
  test('lists what happened, newest first, about one user', async () => {
    const rows = (await cs.json(['audit', 'list', '--json', '--user', 'alice'])) as { event: string; at: string }[];
    expect(rows.map(({ event }) => event)).toEqual(['decision.made', 'user.status-set', 'user.created']);
    expect(rows[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(await cs.json(['audit', 'list', '--json', '--to', '2020-01-01'])).toEqual([]);
    expect(await cs.done(['audit', 'list', '--limit', '1'])).toMatch(/^AT .*ROW\n.* decision\.made .*\n$/);
  });

  test('does not write over a file unless it is told to', async () => {
    const file = join(cs.folder, 'audit.jsonl');
    await cs.done(['audit', 'export', file]);
    expect(await cs.run(['audit', 'export', file])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('EEXIST') as string,
    });
    await cs.done(['audit', 'export', file, '--force']);
  });
});
