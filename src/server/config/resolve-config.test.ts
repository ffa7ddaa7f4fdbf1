import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CountersignError, type FieldIssue } from '../../core/errors.ts';
import type { Config } from './config.ts';
import { loadConfig } from './load-config.ts';
import { resolveConfig } from './resolve-config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function resolve(file: string, env: Record<string, string> = {}): Config {
  return resolveConfig({ file, env });
}

/** The mistakes of a configuration that is refused. */
function mistakes(file: string, env: Record<string, string> = {}): FieldIssue[] {
  try {
    resolveConfig({ file, env });
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'misconfigured') return [...error.issues];
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing to be set', () => {
    expect(resolveConfig({ env: {} })).toMatchObject({
      dataDir: './data',
      listen: { host: '127.0.0.1', port: 8300 },
      databaseUrl: 'sqlite:data/countersign.db',
      keysFile: 'data/keys.json',
      smtp: undefined,
      inboxFolder: undefined,
      trustedProxies: [],
      tls: { mode: 'auto' },
      limits: { bodyBytes: 65_536, headerBytes: 16_384 },
      log: { level: 'info', format: 'json' },
      doors: { adjure: { enabled: true, listen: undefined, settings: {} } },
      audit: { signHeadsSeconds: 60 },
    });
  });

  it('is read from YAML, and the environment counts before it', () => {
    const file = 'dataDir: /srv/a\nlisten: "[::1]:9000"\nlog: {level: debug}\n';
    expect(resolve(file)).toMatchObject({ dataDir: '/srv/a', listen: { host: '::1', port: 9000 } });
    const env = {
      COUNTERSIGN_DATA_DIR: '/srv/b',
      COUNTERSIGN_LISTEN: '127.0.0.1:0',
      COUNTERSIGN_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    };
    expect(resolve(file, env)).toMatchObject({
      dataDir: '/srv/b',
      listen: { host: '127.0.0.1', port: 0 },
      databaseUrl: 'sqlite:/srv/b/countersign.db',
      trustedProxies: ['10.0.0.0/8', '::1'],
      log: { level: 'debug' },
    });
  });

  it('reads an empty file, an empty section and an empty variable as nothing', () => {
    expect(resolve('', { COUNTERSIGN_LISTEN: '' })).toEqual(resolve('mail:\nlimits:\n'));
  });

  it('is found through COUNTERSIGN_CONFIG', () => {
    const path = fileWith('server.yaml', 'listen: 127.0.0.1:8400\n');
    expect(loadConfig({ env: { COUNTERSIGN_CONFIG: path } }).listen.port).toBe(8400);
    expect(() => loadConfig({ env: { COUNTERSIGN_CONFIG: join(folder, 'no.yaml') } })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: 'COUNTERSIGN_CONFIG' })] }),
    );
  });

  it('keeps messages for a developer who has set no mail server, and only then', () => {
    expect(resolveConfig({ env: {}, development: true }).inboxFolder).toBe(join('data', 'inbox'));
    expect(resolveConfig({ env: { EMAIL_HOST: 'mail.example.org' }, development: true }).inboxFolder).toBeUndefined();
  });

  it('reads secrets from files', () => {
    const passwordFile = fileWith('password', 'correct horse\n');
    const tokenFile = fileWith('token', '0123456789abcdef\n');
    const urlFile = fileWith('url', 'sqlite:/srv/x.db');
    const config = resolve(
      `mail: {host: mail.example.org, user: alice, passwordFile: ${passwordFile}}\nmetrics: {tokenFile: ${tokenFile}}\n`,
      { COUNTERSIGN_DATABASE_URL_FILE: urlFile },
    );
    expect(config.smtp).toMatchObject({ user: 'alice', password: 'correct horse' });
    expect(config.metrics.token).toBe('0123456789abcdef');
    expect(config.databaseUrl).toBe('sqlite:/srv/x.db');
  });
});

