import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createScratchDatabase } from '../../src/store/index.ts';
import { build, type Cli, cli } from '../cli/cli.fixture.ts';
import { type DatabaseServer, startServer } from './servers.fixture.ts';

beforeAll(build);

describe.each(['postgres', 'mariadb'] as const)('the command line on %s', (name) => {
  let server: DatabaseServer;
  beforeAll(async () => {
    server = await startServer[name]();
  });
  afterAll(() => server.stop());

  async function installation(): Promise<Cli> {
    const database = await createScratchDatabase(server.url);
    onTestFinished(() => database.drop());
    const cs = cli({ COUNTERSIGN_DATABASE_URL: database.url });
    onTestFinished(() => cs.remove());
    return cs;
  }

  test('migrates once when two do it at the same time, and again without doing anything', async () => {
    const cs = await installation();
    const outputs = await Promise.all([cs.done(['migrate']), cs.done(['migrate'])]);
    expect(outputs.filter((output) => output.includes('001-foundation'))).toHaveLength(1);
    expect(await cs.done(['migrate'])).toBe('The database is up to date.\n');
  });

  test('serves nobody before the tables are there, and names the command', async () => {
    const cs = await installation();
    const { status, stderr } = await cs.run(['serve'], { env: { COUNTERSIGN_LISTEN: '127.0.0.1:0' } });
    expect(status).not.toBe(0);
    expect(stderr).toContain('countersign migrate');
  });

  test('leaves backups to the tools of the database, and guards what they put back', async () => {
    const cs = await installation();
    await cs.done(['migrate']);
    await cs.done(['tenants', 'create', 'Example']);
    for (const words of [
      ['backup', `${cs.folder}/backup.db`],
      ['restore', `${cs.folder}/backup.db`],
    ]) {
      const { status, stderr } = await cs.run(words);
      expect(status).not.toBe(0);
      expect(stderr).toMatch(name === 'postgres' ? /pg_dump|pg_restore/ : /mariadb/);
    }
    expect(await cs.done(['restore', '--fence'])).toContain('guarded');
    expect(await cs.done(['tenants', 'list'])).toContain('Example');
  });

  test('does everything else as it does on a file: users, devices, the trail and its verification', async () => {
    const cs = await installation();
    await cs.done(['migrate']);
    await cs.done(['tenants', 'create', 'Example']);
    await cs.done(['integrations', 'create', 'Web']);
    await cs.done(['users', 'create', 'alice']);
    expect(await cs.done(['users', 'list'])).toContain('alice');
    expect(await cs.done(['audit', 'verify'])).toMatch(/intact|holds|whole/i);
  });
});
