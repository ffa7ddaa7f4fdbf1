// Section "supply chain and release": what is installed with this package, what is built, and what a host can have done to its process.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { build, repository } from '../cli/cli.fixture.ts';

interface LockedPackage {
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  hasInstallScript?: boolean;
  integrity?: string;
  resolved?: string;
  link?: boolean;
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(join(repository, path), 'utf8'));
const { packages } = readJson('package-lock.json') as { packages: Record<string, LockedPackage> };
const locked = Object.entries(packages).filter(([path]) => path !== '');
const runtime = locked.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);

/** Whose code runs in the server: everything that is installed with it, without the builds of one package for other machines. */
const known = [
  '@hexagon/base64',
  '@hono/node-server',
  '@levischuck/tiny-cbor',
  '@node-rs/argon2',
  '@peculiar/asn1-android',
  '@peculiar/asn1-asym-key',
  '@peculiar/asn1-cms',
  '@peculiar/asn1-csr',
  '@peculiar/asn1-ecc',
  '@peculiar/asn1-pfx',
  '@peculiar/asn1-pkcs8',
  '@peculiar/asn1-pkcs9',
  '@peculiar/asn1-rsa',
  '@peculiar/asn1-schema',
  '@peculiar/asn1-x509',
  '@peculiar/asn1-x509-attr',
  '@peculiar/asn1-x509-post-quantum',
  '@peculiar/utils',
  '@peculiar/x509',
  '@pinojs/redact',
  '@simplewebauthn/server',
  '@simplewebauthn/server/node_modules/@peculiar/x509',
  'asn1js',
  'atomic-sleep',
  'bytestreamjs',
  'commander',
  'hono',
  'jose',
  'kysely',
  'libphonenumber-js',
  'nodemailer',
  'on-exit-leak-free',
  'pino',
  'pino-abstract-transport',
  'pino-std-serializers',
  'pkijs',
  'pkijs/node_modules/@noble/hashes',
  'process-warning',
  'pvtsutils',
  'pvutils',
  'quick-format-unescaped',
  'real-require',
  'reflect-metadata',
  'safe-stable-stringify',
  'selfsigned',
  'sonic-boom',
  'split2',
  'thread-stream',
  'tslib',
  'tsyringe',
  'tsyringe/node_modules/tslib',
  'uqr',
  'yaml',
  'zod',
];

describe('what is installed', () => {
  test('is what is listed here: another package, of whomever, fails until somebody has looked at it (SUP-01)', () => {
    const names = runtime
      .filter(([, { optional }]) => optional !== true)
      .map(([path]) => path.slice('node_modules/'.length));
    expect(names.toSorted()).toEqual(known);
    const { dependencies, optionalDependencies } = readJson('package.json') as Record<string, Record<string, string>>;
    expect(Object.keys({ ...dependencies, ...optionalDependencies }).length).toBeLessThanOrEqual(15);
  });

  test('has a checksum each, comes from a registry, and runs nothing when it is installed (SUP-01, SUP-02)', () => {
    for (const [path, { integrity, resolved = 'https:', link, hasInstallScript }] of locked) {
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
      expect([path, resolved.startsWith('https:'), link, hasInstallScript]).toEqual([path, true, undefined, undefined]);
    }
    expect(readFileSync(join(repository, '.npmrc'), 'utf8')).toContain('ignore-scripts=true');
  });

  test('is compiled nowhere: what is native comes built (SUP-02)', () => {
    const compiled = runtime.filter(([path]) => existsSync(join(repository, path, 'binding.gyp')));
    expect(compiled.map(([path]) => path)).toEqual([]);
  });

  test('is nothing of others in the rooms that compute codes: they import Node and this package (SUP-01)', () => {
    // The drawing of QR codes is none of that, nor the reading of telephone numbers.
    const others = ['qr.ts', 'phone-number.ts'];
    const files = ['src/otp', 'src/core'].flatMap((room) =>
      readdirSync(join(repository, room), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name) && !others.includes(name))
        .map((name) => join(room, name)),
    );
    const foreign = files.flatMap((path) =>
      [...readFileSync(join(repository, path), 'utf8').matchAll(/\bfrom '([^.'][^']*)'/g)]
        .map(([, name = '']) => `${path}: ${name}`)
        .filter((use) => !/: (node:|zod$)/.test(use)),
    );
    expect(foreign).toEqual([]);
  });
});

