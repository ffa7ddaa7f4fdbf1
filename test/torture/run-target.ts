import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, keyRing, saveKeyFile } from '../../src/crypto/index.ts';
import { freePort } from '../databases/servers.fixture.ts';
import type { Violation } from '../history/history.ts';
import { guessesPerUser, makeCast, withEngine } from './cast.ts';
import { type CountersignServer, countersignServer } from './countersign-server.ts';
import { checkKept, type KeptHistory } from './kept-history.ts';
import { lots } from './lots.ts';
import { openTarget } from './open-target.ts';
import { readWholeTrail } from './read-whole-trail.ts';
import { type Counts, type Recorder, recorder } from './recorder.ts';
import type { Target, TargetName } from './target.ts';
import { type NemesisResult, torment } from './torment.ts';

export interface RunOptions {
  target: TargetName;
  seed: number;
  users: number;
  /** Ends when so many cycles are done, or after so long, whichever comes first. */
  cycles: number;
  seconds: number;
  /** The names of the faults, where not all of them are wanted. */
  only?: readonly string[] | undefined;
  /** Default: starts the database that `target` names. */
  open?: () => Promise<Target>;
  /** Ends it before, in good order. */
  signal?: AbortSignal;
  onProgress?: (progress: { target: TargetName; nemesis: string; cycles: number; counts: Readonly<Counts> }) => void;
}

export interface TargetResult {
  target: TargetName;
  nemeses: NemesisResult[];
  counts: Readonly<Counts>;
  violations: readonly Violation[];
  /** What no invariant speaks of and nevertheless should not be. */
  surprises: readonly string[];
  /** What the verifier of the trail said. */
  verdict: string;
  kept: KeptHistory;
}

/** Starts a database and servers, lets people and a nemesis at them, and checks what came of it. */
export async function runTarget(options: RunOptions): Promise<TargetResult> {
  const draw = lots(options.seed).of(options.target);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-torture-'));
  const target = await (options.open ?? openTarget[options.target])();
  const closers: (() => Promise<void>)[] = [() => target.stop()];
  try {
    const ring = keyRing(createKeyFileIn(folder));
    const [url] = target.serverUrls;
    if (url === undefined) throw new Error('a database has an address');
    const cast = await withEngine(url, ring, (engine) => makeCast(engine, draw, options.users));
    const events = recorder();
    const servers = await startServers(target, folder, events);
    closers.push(async () => void (await Promise.all(servers.map((server) => server.kill()))));
    await Promise.all(servers.map((server) => server.ready()));

    const nemeses = await torment(options, target, servers, cast, events, draw);

    await Promise.all(servers.map((server) => server.stop()));
    const trail = await readWholeTrail(url, ring);
    const kept: KeptHistory = {
      run: {
        event: 'run',
        target: target.name,
        seed: options.seed,
        trailIntact: trail.trailIntact,
        names: Object.fromEntries([...cast.people, ...cast.guessers].map(({ id, name }) => [id, name])),
        strictTenants: cast.guessers.slice(0, 1).map(({ tenant }) => tenant.id),
        guessesPerUser,
      },
      history: events.events,
      trail: trail.trail,
    };
    const { counts, surprises } = events;
    const violations = checkKept(kept);
    return { target: target.name, nemeses, counts, violations, surprises, verdict: trail.verdict, kept };
  } finally {
    for (const close of closers.toReversed()) await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function createKeyFileIn(folder: string) {
  const keys = createKeyFile(systemRandom, Date.now());
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  saveKeyFile(keyFileIn(folder), keys);
  return keys;
}

function keyFileIn(folder: string): string {
  return join(folder, 'keys', 'keys.json');
}

async function startServers(target: Target, folder: string, events: Recorder): Promise<CountersignServer[]> {
  const servers: CountersignServer[] = [];
  for (const [index, databaseUrl] of target.serverUrls.entries()) {
    const name = `server ${index + 1}`;
    const port = await freePort();
    const place = { name, folder: join(folder, `server${index + 1}`), port, databaseUrl, keyFile: keyFileIn(folder) };
    const server = countersignServer({ ...place, onCrash: (what) => events.surprise(what) });
    server.start();
    servers.push(server);
  }
  return servers;
}
