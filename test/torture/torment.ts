import { setTimeout as sleep } from 'node:timers/promises';
import type { Cast } from './cast.ts';
import type { CountersignServer } from './countersign-server.ts';
import { actAsGuesser } from './guesser-acts.ts';
import type { Lots } from './lots.ts';
import { actAsPerson, showAgain } from './person-acts.ts';
import { type Counts, historyTime, noCounts, type Recorder } from './recorder.ts';
import type { RunOptions } from './run-target.ts';
import type { Stage } from './stage.ts';
import type { Nemesis, Target } from './target.ts';

/** What one nemesis has seen. */
export interface NemesisResult {
  nemesis: string;
  cycles: number;
  counts: Counts;
}

/** How long everything may take to be as before, in ms. */
const patience = 120_000;

/** The time in which there is a workload, and faults. */
export async function torment(
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
    const outputs = [...servers.map((server) => `${server.name}:\n${server.output()}`), target.output()];
    events.surprise([error instanceof Error ? (error.stack ?? error.message) : String(error), ...outputs].join('\n'));
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
