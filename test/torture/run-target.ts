import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemRandom } from '../../src/core/random.ts';
import { createKeyFile, keyRing, saveKeyFile } from '../../src/crypto/index.ts';
import { freePort } from '../databases/servers.fixture.ts';
import type { Violation } from '../history/history.ts';
import { type Cast, guessesPerUser, makeCast, withEngine } from './cast.ts';
import { type CountersignServer, countersignServer } from './countersign-server.ts';
import { actAsGuesser } from './guesser-acts.ts';
import { checkKept, type KeptHistory } from './kept-history.ts';
import { type Lots, lots } from './lots.ts';
import { openTarget } from './open-target.ts';
import { actAsPerson, showAgain } from './person-acts.ts';
import { readTrail } from './read-trail.ts';
import { type Counts, historyTime, noCounts, type Recorder, recorder } from './recorder.ts';
import type { Stage } from './stage.ts';
import type { Nemesis, Target, TargetName } from './target.ts';

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

/** What one nemesis has seen. */
export interface NemesisResult {
  nemesis: string;
  cycles: number;
  counts: Counts;
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

/** How long everything may take to be as before, in ms. */
const patience = 120_000;

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
    const trail = await readTrail(url, ring);
    const kept: KeptHistory = {
      run: {
        event: 'run',
        target: target.name,
        seed: options.seed,
        trailIntact: trail.intact,
        names: Object.fromEntries([...cast.people, ...cast.guessers].map(({ id, name }) => [id, name])),
        strictTenants: cast.guessers.slice(0, 1).map(({ tenant }) => tenant.id),
        guessesPerUser,
      },
      history: events.events,
      trail: trail.rows,
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

/** The time in which there is a workload, and faults. */
async function torment(
  options: RunOptions,
  target: Target,
  servers: readonly CountersignServer[],
  cast: Cast,
  events: Recorder,
  draw: Lots,
): Promise<NemesisResult[]> {
  const callers = servers.map(({ caller }) => caller);
  const stage: Stage = { recorder: events, cast, servers: callers, epoch: 0, stopping: false };
  const acts = [
    ...cast.people.map((person) => actAsPerson(stage, person)),
    ...cast.guessers.map((person) => actAsGuesser(stage, person)),
  ];
  // Whoever fails ends the run; until then nobody waits for him.
  let failure: unknown;
  for (const act of acts)
    act.catch((error: unknown) => {
      failure ??= error;
    });

  const until = async (what: string, isReached: () => boolean): Promise<void> => {
    const end = historyTime() + patience;
    while (!isReached()) {
      if (failure !== undefined) throw failure;
      if (historyTime() > end) throw new Error(`${what} does not come about`);
      await sleep(10);
    }
  };
  const cycle = async (nemesis: Nemesis, result: NemesisResult): Promise<void> => {
    const before = { ...events.counts };
    const enough = before.accepted + 2 * cast.people.length;
    await until('that enough is accepted', () => events.counts.accepted >= enough);
    await sleep(draw.between(0, 300));
    const from = historyTime();
    await nemesis.strike(draw);
    events.record({ event: 'fault', from, to: historyTime(), what: nemesis.name });
    await Promise.all(servers.map((server) => server.ready()));
    stage.epoch++;
    await until('that everybody has shown his values again', () =>
      cast.people.every(({ epoch }) => epoch === stage.epoch),
    );
    result.cycles++;
    addDifference(result.counts, before, events.counts);
  };

  const nemeses = [killServer(servers), ...target.nemeses].filter(({ name }) => options.only?.includes(name) ?? true);
  const results = nemeses.map(({ name }): NemesisResult => ({ nemesis: name, cycles: 0, counts: noCounts() }));
  const end = historyTime() + options.seconds * 1000;
  try {
    for (let done = 0; done < options.cycles && historyTime() < end && options.signal?.aborted !== true; done++) {
      const nemesis = nemeses[done % nemeses.length];
      const result = results[done % nemeses.length];
      if (nemesis === undefined || result === undefined) throw new Error('there is no such fault');
      options.onProgress?.({ target: target.name, nemesis: nemesis.name, cycles: done, counts: events.counts });
      await cycle(nemesis, result);
    }
  } catch (error) {
    // What there is so far is looked at all the same.
    events.surprise(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  stage.stopping = true;
  await Promise.allSettled(acts);
  // What was accepted since the last fault.
  for (const person of cast.people) await showAgain(stage, person);
  return results;
}

function addDifference(sum: Counts, before: Counts, after: Readonly<Counts>): void {
  for (const key of Object.keys(sum) as (keyof Counts)[]) sum[key] += after[key] - before[key];
}

/** A server process dies in the middle of everything, sometimes once more while it starts. */
function killServer(servers: readonly CountersignServer[]): Nemesis {
  return {
    name: 'kill -9 server',
    strike: async (draw) => {
      const server = draw.one(servers);
      await server.kill();
      server.start();
      if (draw.happens(25)) {
        await sleep(draw.between(50, 600));
        await server.kill();
        server.start();
      }
    },
  };
}
