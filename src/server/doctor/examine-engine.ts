import { platformTenant } from '../../core/ids.ts';
import type { Integration, Page, Tenant } from '../../core/model.ts';
import type { Caller, Engine, PageOptions } from '../../engine/index.ts';
import type { Config } from '../config/config.ts';
import { hasBeyondLoopback } from './examine-config.ts';
import { danger, type Finding, ok, warning } from './finding.ts';
import { isHuge } from './network-size.ts';

const system: Caller = { tenant: platformTenant, actor: { type: 'system', id: 'doctor' }, door: 'doctor' };

/** What stands in the database: integrations that are open, and what the first start has left. */
export async function examineEngine(engine: Engine, config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  const administrators = await engine.administrators.list(system);
  if (administrators.some(({ login, active }) => login === 'admin' && active)) {
    findings.push(
      warning(
        'the administrator of the first start is called admin',
        'Make one for each person who administers: countersign admins --help.',
      ),
    );
  }
  let count = 0;
  for await (const tenant of each((page) => engine.tenants.list(system, page))) {
    for await (const integration of each((page) => engine.integrations.list({ ...system, tenant: tenant.id }, page))) {
      count += 1;
      findings.push(
        ...examineIntegration(tenant, integration, config),
        ...(await examineDemo(engine, tenant, integration)),
      );
    }
  }
  return [...findings, ok(`${count} integration(s) looked at`)];
}

function examineIntegration(tenant: Tenant, { name, policy, doors }: Integration, config: Config): Finding[] {
  const who = `integration ${name} of ${tenant.name}`;
  const findings: Finding[] = [];
  if (policy.failMode === 'open') {
    findings.push(danger(`${who} lets users in when a code cannot be delivered (failMode)`, 'Set failMode to closed.'));
  }
  for (const network of policy.bypassNetworks.filter(isHuge)) {
    findings.push(danger(`${who} asks nobody from ${network} for a second factor`, 'Make bypassNetworks smaller.'));
  }
  if (
    config.smsGateways !== undefined &&
    policy.allowedPhoneCountries === undefined &&
    policy.allowedKinds?.includes('sms') !== false
  ) {
    findings.push(
      warning(
        `${who} sends SMS to every country (allowedPhoneCountries)`,
        'List the countries of your users in its policy: SMS to others is how fraudsters are paid.',
      ),
    );
  }
  const adjure = doors['adjure'];
  if (adjure === undefined || !config.doors.adjure.enabled) return findings;
  if (hasBeyondLoopback(adjure['openTo'])) {
    findings.push(
      danger(
        `${who} answers at the Adjure door without a token beyond loopback`,
        'Take the networks out of doors.adjure.openTo.',
      ),
    );
  }
  if (Array.isArray(adjure['openTo']) && adjure['openTo'].length > 0) {
    findings.push(
      warning(
        `${who} answers at the Adjure door to every program on this machine, and to what a proxy passes on without saying for whom`,
        'Take the adjure door out of the integration unless it is used.',
      ),
    );
  }
  return findings;
}

async function examineDemo(engine: Engine, tenant: Tenant, integration: Integration): Promise<Finding[]> {
  const caller = { ...system, tenant: tenant.id, integration };
  const demo = await engine.users.findByName(caller, 'demo');
  if (demo === undefined) return [];
  return [
    warning(
      `integration ${integration.name} of ${tenant.name} has the demo user, whose secret is in bootstrap.json`,
      'Remove the user demo.',
    ),
  ];
}

async function* each<T>(list: (page: PageOptions) => Promise<Page<T>>): AsyncIterable<T> {
  let cursor: string | undefined;
  do {
    const page = await list({ limit: 500, ...(cursor !== undefined && { cursor }) });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}
