import { accessSync, constants, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { type Random, systemRandom } from '../core/random.ts';
import type { Delivery } from '../delivery/index.ts';
import { type DeviceKind, deviceKinds } from '../devices/index.ts';
import { createEngine, type Engine, type KeySource } from '../engine/index.ts';
import { openStore, type Store } from '../store/index.ts';
import { auditHeadSigner } from './audit-head-signer.ts';
import { fingerprintOf } from './certificate.ts';
import type { Config } from './config/config.ts';
import type { Environment } from './config/environment.ts';
import { misconfigured } from './config/resolve-config.ts';
import { kindSettings } from './kind-settings.ts';
import { createLog, errorFields, type Log } from './log.ts';
import { countVerifications } from './metrics/count-verifications.ts';
import { serverMetrics } from './metrics/server-metrics.ts';
import { openKeySource } from './open-key-source.ts';
import { openListeners, type ListenerAddress } from './open-listeners.ts';
import { every } from './every.ts';
import { version } from './version.ts';
import { wireDelivery } from './wire-delivery.ts';
import { wireKinds } from './wire-kinds.ts';

export interface StartOptions {
  /** Default: standard output, as the configuration says. */
  log?: Log;
  /** Default: the machine's clock. */
  clock?: Clock;
  /** Default: the operating system's generator. */
  random?: Random;
  /** Where COUNTERSIGN_KEYS is looked for. Default: nowhere. */
  env?: Environment;
  /** Default: the device kinds that come with Countersign. */
  kinds?: readonly DeviceKind[];
  /** What has to be done before the first request is answered, e.g. the bootstrap; requests wait. Default: nothing. */
  prepare?: (server: RunningServer) => Promise<void>;
}

/** A server that serves. */
export interface RunningServer {
  config: Config;
  /** How the server is reached, by this machine or by the address that the configuration publishes. */
  url: string;
  /** How the Adjure door is reached: its own listener when it has one. */
  adjureUrl: string;
  addresses: readonly ListenerAddress[];
  /** SHA-256 of the certificate; undefined when no listener speaks TLS. */
  fingerprint: string | undefined;
  engine: Engine;
  store: Store;
  keys: KeySource;
  delivery: Delivery;
  log: Log;
  /** Stops accepting, finishes what was accepted within `limits.shutdownMs`, signs the audit heads, closes everything. */
  close(): Promise<void>;
}

/** How often changed files of keys and certificates are looked for, and what has run out is swept. */
const pollMs = 5000;
const sweepMs = 600_000;
/** How often messages are looked for that are due again, or whose sender has died. */
const outboxMs = 2000;

/**
 * Starts a server: database, keys, engine, doors, listeners.
 *
 * @throws CountersignError `misconfigured`, `unavailable`; nothing is left open then
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const { clock = systemClock, random = systemRandom, env = {} } = options;
  const log = options.log ?? createLog(config.log);
  const report = (what: string) => (error: unknown) => log.error(errorFields(error), what);
  /** Undone in reverse when the start fails, and when the server stops. */
  const closers: (() => unknown)[] = [];
  const closeAll = async () => {
    for (const close of closers.splice(0).toReversed()) {
      try {
        await close();
      } catch (error) {
        report('something could not be closed')(error);
      }
    }
    log.flush();
  };

  try {
    makeDataFolder(config.dataDir);
    const store = await openStore({ url: config.databaseUrl });
    closers.push(() => store.close());
    await bringUpToDate(store, log);
    const keys = await openKeySource({
      file: config.keysFile,
      env,
      store,
      clock,
      random,
      report: report('the changed key file is not used'),
    });
    const delivery = wireDelivery(config, { keys, clock, random });
    closers.push(() => delivery.close());

    const kinds = deviceKinds(options.kinds ?? wireKinds(config, { clock, random }));
    let url = '';
    const serverKinds = kindSettings(config, () => url);
    const bare = await createEngine({ store, keys, delivery, kinds, clock, random, serverKinds });
    let connections = (): number => 0;
    const metrics = serverMetrics({ clock, connections: () => connections() });
    closers.push(() => metrics.close());
    const engine = countVerifications(bare, metrics);
    const heads = auditHeadSigner(engine, join(config.dataDir, 'audit-heads.jsonl'));
    closers.push(async () => {
      // First here, so that the file outside the database has the last heads, too.
      await heads.sign().catch(report('the audit heads could not be signed'));
      await engine.close();
    });

    const pushKey = config.webPush === undefined ? undefined : () => keys.ring().pushKey().publicKey;
    const listeners = await openListeners({ config, engine, metrics, log, clock, pushKey });
    closers.push(() => listeners.close());
    connections = () => listeners.connections();
    closers.push(
      every(pollMs, () => {
        keys.refresh();
        listeners.renewCertificates();
      }),
      every(config.audit.signHeadsSeconds * 1000, () =>
        heads.sign().catch(report('the audit heads could not be signed')),
      ),
      every(outboxMs, () => engine.outbox.work().catch(report('what waits to be sent could not be sent'))),
      every(sweepMs, () => engine.sweep().catch(report('what has run out could not be swept'))),
    );

    const { addresses, adjureUrl, certificate } = listeners;
    url = listeners.url;
    for (const { name, address, secure } of addresses) log.info({ name, address, tls: secure, version }, 'listening');
    const running: RunningServer = {
      config,
      url,
      adjureUrl,
      addresses,
      engine,
      store,
      keys,
      delivery,
      log,
      fingerprint: certificate === undefined ? undefined : fingerprintOf(certificate.cert),
      close: closeAll,
    };
    await options.prepare?.(running);
    listeners.admit();
    return running;
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** The embedded database is nobody else's: its schema follows the program. A shared one is changed by an operator, at a time of his. */
async function bringUpToDate(store: Store, log: Log): Promise<void> {
  const pending = await store.pendingMigrations();
  if (pending.length === 0) return;
  if (store.dialect !== 'sqlite') {
    throw new CountersignError('misconfigured', {
      detail: `the database lacks ${pending.length} migration(s) (${pending.join(', ')}): run "countersign migrate"`,
      issues: [{ path: 'database.url', message: 'names a database of another version: run "countersign migrate"' }],
    });
  }
  await store.migrate();
  log.info({ migrations: pending }, 'the database was brought up to date');
}

function makeDataFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw misconfigured([
      { path: 'dataDir', message: `names a folder that cannot be used (${code}): choose one that this user may write` },
    ]);
  }
}
