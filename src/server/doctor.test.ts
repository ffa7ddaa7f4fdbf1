import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../core/clock.ts';
import type { TenantId } from '../core/ids.ts';
import type { Config } from './config/config.ts';
import { resolveConfig } from './config/resolve-config.ts';
import { diagnose, type Finding } from './doctor.ts';
import { startTestServer, type TestServer } from './server.fixture.ts';

let running: TestServer;
beforeAll(async () => {
  running = await startTestServer();
});
afterAll(() => running.close());

const examine = (config: Partial<Config> = {}, options: { now?: number; nodeVersion?: string } = {}) =>
  diagnose({
    config: { ...running.server.config, ...config },
    clock: options.now === undefined ? systemClock : { now: () => options.now ?? 0 },
    nodeVersion: options.nodeVersion ?? '24.1.0',
  });

function find(findings: readonly Finding[], text: string): Finding | undefined {
  return findings.find(({ what }) => what.includes(text));
}

const resolved = (file: string) => resolveConfig({ file, env: { COUNTERSIGN_DATA_DIR: running.dataDir } });

const smsGateway = (gateway: string) => `sms: {gateways: [{from: Example, password: secret, ${gateway}}]}`;

describe('the doctor', () => {
  it('puts what is dangerous first, and says a fix for everything that is not well', async () => {
    const findings = await diagnose({ config: running.server.config, engine: running.server.engine });
    const levels = findings.map(({ level }) => level);
    expect(levels).toEqual([...levels].sort((a, b) => 'dwo'.indexOf(a[0] ?? '') - 'dwo'.indexOf(b[0] ?? '')));
    for (const { level, fix } of findings) expect(fix === '').toBe(level === 'ok');
  });

  it('finds nothing dangerous in a fresh installation', async () => {
    const findings = await diagnose({
      config: running.server.config,
      engine: running.server.engine,
      nodeVersion: '24.1.0',
    });
    expect(findings.filter(({ level }) => level === 'danger')).toEqual([]);
    expect(find(findings, 'administrator of the first start')?.level).toBe('warning');
    expect(find(findings, 'demo user')?.level).toBe('warning');
    expect(find(findings, 'bootstrap.json holds')?.level).toBe('warning');
    expect(find(findings, 'and not sent')?.level).toBe('warning');
    expect(find(findings, 'Adjure door to every program')?.level).toBe('warning');
  });

  it.each<[yaml: string, text: string, level: Finding['level']]>([
    ['trustedProxies: [0.0.0.0/0]', 'trustedProxies has 0.0.0.0/0', 'danger'],
    ['trustedProxies: ["::/0"]', 'trustedProxies has ::/0', 'danger'],
    ['doors: {oss2fa: {openTenants: true}}', 'anybody can create tenants', 'danger'],
    ['doors: {adjure: {settings: {openTo: [192.0.2.0/24]}}}', 'without a token beyond loopback', 'danger'],
    ['doors: {adjure: {settings: {authCodeOpenTo: [192.0.2.0/24]}}}', 'tells current codes', 'danger'],
    ['doors: {adjure: {listen: "0.0.0.0:5000", plain: true}}', 'doors.adjure.listen: 0.0.0.0:5000 is plain', 'danger'],
    ['{listen: "0.0.0.0:8300", tls: {mode: proxy}}', 'a proxy terminates TLS', 'warning'],
    ['listen: 0.0.0.0:8300', 'a certificate that it made itself', 'warning'],
    ['metrics: {listen: "0.0.0.0:9100"}', 'reads the metrics', 'warning'],
    ['mail: {inbox: true}', 'with their codes, and not sent', 'warning'],
    ['outbound: {allowedNetworks: [0.0.0.0/0]}', 'outbound.allowedNetworks has 0.0.0.0/0', 'danger'],
    [
      smsGateway('type: smpp, host: smsc.example.org, tls: false, systemId: a'),
      'smsc.example.org in the clear',
      'warning',
    ],
    [
      smsGateway('type: http, url: "http://192.0.2.1/?to={to}&text={text}", user: a'),
      '192.0.2.1 in the clear',
      'warning',
    ],
  ])('sees %s', async (yaml, text, level) => {
    expect(find(await diagnose({ config: resolved(yaml) }), text)?.level).toBe(level);
  });

  it('lets codes go in the clear to this machine only', async () => {
    for (const gateway of [
      'type: smpp, host: 127.0.0.1, tls: false, systemId: a',
      'type: smpp, host: smsc.example.org, systemId: a',
      'type: http, url: "http://localhost:13013/?to={to}&text={text}", user: a',
      'type: http, url: "https://example.org/?to={to}&text={text}", user: a',
    ]) {
      expect(find(await diagnose({ config: resolved(smsGateway(gateway)) }), 'in the clear')).toBeUndefined();
    }
  });

  it('sees SMS to every country, where SMS are sent', async () => {
    const config = resolved(smsGateway('type: smpp, host: smsc.example.org, systemId: a'));
    const { engine } = running.server;
    expect(find(await diagnose({ config, engine }), 'SMS to every country')?.level).toBe('warning');
    expect(find(await diagnose({ config: resolved(''), engine }), 'SMS to every country')).toBeUndefined();
  });

  it('sees files that others can read', async () => {
    const { dataDir } = running;
    const files = [dataDir, join(dataDir, 'keys.json'), join(dataDir, 'bootstrap.json')];
    expect((await examine()).filter(({ level }) => level === 'danger')).toEqual([]);
    for (const file of files) chmodSync(file, 0o755);
    const dangers = (await examine()).filter(({ level }) => level === 'danger').map(({ what }) => what);
    for (const file of files) expect(dangers).toContainEqual(expect.stringContaining(file));
    chmodSync(dataDir, 0o700);
    for (const file of files.slice(1)) chmodSync(file, 0o600);
  });

  it('sees backups that are missing or old, and missing audit heads', async () => {
    const { dataDir } = running;
    expect(find(await examine(), 'there is no backup')?.level).toBe('warning');
    expect(find(await examine(), 'audit-heads.jsonl is missing')?.level).toBe('warning');
    const backup = join(dataDir, 'backups', 'a.db');
    mkdirSync(join(dataDir, 'backups'));
    writeFileSync(backup, '');
    expect(find(await examine(), 'the last backup is 0 day(s) old')?.level).toBe('ok');
    const old = systemClock.now() / 1000 - 10 * 86_400;
    utimesSync(backup, old, old);
    expect(find(await examine(), 'is 10 days old')?.level).toBe('warning');
  });

  it('sees a clock that cannot be right, and a Node that is too old', async () => {
    expect(find(await examine({}, { now: Date.UTC(2000, 0, 1) }), 'which cannot be')?.level).toBe('danger');
    expect(find(await examine({}, { nodeVersion: '18.20.0' }), 'Node 18.20.0')?.level).toBe('danger');
    expect(find(await examine({}, { nodeVersion: '20.20.2' }), 'Node 20.20.2')?.level).toBe('warning');
    expect(find(await examine(), 'Node 24.1.0')?.level).toBe('ok');
  });

  it('sees integrations that are open', async () => {
    const { engine, config } = running.server;
    const caller = {
      tenant: running.file.tenant as TenantId,
      actor: { type: 'system' as const, id: 'test' },
      door: 'test',
    };
    const { integration } = await engine.integrations.create(caller, {
      name: 'Open',
      policy: { failMode: 'open', bypassNetworks: ['0.0.0.0/1', '192.0.2.0/24'] },
      doors: { adjure: { openTo: ['0.0.0.0/0'] } },
    });
    const findings = (await diagnose({ config, engine })).filter(({ level }) => level === 'danger');
    expect(find(findings, 'lets users in when a code cannot be delivered')).toBeDefined();
    expect(find(findings, 'asks nobody from 0.0.0.0/1')).toBeDefined();
    expect(find(findings, '192.0.2.0/24')).toBeUndefined();
    expect(find(findings, 'without a token beyond loopback')).toBeDefined();
    await engine.integrations.remove(caller, integration.id);
  });
});
