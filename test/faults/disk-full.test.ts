import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { build, cli } from '../cli/cli.fixture.ts';
import { serve, slowly, until } from './served.fixture.ts';
import { smallDisk } from './small-disk.fixture.ts';
import { patientCodes, placeStake } from './stake.fixture.ts';
import { holdsInvariants } from './trail.fixture.ts';
import { witness } from './witness.fixture.ts';

beforeAll(build);

test(
  'a server on an SQLite file whose disk is full refuses with 503, and goes on when there is room (REL-04, OTP-16)',
  { timeout: slowly },
  async () => {
    const installation = cli();
    onTestFinished(() => installation.remove());
    const pids: number[] = [];
    const disk = smallDisk(installation.folder, { size: 8, writers: () => pids });
    const config = { ...patientCodes, audit: { signHeadsSeconds: 1 } };
    const served = await serve({ installation, config });
    pids.push(served.child.pid ?? 0);
    const eyes = witness(() => served);
    const stake = await placeStake(eyes, 'disk');
    const zed = await eyes.enroll('zed');
    await eyes.during('disk full', async () => {
      disk.fill();
      await until(async () => (await eyes.guess(zed)) === 'unavailable', 'a full disk takes everything');
      expect(await stake.ask()).toEqual(['unavailable']);
      expect((await served.call('/healthz')).status).toBe(200);
    });
    disk.free();
    await stake.isKept();
    await holdsInvariants(served, eyes);
  },
);
