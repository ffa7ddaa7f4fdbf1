import type { TenantId } from '../../src/core/ids.ts';
import type { JsonObject } from '../../src/core/model.ts';
import type { OutgoingMessage } from '../../src/core/message.ts';
import type { InboxMessage } from '../../src/delivery/index.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import { integrationCaller, virtualClock, type VirtualClock } from '../../src/testing/index.ts';
import type { Caller, IntegrationCaller } from '../../src/engine/index.ts';
import type { Answer } from '../../src/devices/index.ts';
import type { Asked, KindUnderTest } from './kind-under-test.fixture.ts';

/** A served program on a port of its own, whose messages can be read as people read them. */
export interface Served {
  url: string;
  clock: VirtualClock;
  server: TestServer;
  /** Makes an integration that is set up for a kind; each has users of its own. */
  integrate(row: KindUnderTest): Promise<ServedIntegration>;
  /** Calls, and tells what has reached the user by that. */
  receive<Told>(call: () => Promise<Told>, shownBy: (told: Told) => JsonObject | undefined): Promise<Received<Told>>;
  close(): Promise<void>;
}

export interface ServedIntegration {
  token: string;
  /** For what only an administrator does. */
  caller: IntegrationCaller;
}

export interface Received<Told> {
  told: Told;
  asked: Asked;
}

/** One program for all the tests of a file. */
export async function serve(): Promise<Served> {
  const clock = virtualClock(Date.UTC(2026, 10, 22, 12));
  const server = await startTestServer({ clock });
  const { url, engine } = server.server;
  let made = 0;

  async function inbox(): Promise<InboxMessage[]> {
    const response = await fetch(`${url}/dev/inbox?format=json`);
    return ((await response.json()) as { items: InboxMessage[] }).items;
  }

  return {
    url,
    clock,
    server,
    async integrate(row) {
      const tenant = server.file.tenant as TenantId;
      const admin: Caller = { tenant, actor: { type: 'system', id: 'test' }, door: 'test' };
      const { integration, token } = await engine.integrations.create(admin, {
        name: `${row.title} ${++made}`,
        policy: { ...row.policy },
        kinds: settingsOf(row),
        doors: { rest: {}, oss2fa: {} },
        realm: 'own',
      });
      return { token, caller: integrationCaller(integration) };
    },
    async receive(call, shownBy) {
      const before = new Set((await inbox()).map(({ file }) => file));
      const told = await call();
      const letter = (await inbox()).find(({ file, text }) => !before.has(file) && codeIn(text) !== undefined);
      const message = letter === undefined ? undefined : readLetter(letter);
      return { told, asked: { now: clock.now(), shown: shownBy(told), message } };
    },
    close: () => server.close(),
  };
}

/** Browsers know no addresses: to them this program is `localhost`, as behind a proxy. */
function settingsOf({ kind, settings = {} }: KindUnderTest): Record<string, JsonObject> {
  const page = kind === 'webauthn' ? { origins: ['http://localhost:8300'] } : {};
  return { [kind]: { ...page, ...settings } };
}

/** A code stands on a line of its own, or begins one. */
function codeIn(text: string): string | undefined {
  return /^(\d{5,10})\b/m.exec(text)?.[1];
}

function readLetter({ channel, to, text }: InboxMessage): OutgoingMessage {
  return { channel, to, template: 'code', values: { code: codeIn(text) ?? '' } };
}

/** An answer in the words of the REST API. */
export function restAnswer({ code, response }: Answer): { code: string } | { response: JsonObject } {
  return code === undefined ? { response: response as JsonObject } : { code };
}
