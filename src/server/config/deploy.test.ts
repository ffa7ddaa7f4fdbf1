import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resolveConfig } from './resolve-config.ts';

const read = (name: string) => readFileSync(new URL(`../../../deploy/${name}`, import.meta.url), 'utf8');

interface Service {
  ports: string[];
  environment: Record<string, string>;
}

describe('what is shipped to deploy with', () => {
  it('has a configuration for systemd that is valid, and listens with TLS', () => {
    expect(resolveConfig({ file: read('countersign.yaml'), env: {} })).toMatchObject({
      listen: { host: '0.0.0.0', port: 8300 },
      tls: { mode: 'auto' },
    });
  });

  it('has a compose service adjure on host port 5000, published to the machine itself only (ADJ-53)', () => {
    const { services } = parse(read('compose.yaml'), { merge: true }) as { services: Record<string, Service> };
    const { ports, environment } = services['adjure'] ?? { ports: [], environment: {} };
    expect(ports).toEqual(['127.0.0.1:5000:5000']);
    const env = { ...environment, ADJURE_DB_HOST: 'sqlite:////data/adjure.db' };
    const config = resolveConfig({ file: read('adjure.yaml'), env });
    expect(config.databaseUrl).toBe('sqlite:/data/adjure.db');
    expect(config.listen.host).toBe('127.0.0.1');
    expect(config.doors.adjure).toMatchObject({ enabled: true, plain: true, listen: { host: '0.0.0.0', port: 5000 } });
    expect(config.doors.adjure.settings['openTo']).toContain('172.16.0.0/12');
  });

  it('has a container that listens with TLS on 8300 (OSS-68)', () => {
    const env = Object.fromEntries(
      [...read('Containerfile').matchAll(/\b(COUNTERSIGN_[A-Z_]+)=(\S+)/g)].map(([, name = '', value]) => [
        name,
        value,
      ]),
    );
    expect(env).toEqual({ COUNTERSIGN_DATA_DIR: '/data', COUNTERSIGN_LISTEN: '0.0.0.0:8300' });
    expect(resolveConfig({ env })).toMatchObject({ dataDir: '/data', tls: { mode: 'auto' } });
  });
});
