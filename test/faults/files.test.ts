import { chmodSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { build, cli } from '../cli/cli.fixture.ts';
import { serve, slowly, until } from './served.fixture.ts';
import { smallDisk } from './small-disk.fixture.ts';
import { patientCodes, placeStake } from './stake.fixture.ts';
import { holdsInvariants } from './trail.fixture.ts';
import { witness } from './witness.fixture.ts';

beforeAll(build);

/** As root, without the right to read and write what the mode of a file forbids. */
const unprivileged = process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--'] : [];

test(
  'a key file that is taken away from a server changes nothing until the next start, which names it (FLW-27)',
  { timeout: slowly },
  async () => {
    const installation = cli();
    onTestFinished(() => installation.remove());
    let served = await serve({ installation, config: patientCodes });
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'keys');
    const keys = join(installation.folder, 'keys.json');
    renameSync(keys, `${keys}.away`);
    const dave = await eyes.enroll('dave');
    expect(await eyes.submit(dave, Date.now())).toBe('accepted');
    await served.stop();

    const gone = await installation.run(['serve'], { env: { COUNTERSIGN_LISTEN: '127.0.0.1:0' } });
    expect(gone.status).not.toBe(0);
    expect(gone.stderr).toMatch(/keys\.file: names a missing file/);
    expect(gone.stdout).not.toContain('listening');

    renameSync(`${keys}.away`, keys);
    served = await serve({ installation, config: patientCodes });
    await stake.isKept();
    await holdsInvariants(served, eyes);
  },
);

test(
  'a key file that cannot be read and a database file that cannot be written are named at the next start (OTP-16)',
  { timeout: slowly },
  async () => {
    const installation = cli();
    onTestFinished(() => installation.remove());
    const start = () => serve({ installation, config: patientCodes, within: unprivileged });
    let served = await start();
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'modes');
    const keys = join(installation.folder, 'keys.json');
    chmodSync(keys, 0);
    const dave = await eyes.enroll('dave');
    expect(await eyes.submit(dave, Date.now())).toBe('accepted');
    await served.stop();
    await expect(start()).rejects.toThrow(/keys\.json/);

    chmodSync(keys, 0o600);
    // SQLite gives the files that it makes beside the database the mode of the database.
    const setMode = (mode: number) => {
      const files = readdirSync(installation.folder).filter((name) => name.startsWith('countersign.db'));
      for (const file of files) chmodSync(join(installation.folder, file), mode);
    };
    setMode(0o400);
    await expect(start()).rejects.toThrow(/countersign\.db cannot be written: attempt to write a readonly database/);
    setMode(0o600);
    served = await start();
    await stake.isKept();
    await holdsInvariants(served, eyes);
  },
);

test('a server whose log nobody reads any more goes on', { timeout: slowly }, async () => {
  const served = await serve({ config: patientCodes });
  const eyes = witness(() => served);
  const stake = await placeStake(eyes, 'log');
  served.child.stdout?.destroy();
  served.child.stderr?.destroy();
  await stake.isKept();
  expect(served.child.exitCode).toBeNull();
  expect(await served.stop()).toBe(0);
});

test(
  'a server whose log has no room goes on, and tells again what happens when there is room',
  { timeout: slowly },
  async () => {
    const installation = cli();
    onTestFinished(() => installation.remove());
    const folder = join(installation.folder, 'log');
    mkdirSync(folder);
    const pids: number[] = [];
    const disk = smallDisk(folder, { size: 1, writers: () => pids });
    const served = await serve({ installation, config: patientCodes, log: join(folder, 'server.log') });
    pids.push(served.child.pid ?? 0);
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'log');
    disk.fill();
    for (let count = 0; count < 200; count++) await served.call('/v1/kinds');
    await stake.isKept();
    disk.free();
    const before = served.output().length;
    await until(
      async () => (await served.call('/v1/kinds')) && served.output().length > before,
      'the log stays silent',
    );
    expect(await served.stop()).toBe(0);
  },
);
