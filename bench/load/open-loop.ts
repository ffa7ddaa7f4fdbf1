import { codeSupply } from './codes.ts';
import { type HttpConnection, openConnection } from './http-connection.ts';
import type { Supplies, Target } from './slices.ts';
import { type Exchange, exchanges } from './workload.ts';

export interface OpenLoopJob {
  target: Target;
  /** Questions per second, whatever becomes of those before. */
  rate: number;
  seconds: number;
  /** Connections at most; a question that finds all of them waiting is not even asked. */
  connections: number;
}

export interface OpenLoopResult {
  asked: number;
  notAsked: number;
  accepted: number;
  /** With 503 and Retry-After. */
  refused: number;
  /** Seconds from the first question to the last answer. */
  seconds: number;
  /** Milliseconds of those that were accepted, sorted. */
  latencies: number[];
}

interface Lane {
  connection: HttpConnection;
  exchange: Exchange;
}

/** Asks at a fixed rate, as people do who do not know how busy the server is. */
export async function runOpenLoop(
  { target, rate, seconds, connections }: OpenLoopJob,
  supplies: Supplies,
): Promise<OpenLoopResult> {
  const supply = supplies.get(target.name) ?? codeSupply(target.codes);
  supplies.set(target.name, supply);
  const wanted = Math.ceil(rate * seconds);
  supply.prepare(wanted);
  const options = { port: target.port, token: target.token, seed: target.codes.seed, supply };
  const lanes: Lane[] = [];
  while (lanes.length < connections) {
    const first = lanes.length;
    const opened = Array.from({ length: Math.min(64, connections - first) }, async (_, index) => ({
      connection: await openConnection(target.port),
      exchange: exchanges[target.workload]({ ...options, lane: first + index }),
    }));
    lanes.push(...(await Promise.all(opened)));
  }
  const result: OpenLoopResult = { asked: 0, notAsked: 0, accepted: 0, refused: 0, seconds: 0, latencies: [] };
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const idle: Lane[] = [...lanes];
    let due = 0;
    const ask = (lane: Lane): void => {
      const request = lane.exchange.request();
      if (request === undefined) {
        // No fresh code is left: what was asked until now must do.
        idle.push(lane);
        due = wanted;
        return;
      }
      const asked = performance.now();
      lane.connection.onFailure = reject;
      lane.connection.onAnswer = (answer) => {
        idle.push(lane);
        if (answer.status === 503 && /\r\nretry-after:/i.test(answer.text)) {
          result.refused++;
          return;
        }
        const step = lane.exchange.judge(answer);
        if (step !== 'done') return reject(new Error(`${target.name} answered wrongly:\n${answer.text}`));
        result.accepted++;
        result.latencies.push(performance.now() - asked);
      };
      result.asked++;
      lane.connection.ask(request);
    };
    const tick = (): void => {
      const elapsed = (performance.now() - start) / 1000;
      const until = Math.min(wanted, Math.floor(elapsed * rate));
      for (; due < until; due++) {
        const lane = idle.pop();
        if (lane === undefined) result.notAsked++;
        else ask(lane);
      }
      if (due < wanted) setTimeout(tick, 1);
      else if (idle.length < lanes.length) setTimeout(tick, 5);
      else resolve();
    };
    tick();
  });
  for (const { connection } of lanes) connection.close();
  return { ...result, seconds: (performance.now() - start) / 1000, latencies: result.latencies.sort((a, b) => a - b) };
}