describe('the variables of older systems', () => {
  it('name the mail server (OSS-73)', () => {
    const env = { EMAIL_HOST: 'mail.example.org', EMAIL_HOST_USER: 'alice', EMAIL_HOST_PASSWORD: 'correct horse' };
    expect(resolve('', env).smtp).toMatchObject({
      host: 'mail.example.org',
      port: 25,
      user: 'alice',
      password: 'correct horse',
    });
    expect(resolve('mail: {port: 587}', env).smtp?.port).toBe(587);
    expect(resolve('mail: {host: other.example.org}', env).smtp?.host).toBe('other.example.org');
  });

  it('name the database (OSS-73, ADJ-51)', () => {
    const path = join(folder, 'adjure.data');
    expect(resolve('', { ADJURE_DB_HOST: `sqlite:///${path}` }).databaseUrl).toBe(`sqlite:${path}`);
    const ours = { COUNTERSIGN_DATABASE_URL: 'sqlite:/srv/x.db', MFA_DATABASE_HOST: 'db', ADJURE_DB_HOST: '' };
    expect(resolve('', ours).databaseUrl).toBe('sqlite:/srv/x.db');
    expect(mistakes('', { ADJURE_DB_HOST: '' })).toEqual([
      { path: 'ADJURE_DB_HOST', message: expect.stringContaining('is not set') },
    ]);
  });

  it('name a PostgreSQL, with what stands in its URL otherwise in their place (OSS-73)', () => {
    const { databaseUrl } = resolve('', { MFA_DATABASE_HOST: 'db', MFA_DATABASE_PASSWORD: 'p@ss' });
    expect(databaseUrl).toBe('postgresql://mfa:p%40ss@db:5432/mfa');
  });

  it('turn cross-origin answers off with every word for no (OSS-73)', () => {
    expect(resolve('', { CORS_ORIGIN_ALLOW_ALL: 'False' }).doors.oss2fa.corsAllowAll).toBe(false);
    expect(mistakes('', { CORS_ORIGIN_ALLOW_ALL: 'perhaps' })).toEqual([
      { path: 'CORS_ORIGIN_ALLOW_ALL (doors.oss2fa.corsAllowAll)', message: 'must be true or false' },
    ]);
  });

  it('give the Adjure door its defaults from a file of Adjure (ADJ-04, ADJ-54)', () => {
    const configFile = fileWith('config.yaml', 'auth: {key_length: 8, hash_algorithm: SHA1}\nsliding_windows: 2\n');
    const { settings } = resolve(`doors: {adjure: {configFile: ${configFile}, settings: {hashAlgorithm: SHA512}}}`)
      .doors.adjure;
    expect(settings).toEqual({ keyLength: 8, keyValidDuration: 30, hashAlgorithm: 'SHA512', slidingWindows: 2 });
    const bad = fileWith('bad.yaml', 'auth: {key_length: 7}\n');
    expect(mistakes(`doors: {adjure: {configFile: ${bad}}}`)).toEqual([
      { path: 'doors.adjure.configFile', message: expect.stringContaining('auth.key_length') },
    ]);
  });
});