describe('what is built', () => {
  beforeAll(build);

  test('is the same byte by byte when it is built again, elsewhere (SUP-03)', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-build-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const typescript = dirname(fileURLToPath(import.meta.resolve('typescript/package.json')));
    const { bin } = JSON.parse(readFileSync(join(typescript, 'package.json'), 'utf8')) as { bin: { tsc: string } };
    const compiler = [join(typescript, bin.tsc), '-p', join(repository, 'tsconfig.build.json'), '--outDir', folder];
    const { status, stdout } = spawnSync(process.execPath, compiler, { cwd: tmpdir(), encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
    const listed = (from: string) =>
      readdirSync(from, { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.\w+$/.test(name) && name !== '.stamp')
        .toSorted();
    const dist = join(repository, 'dist');
    // What browsers load is no work of the compiler; it is taken over as it is.
    const assets = listed(join(repository, 'src/pages/assets')).filter((name) => !name.endsWith('.ts'));
    for (const name of assets) {
      mkdirSync(join(folder, 'pages/assets'), { recursive: true });
      copyFileSync(join(repository, 'src/pages/assets', name), join(folder, 'pages/assets', name));
    }
    expect(listed(folder)).toEqual(listed(dist));
    const different = listed(folder).filter(
      (name) => !readFileSync(join(folder, name)).equals(readFileSync(join(dist, name))),
    );
    expect(different).toEqual([]);
  });

  test('accepts nothing more in a process whose prototypes somebody has written to, and computes the same codes (SUP-06)', () => {
    const script = `
      const evil = {
        accepted: true, valid: true, ok: true, active: true, admin: true, bypass: true, role: 'admin', fault: undefined, refused: undefined,
        result: 'allow', polluted: 'yes', digits: 8, period: 1, counter: 0,
      };
      // One-time passwords in a host that was written to before they were loaded, the rest in one that is written to while it runs.
      Object.assign(Object.prototype, evil);
      Math.random = () => 0;
      const { totp, hotp, decodeBase32 } = await import('countersign/otp');
      const secret = new TextEncoder().encode('12345678901234567890');
      const sha1 = { period: 30, digits: 8, algorithm: 'SHA1' };
      const codes = [
        totp({ secret, time: 59_000, ...sha1 }),
        totp({ secret, time: 20_000_000_000_000, ...sha1 }),
        hotp({ secret, counter: 9, digits: 6, algorithm: 'SHA1' }),
      ];
      for (const name of Object.keys(evil)) delete Object.prototype[name];
      const { createTestEngine } = await import('countersign/testing');
      const t = await createTestEngine();
      const devices = [{ kind: 'totp', options: { algorithm: 'SHA1' } }];
      const made = await t.engine.devices.provision(t.caller, { user: 'alice', devices });
      Object.assign(Object.prototype, evil);
      Array.prototype.polluted = true;
      const known = decodeBase32(made.devices[0].shown.secret);
      const right = totp({ secret: known, time: t.clock.now(), ...sha1, digits: 6 });
      const wrong = right === '000000' ? '111111' : '000000';
      const verify = async (user, code) =>
        t.engine.verify(t.caller, { user, answer: { code } }).then(({ accepted }) => accepted, () => false);
      const refused = [await verify('alice', wrong), await verify('nobody', right), await verify('alice', ''), await verify('alice', undefined)];
      const twice = [await verify('alice', right), await verify('alice', right)];
      const decided = await t.engine.decide(t.caller, { user: 'nobody' }).then(({ result }) => result, () => 'refused');
      process.stdout.write(JSON.stringify({ codes, refused, again: twice[1], decided }));
      process.exit(0);
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: repository,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(told['codes']).toEqual(['94287082', '65353130', '520489']);
    expect(told['refused']).toEqual([false, false, false, false]);
    expect(told['again']).toBe(false);
    expect(told['decided']).not.toBe('allow');
  });
});
