import { isLoopbackHost } from '../core/network.ts';
import type { Clock } from '../core/clock.ts';
import { CountersignError } from '../core/errors.ts';
import { adjureDoor } from '../doors/adjure/index.ts';
import { oss2faDoor } from '../doors/oss2fa/index.ts';
import { restDoor } from '../doors/rest/index.ts';
import { wsapiDoor } from '../doors/wsapi/index.ts';
import type { Engine } from '../engine/index.ts';
import type { HttpDoor } from '../http/door.ts';
import { hostedPages } from '../pages/index.ts';
import type { Certificate } from './certificate.ts';
import { chooseCertificate, type ChosenCertificate } from './choose-certificate.ts';
import type { Config } from './config/config.ts';
import { formatHostPort, type HostPort } from './config/host-port.ts';
import { createHandler, firstSegment, type Handler } from './create-handler.ts';
import { answerInbox } from './dev-inbox.ts';
import { errorFields, type Log } from './log.ts';
import { answerMetrics } from './metrics/answer-metrics.ts';
import type { ServerMetrics } from './metrics/server-metrics.ts';
import { type Exchange, type Listener, openListener } from './open-listener.ts';
import { kindSettings, ownOrigin } from './kind-settings.ts';
import { answerHealth, answerReadiness, answerRoot } from './probes.ts';
import { answerRelatedOrigins } from './related-origins.ts';
import { isLocalCaller, originReader } from './request-origin.ts';
import { tokenlessIntegration } from './tokenless-integration.ts';
import { version } from './version.ts';

export interface ListenerAddress {
  /** `main`, `adjure` or `metrics`. */
  name: string;
  /** `host:port`, with the port that the system chose. */
  address: string;
  secure: boolean;
}

export interface Listeners {
  addresses: readonly ListenerAddress[];
  url: string;
  adjureUrl: string;
  /** Of the first listener that speaks TLS. */
  certificate: Certificate | undefined;
  connections(): number;
  renewCertificates(): void;
  /** Lets in the requests that have been waiting since the listeners were opened, and all that follow. */
  admit(): void;
  close(): Promise<void>;
}

interface ListenersOptions {
  config: Config;
  engine: Engine;
  metrics: ServerMetrics;
  log: Log;
  clock: Clock;
  /** The key with which browsers subscribe to Web Push; undefined where they are not woken. */
  pushKey: (() => string) | undefined;
}

interface Opened {
  name: string;
  listener: Listener;
  chosen: ChosenCertificate;
}

/**
 * Opens the main listener and those of their own that the configuration asks for; all or none. Requests wait until {@link Listeners.admit}:
 * a port that is taken shows at once, and nobody is answered before the start is complete.
 */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { config, engine, metrics, log, clock, pushKey } = options;
  const report = (error: unknown) => {
    if (!(error instanceof CountersignError) || error.status >= 500) log.error(errorFields(error), 'a request failed');
  };
  let publicUrl = config.publicUrl ?? '';
  const doors = createDoors({ config, engine, clock, pushKey, report, publicUrl: () => publicUrl });
  const observe = observer(doors, metrics, log);
  const readOrigin = originReader(config.trustedProxies, config.tls.mode === 'proxy');
  let stopping = false;
  const { admit, held } = entrance();
  const ready = answerReadiness(engine, () => stopping);

  const opened: Opened[] = [];
  const open = async (name: string, option: string, address: HostPort, handle: Handler, plain = false) => {
    const chosen = plain ? undefined : await chooseCertificate(config, address, clock);
    const listener = await openListener({
      option,
      address,
      handle: held(handle),
      readOrigin,
      observe,
      report,
      certificate: chosen?.current,
      limits: config.limits,
    });
    opened.push({ name, listener, chosen: chosen ?? { current: undefined, renewed: () => undefined } });
  };
  const closeAll = async () => {
    stopping = true;
    admit();
    for (const door of doors) door.close?.();
    await Promise.all(opened.map(({ listener }) => listener.close()));
  };

  try {
    const { adjure } = config.doors;
    const pages: Record<string, Handler> = { '': answerRoot, healthz: answerHealth, readyz: ready };
    pages['.well-known'] = answerRelatedOrigins(() => kindSettings(config, () => publicUrl)['webauthn'] ?? {});
    if (config.inboxFolder !== undefined && isLoopbackHost(config.listen.host)) {
      pages['dev'] = answerInbox(config.inboxFolder);
    }
    const { token, listen: metricsAddress } = config.metrics;
    if (config.metrics.enabled && metricsAddress === undefined) {
      pages['metrics'] = answerMetrics(metrics, { token, isOpenTo: isLocalCaller });
    }
    await open('main', 'listen', config.listen, createHandler({ doors, pages }));
    const adjureOnly = doors.filter((door) => door.name === 'adjure');
    const [door] = adjureOnly;
    if (door !== undefined && adjure.listen !== undefined) {
      // Its own listener is Adjure's alone: what is unknown there gets Adjure's answer.
      const handle = createHandler({
        doors: adjureOnly,
        otherwise: (request, origin) => door.app.fetch(request, origin),
      });
      await open('adjure', 'doors.adjure.listen', adjure.listen, handle, adjure.plain);
    }
    if (config.metrics.enabled && metricsAddress !== undefined) {
      // Who can reach a listener of its own may read it, unless there is a token.
      const handle = createHandler({
        doors: [],
        pages: {
          metrics: answerMetrics(metrics, { token, isOpenTo: () => true }),
          healthz: answerHealth,
          readyz: ready,
        },
      });
      await open('metrics', 'metrics.listen', metricsAddress, handle);
    }
  } catch (error) {
    await closeAll();
    throw error;
  }

  const url = config.publicUrl ?? urlOf(opened.find(({ name }) => name === 'main'));
  // Browsers offer passkeys at a name only, and this machine has one.
  publicUrl = config.publicUrl ?? ownOrigin(url) ?? url;
  return {
    addresses: opened.map(({ name, listener }) => ({
      name,
      address: formatHostPort(listener.address),
      secure: listener.secure,
    })),
    url,
    adjureUrl: opened.some(({ name }) => name === 'adjure') ? urlOf(opened.find(({ name }) => name === 'adjure')) : url,
    certificate: opened.find(({ chosen }) => chosen.current !== undefined)?.chosen.current,
    connections: () => opened.reduce((sum, { listener }) => sum + listener.connections(), 0),
    renewCertificates: () => {
      for (const { listener, chosen } of opened) {
        const fresh = chosen.renewed((error) => log.error(errorFields(error), 'the changed certificate is not used'));
        if (fresh !== undefined) listener.exchangeCertificate(fresh);
      }
    },
    admit,
    close: closeAll,
  };
}

