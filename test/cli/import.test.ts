import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { encodeBase32 } from '../../src/otp/index.ts';
import { build, type Cli, cli } from './cli.fixture.ts';
import { installation } from './installation.fixture.ts';

let template: Cli;
beforeAll(async () => {
  build();
  template = await installation();
});
afterAll(() => template.remove());

let cs: Cli;
beforeEach(() => {
  cs = cli({}, template.folder);
});
afterEach(() => cs.remove());

const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

function write(name: string, ...lines: string[]): string {
  const path = join(cs.folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

async function devicesOf(user: string): Promise<{ kind: string; public: unknown }[]> {
  return (await cs.json(['devices', 'list', user, '--json'])) as { kind: string; public: unknown }[];
}

describe('countersign import', () => {
  test('takes the good lines of a CSV file, names the bad ones, and ends with 1', async () => {
    const file = write(
      'people.csv',
      'secret,user,kind,digits,algorithm,period,counter',
      `${secret},alice,totp,8,SHA-256,60,`,
      `${secret},bob,hotp,,,,7`,
      '3132333435363738393031323334353637383930,carol,,,,,',
      `${secret},dave,totp,nine,,,`,
      `not base32!,erin,,,,,`,
      `${secret},frank,pigeon,,,,`,
      `,grace,,,,,`,
      `${secret},heidi`,
      `"${secret}"x,ivan,,,,,`,
      `${secret},"judy ""J"", Jr.",,,,,`,
    );
    const { status, stdout, stderr } = await cs.run(['import', file]);
    expect(status).toBe(1);
    expect(stdout).toBe('Imported 4 devices of 4 users; 6 of the lines could not be taken.\n');
    expect(stderr.split('\n').map((line) => /^line \d+: \S+/.exec(line)?.[0])).toEqual([
      'line 5: digits:',
      'line 6: secret',
      'line 7: kind',
      'line 8: secret:',
      'line 9: has',
      'line 10: has',
      undefined,
    ]);
    expect(stderr).not.toContain('not base32!');
    expect(await devicesOf('alice')).toMatchObject([
      { kind: 'totp', public: { algorithm: 'SHA256', digits: 8, period: 60 } },
    ]);
    expect(await devicesOf('bob')).toMatchObject([{ kind: 'hotp', public: { algorithm: 'SHA1', digits: 6 } }]);
    expect(await devicesOf('carol')).toMatchObject([{ kind: 'totp' }]);
    expect(await devicesOf('judy "J", Jr.')).toHaveLength(1);
  });

  test('reads a byte order mark and CRLF, and columns in capitals', async () => {
    const file = join(cs.folder, 'windows.csv');
    writeFileSync(file, `\u{feff}User,Secret\r\nalice,${secret}\r\n`);
    expect(await cs.done(['import', file])).toBe('Imported 1 devices of 1 users.\n');
  });

  test('takes a list of otpauth URIs, the account as the user', async () => {
    const file = write(
      'uris.txt',
      '# exported',
      `otpauth://totp/Example:alice@example.org?secret=${secret}&issuer=Example&algorithm=SHA512&digits=8`,
      '',
      `otpauth://hotp/bob?secret=${secret}&counter=3`,
      'otpauth://totp/carol?secret=1',
      'https://example.org/',
    );
    const { status, stdout, stderr } = await cs.run(['import', file]);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: 'Imported 2 devices of 2 users; 2 of the lines could not be taken.\n',
    });
    expect(stderr).toMatch(/^line 5: secret: .*\nline 6: uri: .*\n$/);
    expect(await devicesOf('alice@example.org')).toMatchObject([{ public: { algorithm: 'SHA512', digits: 8 } }]);
  });

  test('keeps the devices of a user together, and takes nobody twice', async () => {
    const file = write(
      'twice.csv',
      'user,secret',
      `alice,${secret}`,
      `alice,JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP`,
      `bob,${secret}`,
      `alice,${secret}`,
    );
    const first = await cs.run(['import', file]);
    expect(first.stdout).toBe('Imported 3 devices of 2 users; 1 of the lines could not be taken.\n');
    expect(first.stderr).toContain('line 5: user: alice stood in line 2 already');
    expect(await devicesOf('alice')).toHaveLength(2);

    const again = await cs.run(['import', file]);
    expect(again.status).toBe(1);
    expect(again.stdout).toBe('Imported 0 devices of 0 users; 3 of the lines could not be taken.\n');
    expect(await devicesOf('alice')).toHaveLength(2);
  });

  test('gives devices to users who are there when it is told to', async () => {
    await cs.done(['devices', 'add', 'alice']);
    const file = write('more.csv', 'user,secret', `alice,${secret}`);
    expect((await cs.run(['import', file])).status).toBe(1);
    expect(await cs.done(['import', file, '--add'])).toBe('Imported 1 devices of 1 users.\n');
  });

  test('asks how a secret is meant that can be read in two ways, and takes the answer', async () => {
    const both = 'abcdef234567abcdef234567abcdef23';
    const file = write('both.csv', 'user,secret', `alice,${both}`);
    const { status, stderr } = await cs.run(['import', file]);
    expect(status).toBe(1);
    expect(stderr).toContain('line 2: secret: can be read as base32 and as hexadecimal');
    expect(stderr).not.toContain(both);
    await cs.done(['import', file, '--secrets', 'hex']);
  });

  test('tells what it would do, and does nothing', async () => {
    const file = write('dry.csv', 'user,kind,secret', `alice,totp,${secret}`, `bob,email,${secret}`, `carol,totp,AAAA`);
    const { status, stdout, stderr } = await cs.run(['import', file, '--dry-run']);
    expect(status).toBe(1);
    expect(stdout).toBe('Would import 1 devices of 1 users; 2 of the lines could not be taken.\n');
    expect(stderr).toMatch(/^line 3: .*\nline 4: .*\n$/);
    expect(await cs.json(['users', 'list', '--json'])).toEqual([]);
  });

  test.each([
    [['name,secret', 'alice,x'], 'line 1: "name" is no column that is known'],
    [['user', 'alice'], 'line 1: the column "secret" is missing'],
    [[''], 'line 1: the column "user" is missing'],
  ])('refuses a file that does not say what its columns are: %j', async (lines, message) => {
    const { status, stdout, stderr } = await cs.run(['import', write('bad.csv', ...lines)]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('refuses a file that is not UTF-8, and one that is not there', async () => {
    const file = join(cs.folder, 'latin1.csv');
    writeFileSync(file, Buffer.from(`user,secret\nJos\u{e9},${secret}\n`, 'latin1'));
    expect((await cs.run(['import', file])).stderr).toContain('is not UTF-8');
    expect(await cs.run(['import', 'nowhere.csv'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT') as string,
    });
  });

  test('reads standard input, and prints JSON for programs', async () => {
    const input = `user,secret\nalice,${secret}\nbob,\n`;
    const { status, stdout } = await cs.run(['import', '-', '--json'], { input });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toEqual({ users: 1, devices: 1, failed: [{ line: 3, problem: 'secret: is empty' }] });
  });
});

describe('a log of YubiKeys', () => {
  const [privateId, aesKey] = ['8792ebfe26cc', 'ecde18dbe76fbd0c33330f1c354871db'];
  const log = (name: string) =>
    write(
      name,
      'LOGGING START,11/22/26 10:54 AM',
      `Yubico OTP,11/22/26 10:55 AM,1,cccccccccccb,${privateId},${aesKey},000000000000,000000000000,0,0,0,0,0,0,0,0,0,0`,
      `Yubico OTP,11/22/26 10:56 AM,1,cccccccccccd,${privateId},${aesKey},000000000000,000000000000,0,0,0,0,0,0,0,0,0,0`,
    );

  test('is imported for the owners that another file names, and a key that is here is refused (YUB-11)', async () => {
    const file = log('configuration_log.csv');
    const owners = write('owners.csv', 'user,publicId', 'alice,cccccccccccb');
    const first = await cs.run(['import', file, '--owners', owners]);
    expect(first).toMatchObject({ status: 1, stderr: 'line 3: has no owner\n' });
    expect(first.stdout).toBe('Imported 1 devices of 1 users; 1 of the lines could not be taken.\n');
    expect(await devicesOf('alice')).toMatchObject([
      { kind: 'yubikey', public: { publicId: 'cccccccccccb', validation: 'local' } },
    ]);
    const again = await cs.run(['import', file, '--owners', owners, '--add']);
    expect(again.status).toBe(1);
    expect(again.stdout).toContain('Imported 0 devices');
    expect(first.stderr + again.stderr).not.toMatch(/8792ebfe|ecde18db/i);
    expect(await devicesOf('alice')).toHaveLength(1);
  });
});

describe('ten thousand devices', () => {
  test('come in with one command', async () => {
    const secretOf = (n: number) => encodeBase32(createHmac('sha1', 'test').update(String(n)).digest());
    const rows = Array.from({ length: 10_000 }, (_, n) => `user${n},totp,${secretOf(n)}`);
    const file = write('many.csv', 'user,kind,secret', ...rows);
    expect(await cs.done(['import', file])).toBe('Imported 10000 devices of 10000 users.\n');
    const users = (await cs.json(['users', 'list', '--json'])) as { name: string }[];
    expect(new Set(users.map(({ name }) => name)).size).toBe(10_000);
  });
});