describe('a mistake in the configuration', () => {
  it.each<[text: string, path: string, message: string]>([
    ['listne: 127.0.0.1:1', 'listne', 'is not an option; did you mean listen?'],
    ['tls: {moed: off}', 'tls.moed', 'is not an option; did you mean tls.mode?'],
    ['signHeadsSeconds: 5', 'signHeadsSeconds', 'is not an option here; did you mean audit.signHeadsSeconds?'],
    ['metrics: {colour: red}', 'metrics.colour', 'is not an option; there are enabled, listen, token, tokenFile'],
    ['listen: 8300', 'listen', 'must be text (put it in quotes)'],
    ['listen: localhost', 'listen', 'must be host:port, e.g. 127.0.0.1:8300 or [::1]:8300'],
    ['listen: "1.2.3.4:70000"', 'listen', 'must be host:port, e.g. 127.0.0.1:8300 or [::1]:8300'],
    ['publicUrl: ftp://example.org', 'publicUrl', 'must be an http:// or https:// URL'],
    ['dataDir: ""', 'dataDir', 'must be the name of a file or folder'],
    ['trustedProxies: [everybody]', 'trustedProxies.0', 'must be an address or a network in CIDR notation'],
    ['trustedProxies: 10.0.0.0/8', 'trustedProxies', 'must be a list'],
    ['tls: {mode: maybe}', 'tls.mode', 'must be one of auto, off, proxy, files'],
    ['tls: {mode: files, key: /dev/null}', 'tls.cert', 'must be set for the mode files'],
    ['tls: {cert: /dev/null}', 'tls.key', 'must be set, too'],
    ['tls: {cert: /no/such, key: /dev/null}', 'tls.cert', 'names a file that cannot be read (ENOENT)'],
    ['{listen: "0.0.0.0:1", tls: {mode: off}}', 'tls.mode', 'must not be off while listen is beyond loopback'],
    ['{metrics: {listen: "0.0.0.0:1"}, tls: {mode: off}}', 'tls.mode', 'while metrics.listen is beyond loopback'],
    ['{doors: {adjure: {listen: "0.0.0.0:1"}}, tls: {mode: off}}', 'tls.mode', 'while doors.adjure.listen is beyond'],
    ['limits: {bodyBytes: 5}', 'limits.bodyBytes', 'must be at least 1024'],
    ['limits: {headerBytes: 1000000000}', 'limits.headerBytes', 'must be at most 262144'],
    ['limits: {bodyBytes: 2048.5}', 'limits.bodyBytes', 'must be a whole number'],
    ['limits: 5', 'limits', 'must be a mapping of options'],
    ['log: {level: loud}', 'log.level', 'must be one of debug, info, warn, error, silent'],
    ['metrics: {token: short}', 'metrics.token', 'must have at least 16 characters'],
    ['metrics: {token: 0123456789abcdef, tokenFile: /dev/null}', 'metrics.tokenFile', 'must not be set together'],
    ['mail: {host: "mail.example.org", user: alice}', 'mail.password', 'must be set together'],
    ['mail: {user: alice}', 'mail.host', 'must be set when a user or a password is'],
    ['mail: {inbox: true, host: mail.example.org}', 'mail.inbox', 'must not be set together with mail.host'],
    ['mail: {host: mail.example.org, from: nobody}', 'mail.from', 'Must be one mail address'],
    ['mail: {host: mail.example.org, passwordFile: /no/such}', 'mail.passwordFile', 'cannot be read (ENOENT)'],
    ['mail: {host: mail.example.org, passwordFile: /dev/null}', 'mail.passwordFile', 'names an empty file'],
    ['database: {url: "oracle://x"}', 'database.url', 'must begin with'],
    ['kinds: {ttop: {back: 2}}', 'kinds.ttop', 'is not a kind; did you mean kinds.totp?'],
    ['kinds: {totp: {bakc: 2}}', 'kinds.totp.bakc', 'did you mean back?'],
    ['kinds: {totp: {back: 99}}', 'kinds.totp.back', 'must be at most 10'],
    [
      'doors: {adjure: {settings: {openTo: [all]}}}',
      'doors.adjure.settings.openTo.0',
      'is not an address or a network',
    ],
    ['doors: {oss2fa: {openTenant: true}}', 'doors.oss2fa.openTenant', 'did you mean doors.oss2fa.openTenants?'],
    ['audit: {signHeadsSeconds: 0}', 'audit.signHeadsSeconds', 'must be at least 1'],
    ['- listen', 'the configuration file', 'must be a mapping of options'],
    ['listen: [', 'the configuration file', 'is not YAML (look at line 1, column'],
    ['{listen: "127.0.0.1:1", listen: "127.0.0.1:2"}', 'the configuration file', 'is not YAML'],
  ])('in %j is named with its path and the fix', (text, path, message) => {
    const found = mistakes(text);
    expect(found.map((issue) => issue.path)).toContain(path);
    expect(found.find((issue) => issue.path === path)?.message).toContain(message);
  });

  it('does not hide another one: all are told at once (MIG-09)', () => {
    const found = mistakes('listne: x\nlog: {level: loud, formt: json}\nlimits: {bodyBytes: 1}\n', {
      COUNTERSIGN_TLS_MODE: 'perhaps',
      COUNTERSIGN_DATADIR: '/srv',
      ADJURE_DB_HOST: 'oracle://x',
    });
    expect(found.map((issue) => issue.path).toSorted()).toEqual([
      'ADJURE_DB_HOST',
      'COUNTERSIGN_DATADIR',
      'COUNTERSIGN_TLS_MODE (tls.mode)',
      'limits.bodyBytes',
      'listne',
      'log.formt',
      'log.level',
    ]);
    expect(found.find((issue) => issue.path === 'COUNTERSIGN_DATADIR')?.message).toContain('COUNTERSIGN_DATA_DIR');
  });

  it('is not seen in variables that others set with our prefix', () => {
    expect(mistakes('', { COUNTERSIGN_PORT: 'tcp://10.0.0.1:8300', COUNTERSIGN_SERVICE_HOST: '10.0.0.1' })).toEqual([]);
  });

  it('never quotes what was written, which may be a secret (I6)', () => {
    const marker = 'hunter2hunter2';
    const texts = [
      `mail: {host: ${marker}/, user: a, password: ${marker}, startTls: never}`,
      `mail: {passwrod: ${marker}}`,
      `database: {url: "postgres://u:${marker}@db"}`,
      `metrics: {token: [${marker}]}`,
      `mail: {password: "${marker}`,
      marker,
    ];
    for (const text of texts) {
      const found = mistakes(text);
      expect(found.length).toBeGreaterThan(0);
      expect(JSON.stringify(found)).not.toContain(marker);
    }
  });

  it('is the only thing that is ever thrown, whatever is written', () => {
    const name = fc.constantFrom(
      'listen',
      'tls',
      'mode',
      'mail',
      'host',
      'limits',
      'kinds',
      'totp',
      'doors',
      'adjure',
      'log',
      '__proto__',
      'x',
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', '127.0.0.1:1', 'auto', '/no/such/file'),
        fc.string(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    const text = fc.oneof(
      json.map((value) => JSON.stringify(value)),
      fc.string(),
      fc.string({ unit: 'binary' }),
    );
    const env = fc.dictionary(
      fc.constantFrom(
        'COUNTERSIGN_LISTEN',
        'COUNTERSIGN_TLS_MODE',
        'EMAIL_HOST',
        'EMAIL_PORT',
        'ADJURE_DB_HOST',
        'MFA_DATABASE_HOST',
        'COUNTERSIGN_X',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, env, (file, variables) => {
        try {
          return resolveConfig({ file, env: variables, readFile: () => '' }).limits.bodyBytes >= 1024;
        } catch (error) {
          return error instanceof CountersignError && error.code === 'misconfigured' && error.issues.length > 0;
        }
      }),
      { numRuns: 1000 },
    );
  });
});
