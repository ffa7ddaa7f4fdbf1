import { codeSupply, type CodeSupply, type SupplyOptions } from './codes.ts';
import { cpuMeter } from './cpu-time.ts';
import { type HttpConnection, openConnection } from './http-connection.ts';
import { type Exchange, exchanges, type WorkloadName } from './workload.ts';

/** A server under load. */
export interface Target {
  name: string;
  port: number;
  token: string;
  workload: WorkloadName;
  codes: SupplyOptions;
  /** The processes whose time is the price of an answer. */
  pids: readonly number[];
}

export interface SlicesJob {
  targets: readonly Target[];
  connections: number;
  rounds: number;
  /** Exchanges with every server before the first round: what has never run is compiled first. */
  warmUp: number;
  sliceMs: number;
}

export interface TargetResult {
  name: string;
  /** Exchanges per second, one figure per round. */
  rates: number[];
  /** Microseconds of processor per exchange, over all rounds. */
  cpu: number;
  /** Milliseconds from the first byte asked to the last byte answered, sorted. */
  latencies: number[];
  exchanges: number;
  /** Microseconds of processor that the load generator itself took per exchange. */
  generatorCpu: number;
}

interface Running extends Target {
  supply: CodeSupply;
  lanes: { connection: HttpConnection; exchange: Exchange }[];
  expected: number;
  readCpu: () => number;
  generatorTotal: number;
  result: TargetResult;
}

/** Codes that a server has seen stay seen, whatever job comes next. */
export type Supplies = Map<string, CodeSupply>;

/**
 * Short slices in rotating order, all servers up at once: the speed of a machine drifts within seconds, the ratio of two slices that stand side
 * by side does not.
 */
export async function runSlices(job: SlicesJob, supplies: Supplies): Promise<TargetResult[]> {
  const running: Running[] = [];
  for (const target of job.targets) {
    // At once: a server does not keep a connection for long on which nothing was ever asked.
    running.push(await warm(await open(target, job.connections, supplies), job));
  }
  // From here to the end, so that what a server does after its last answer of a slice is paid for as well.
  for (const target of running) target.readCpu = cpuMeter(target.pids);
  for (let round = 0; round < job.rounds; round++) {
    for (let turn = 0; turn < running.length; turn++) {
      const target = running[(round + turn) % running.length];
      if (target !== undefined) await runSlice(target, job.sliceMs, true);
    }
  }
  const cpu = running.map((target) => target.readCpu());
  for (const { lanes } of running) for (const { connection } of lanes) connection.close();
  return running.map(({ generatorTotal, result }, index) => ({
    ...result,
    cpu: (cpu[index] ?? 0) / result.exchanges,
    generatorCpu: generatorTotal / result.exchanges,
    latencies: result.latencies.sort((a, b) => a - b),
  }));
}

async function open(target: Target, connections: number, supplies: Supplies): Promise<Running> {
  const supply = supplies.get(target.name) ?? codeSupply(target.codes);
  supplies.set(target.name, supply);
  const options = { port: target.port, token: target.token, seed: target.codes.seed, supply };
  const lanes = await Promise.all(
    Array.from({ length: connections }, async (_, lane) => ({
      connection: await openConnection(target.port),
      exchange: exchanges[target.workload]({ ...options, lane }),
    })),
  );
  return {
    ...target,
    supply,
    lanes,
    expected: Math.max(500, connections * 4),
    readCpu: () => 0,
    generatorTotal: 0,
    result: { name: target.name, rates: [], cpu: 0, latencies: [], exchanges: 0, generatorCpu: 0 },
  };
}

/** Servers that are slow by nature get no more than this. */
const longestWarmUpMs = 8000;

async function warm(target: Running, { warmUp, sliceMs }: SlicesJob): Promise<Running> {
  const start = performance.now();
  let answered = 0;
  while (answered < warmUp && performance.now() - start < longestWarmUpMs) {
    answered += await runSlice(target, sliceMs, false);
  }
  return target;
}

/** Answers how many exchanges there were. */
async function runSlice(target: Running, sliceMs: number, counts: boolean): Promise<number> {
  const { result, supply, lanes } = target;
  await prepareCodes(supply, target.expected);
  const ownBefore = process.cpuUsage();
  const start = performance.now();
  const deadline = start + sliceMs;
  let answered = 0;
  let end = start;
  await Promise.all(
    lanes.map(
      ({ connection, exchange }) =>
        new Promise<void>((resolve, reject) => {
          let asked = 0;
          const ask = (): void => {
            const request = exchange.request();
            if (request === undefined) resolve();
            else connection.ask(request);
          };
          const begin = (): void => {
            asked = performance.now();
            if (asked >= deadline) resolve();
            else ask();
          };
          connection.onFailure = reject;
          connection.onAnswer = (answer) => {
            const step = exchange.judge(answer);
            if (step === 'more') return ask();
            if (step !== 'done') return reject(new Error(`${target.name} answered wrongly:\n${step.wrong}`));
            answered++;
            end = performance.now();
            if (counts) result.latencies.push(end - asked);
            begin();
          };
          begin();
        }),
    ),
  );
  // Half as much again as this time: no code is worked out while it is measured, unless a server has become that much faster.
  target.expected = Math.max(target.lanes.length * 2, Math.ceil(answered * 1.5));
  target.readCpu();
  if (!counts) return answered;
  const own = process.cpuUsage(ownBefore);
  result.rates.push((answered * 1000) / (end - start));
  result.exchanges += answered;
  target.generatorTotal += own.user + own.system;
  return answered;
}

/** Waits for the next step of the clock where every user has shown his codes. */
async function prepareCodes(supply: CodeSupply, count: number): Promise<void> {
  while (supply.prepare(count) === 0) {
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
}
