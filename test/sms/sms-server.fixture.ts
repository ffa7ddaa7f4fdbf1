import { expect } from 'vitest';
import type { PolicyOptions } from '../../src/core/policy/policy.ts';
import { platformTenant } from '../../src/core/ids.ts';
import { startTestServer, type TestServer } from '../../src/server/server.fixture.ts';
import type { ConfigOptions } from '../../src/server/config/schema.ts';
import type { Kannel } from './kannel.fixture.ts';

export type GatewayConfig = NonNullable<NonNullable<ConfigOptions['sms']>['gateways']>[number];

/** Kannel as the generic gateway is configured for it. */
export function kannelGateway({ url, password }: Pick<Kannel, 'url' | 'password'>): GatewayConfig {
  return {
    type: 'http',
    name: 'kannel',
    method: 'GET',
    url: `${url}?username=countersign&password={secret}&from={from}&to={to}&text={text}&charset=UTF-8&coding={coding}`,
    secret: password,
    from: 'Example',
    successPattern: '^(?:0: Accepted|3: Queued) for ',
  };
}

/** A served installation that sends its SMS by these gateways. */
export function startSmsServer(gateways: GatewayConfig[], kind: Record<string, string> = {}): Promise<TestServer> {
  return startTestServer({
    config: {
      listen: '127.0.0.1:0',
      sms: { gateways, timeoutMs: 5000 },
      outbound: { allowedNetworks: ['127.0.0.0/8'] },
      kinds: { sms: { issuer: 'Example', ...kind } },
    },
  });
}

/** Sets rules of the integration of the first start. */
export async function setPolicy({ server, file }: TestServer, policy: PolicyOptions): Promise<void> {
  const system = { tenant: platformTenant, actor: { type: 'system' as const, id: 'test' }, door: 'test' };
  const { tenants, integrations } = server.engine;
  for (const tenant of (await tenants.list(system)).items) {
    const caller = { ...system, tenant: tenant.id };
    for (const integration of (await integrations.list(caller)).items) {
      if (integration.id === file.integration.id) await integrations.update(caller, integration.id, { policy });
    }
  }
}

/** The code in a text of ours. */
export function codeIn(text: string | undefined): string {
  return /^(\d{6}) is your code for /.exec(text ?? '')?.[1] ?? '';
}

interface Begun {
  id: string;
  code?: string;
}

/** Asks for a device at a number; the status and what was answered. */
export async function askForDevice(server: TestServer, user: string, number: string) {
  const { status, body } = await server.call('/v1/enrollments', { user, kind: 'sms', options: { number } });
  return { status, ...(body as Begun) };
}

/** Enrolls a telephone over HTTP with the code that reached it. */
export async function enrollTelephone(server: TestServer, user: string, number: string, read: () => Promise<string>) {
  const begun = await askForDevice(server, user, number);
  expect(begun.status).toBe(201);
  const completed = await server.call(`/v1/enrollments/${begun.id}/complete`, { code: await read() });
  expect(completed).toMatchObject({ status: 200 });
  return completed.body;
}
