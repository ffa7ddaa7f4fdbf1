import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '../../core/clock.ts';
import { version } from '../version.ts';
import { createRegistry } from './registry.ts';

/** How an answer to an enrollment, a challenge or a verification ended. */
export type VerificationOutcome = 'accepted' | 'refused' | 'throttled' | 'failed';

export interface ServerMetrics {
  countRequest(door: string, method: string, status: number, seconds: number): void;
  countVerification(operation: 'verify' | 'challenge' | 'passkey' | 'enrollment', outcome: VerificationOutcome): void;
  format(): string;
  close(): void;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The numbers of one server. No label holds a secret, a user, an address or a path. */
export function serverMetrics({ clock, connections }: { clock: Clock; connections: () => number }): ServerMetrics {
  const registry = createRegistry();
  const requests = registry.counter({
    name: 'countersign_http_requests_total',
    help: 'Answered requests.',
    labels: ['door', 'method', 'status'],
  });
  const durations = registry.histogram({
    name: 'countersign_http_request_duration_seconds',
    help: 'From the header of a request to the end of its answer.',
    labels: ['door'],
    buckets,
  });
  const verifications = registry.counter({
    name: 'countersign_verifications_total',
    help: 'Judged answers, by what they were given to.',
    labels: ['operation', 'outcome'],
  });
  registry.gauge({ name: 'countersign_connections', help: 'Open connections.' }, connections);
  registry.info({ name: 'countersign_build_info', help: 'Versions at work.', labels: ['version', 'node'] }, [
    version,
    process.versions.node,
  ]);

  const startedAt = clock.now() / 1000;
  registry.gauge({ name: 'process_start_time_seconds', help: 'Start of the process, Unix time.' }, () => startedAt);
  registry.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory.' }, () => process.memoryUsage.rss());
  registry.gauge({ name: 'process_heap_used_bytes', help: 'Heap in use.' }, () => process.memoryUsage().heapUsed);
  registry.gauge({ name: 'process_cpu_seconds_total', help: 'CPU time.', type: 'counter' }, () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  // What is measured are sleeps of the resolution; only what is above it is lag.
  const resolution = 20;
  const lag = monitorEventLoopDelay({ resolution });
  lag.enable();
  registry.gauge(
    {
      name: 'countersign_event_loop_lag_seconds',
      help: 'Lag of the event loop since the last scrape, 99th percentile.',
    },
    () => {
      const seconds = Math.max(0, lag.percentile(99) / 1e9 - resolution / 1000);
      lag.reset();
      return seconds;
    },
  );

  return {
    countRequest: (door, method, status, seconds) => {
      requests.add([door, methods.has(method) ? method : 'other', statusClass(status)]);
      durations.observe([door], seconds);
    },
    countVerification: (operation, outcome) => verifications.add([operation, outcome]),
    format: () => registry.format(),
    close: () => lag.disable(),
  };
}

/** `2xx` …; `aborted` for a caller who did not wait for the answer. */
function statusClass(status: number): string {
  return status === 0 ? 'aborted' : `${Math.floor(status / 100)}xx`;
}
