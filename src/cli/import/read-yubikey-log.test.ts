import { describe, expect, test } from 'vitest';
import { CountersignError } from '../../core/errors.ts';
import type { ImportLine } from './import-line.ts';
import { beginsYubikeyLog, readYubikeyLog } from './read-yubikey-log.ts';
import { readYubikeyOwners, type YubikeyOwners } from './read-yubikey-owners.ts';

const aesKey = 'ecde18dbe76fbd0c33330f1c354871db';
const privateId = '8792ebfe26cc';

async function* inPieces(text: string): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += 40) yield text.slice(start, start + 40);
}

async function read(lines: readonly string[], owners?: YubikeyOwners): Promise<ImportLine[]> {
  const found: ImportLine[] = [];
  for await (const line of readYubikeyLog(inPieces(`${lines.join('\n')}\n`), owners)) found.push(line);
  return found;
}

const ownersOf = (...lines: string[]) => readYubikeyOwners([`${lines.join('\n')}\n`]);
const device = (line: number, user: string, publicId: string, key = aesKey) => ({
  line,
  device: { user, kind: 'yubikey', options: { publicId, privateId, aesKey: key } },
});

describe('a log of the personalisation tool', () => {
  const rest = '000000000000,000000000000,0,0,0,0,0,0,0,0,0,0';
  const traditional = [
    'LOGGING START,11/22/26 10:54 AM',
    `Yubico OTP,11/22/26 10:55 AM,1,cccccccccccb,${privateId},${aesKey},${rest}`,
    `Yubico OTP,22.11.26, 10:55,2,cccccccccccd,${privateId},${aesKey.toUpperCase()},${rest}`,
    `Yubico OTP,"22.11.26, 10:55",2,cc cc cc cc cc ce,87 92 eb fe 26 cc,${aesKey},${rest}`,
    `OATH-HOTP,11/22/26 10:56 AM,1,,,${aesKey}00000000,${rest}`,
    'LOGGING START,11/23/26 9:00 AM',
    `Yubico OTP,11/23/26 9:01 AM,1,cccccccccccf,8792,${aesKey},${rest}`,
  ];
  const yubico = [
    '# serial,identity,internaluid,aeskey,lockpw,created,accessed',
    '',
    `2301234,cccccccccccb,${privateId},${aesKey},000000000000,2026-11-22T10:55:00,`,
    `0,cccccccccccd,${privateId},${aesKey},,2026-11-22T10:56:00,`,
    `2301235,,,${aesKey}00000000,,2026-11-22T10:57:00,`,
  ];

  test('is known by its beginning, and nothing else is', () => {
    for (const lines of [traditional, traditional.slice(1), yubico, yubico.slice(2), [yubico[3] ?? '']])
      expect(beginsYubikeyLog(lines.join('\r\n'))).toBe(true);
    for (const other of ['', 'user,secret\nalice,x', 'otpauth://totp/x?secret=y', '1,alice,x,y', '# only a remark'])
      expect(beginsYubikeyLog(other)).toBe(false);
  });

  test('is read in its traditional format, however the machine writes times', async () => {
    const owners = await ownersOf('publicId,user', 'cccccccccccb,alice', 'CCCCCCCCCCCD,bob', 'ccccccccccce,bob');
    expect(await read(traditional, owners)).toEqual([
      { line: 5, problem: expect.stringContaining('no Yubico OTP') as string },
      { line: 7, problem: expect.stringContaining('no Yubico OTP') as string },
      device(2, 'alice', 'cccccccccccb'),
      device(3, 'bob', 'cccccccccccd'),
      device(4, 'bob', 'ccccccccccce'),
    ]);
  });

  test('is read in its Yubico format, by serial number, too', async () => {
    const owners = await ownersOf('user,serial,publicId', 'alice,2301234,', 'bob,,cccccccccccd');
    expect(await read(yubico, owners)).toEqual([
      { line: 5, problem: expect.stringContaining('no Yubico OTP') as string },
      device(3, 'alice', 'cccccccccccb'),
      device(4, 'bob', 'cccccccccccd'),
    ]);
  });

  test('puts the keys of a user together, and takes the last of what was programmed again', async () => {
    const other = '0123456789abcdef0123456789abcdef';
    const owners = await ownersOf('user,publicId', 'alice,cccccccccccb', 'bob,cccccccccccd', 'alice,ccccccccccce');
    const row = (publicId: string, key = aesKey) => `1,${publicId},${privateId},${key},,2026-11-22T10:55:00,`;
    const lines = [row('cccccccccccb'), row('cccccccccccd'), row('ccccccccccce'), row('cccccccccccb', other)];
    expect(await read(lines, owners)).toEqual([
      { line: 1, problem: 'the key was programmed again in line 4' },
      device(4, 'alice', 'cccccccccccb', other),
      device(3, 'alice', 'ccccccccccce'),
      device(2, 'bob', 'cccccccccccd'),
    ]);
  });

  test('gives no key to anybody who is not named, and repeats no secret', async () => {
    const nobody = await read(traditional);
    expect(nobody.every((line) => 'problem' in line)).toBe(true);
    expect(await read([yubico[3] ?? ''], await ownersOf('user,serial', 'alice,0', 'bob,'))).toEqual([
      { line: 1, problem: 'has no owner' },
    ]);
    expect(JSON.stringify(nobody)).not.toMatch(/ecde18|8792/i);
  });
});

describe('the owners', () => {
  test.each([
    [[], ['line 1']],
    [['user'], ['line 1']],
    [['publicId,serial'], ['line 1']],
    [['user,user,serial'], ['line 1']],
    [['user,key', 'alice,x'], ['line 1']],
    [
      ['user,serial', 'alice,1', ',2', 'bob,1'],
      ['line 3', 'line 4'],
    ],
    [['user,serial', '"alice,1'], ['line 2']],
  ])('are refused as %j', async (lines, paths) => {
    const refused = await ownersOf(...lines).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(CountersignError);
    expect((refused as CountersignError).issues.map(({ path }) => path)).toEqual(paths);
  });
});