/** Where requests wait until they are admitted. Afterwards it costs nothing. */
function entrance(): { admit: () => void; held: (handle: Handler) => Handler } {
  let open = false;
  let admit: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    admit = () => {
      open = true;
      resolve();
    };
  });
  return {
    admit,
    held: (handle) => (request, origin) =>
      open ? handle(request, origin) : opened.then(() => handle(request, origin)),
  };
}

interface DoorsOptions extends Pick<ListenersOptions, 'config' | 'engine' | 'clock' | 'pushKey'> {
  report: (error: unknown) => void;
  publicUrl: () => string;
}

function createDoors({ config, engine, clock, pushKey, report, publicUrl }: DoorsOptions): HttpDoor[] {
  const { rest, oss2fa, adjure, wsapi, portal } = config.doors;
  const doors: HttpDoor[] = [];
  if (rest.enabled)
    doors.push(
      restDoor({ engine, version, clock, portal: portal.enabled ? () => `${publicUrl()}/portal` : undefined, report }),
    );
  if (oss2fa.enabled) doors.push(oss2faDoor({ engine, settings: oss2fa, report }));
  if (adjure.enabled) {
    doors.push(adjureDoor({ engine, report, tokenlessIntegration: tokenlessIntegration(engine, config) }));
  }
  if (wsapi.enabled) doors.push(wsapiDoor({ engine, clock, report }));
  if (portal.enabled) doors.push(hostedPages({ engine, publicUrl, clock, pushKey, report }));
  return doors;
}

/** Tells and counts every request: whose door, how it ended, how long it took. Neither path nor query: callers write secrets there. */
function observer(doors: readonly HttpDoor[], metrics: ServerMetrics, log: Log): (exchange: Exchange) => void {
  const names = new Map(doors.flatMap((door) => door.segments.map((segment) => [segment, door.name])));
  for (const page of ['', 'healthz', 'readyz', 'metrics', 'dev', '.well-known']) names.set(page, 'server');
  return ({ method, path, status, milliseconds, bytes }) => {
    const door = names.get(firstSegment(path)) ?? 'none';
    metrics.countRequest(door, method, status, milliseconds / 1000);
    // A probe every second would drown the rest.
    const level = door === 'server' && status < 500 ? 'debug' : 'info';
    log.request(level, { door, method, status, ms: Math.round(milliseconds * 100) / 100, bytes });
  };
}

/** How somebody on this machine reaches a listener. */
function urlOf(opened: Opened | undefined): string {
  if (opened === undefined) return '';
  const { address, secure } = opened.listener;
  const host = address.host === '0.0.0.0' || address.host === '::' ? 'localhost' : address.host;
  return `${secure ? 'https' : 'http'}://${formatHostPort({ host, port: address.port })}`;
}
