import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { build, type Cli, cli, oathtool, repository } from './cli.fixture.ts';
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

function write(name: string, text: string): string {
  const path = join(cs.folder, name);
  writeFileSync(path, text);
  return path;
}

/** Runs a command at a terminal and types these answers, each when it is asked for. */
async function typeAnswers(words: string[], answers: string[]): Promise<{ status: number | null; shown: string }> {
  const command = [process.execPath, join(repository, 'dist', 'cli', 'main.js'), ...words].map((word) => `'${word}'`);
  const child = spawn('script', ['-qec', command.join(' '), '/dev/null'], { cwd: cs.folder, env: cs.env });
  let shown = '';
  let asked = 0;
  child.stdout.on('data', (bytes: Buffer) => {
    shown += bytes.toString();
    while (asked < Math.min(answers.length, shown.split(/(?:New password|Once more): /).length - 1)) {
      child.stdin.write(`${answers[asked++]}\r`);
    }
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, shown };
}

describe('the command line', () => {
  test.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['users', 'nonsense'], "unknown command 'nonsense'"],
    [['users', 'list', '--nonsense'], "unknown option '--nonsense'"],
    [['users', 'show'], "missing required argument 'user'"],
    [['users', 'set-status', 'alice', 'asleep'], 'Allowed choices are active, bypass, inactive'],
    [['users', 'list', '--limit', 'many'], 'It has to be a whole number'],
    [[], 'Usage: countersign'],
    [['audit'], 'Usage: countersign audit'],
  ])('%j is no command: exit code 2, and why on stderr', async (words, message) => {
    const { status, stdout, stderr } = await cs.run(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('tells about itself and every command', async () => {
    const help = await cs.done(['--help']);
    const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    for (const name of ['dev', 'serve', 'doctor', 'users', 'devices', 'import', 'audit', 'key', 'totp']) {
      expect(commands).toContain(name);
    }
    for (const name of commands.filter((each) => each !== 'help'))
      expect(await cs.done([name, '--help'])).toContain(`Usage: countersign ${name}`);
    const version = (
      JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
    ).version;
    expect(await cs.done(['--version'])).toBe(`${version}\n`);
  });

  test('says on one line what went wrong, with its code, and names every field', async () => {
    expect(await cs.run(['users', 'show', 'nobody'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'error: There is no such resource. [not_found]\n  user: nobody is called nobody in the realm of Web\n',
    });
  });

  test('every listing is JSON for programs', async () => {
    await cs.done(['devices', 'add', 'alice']);
    for (const words of [
      ['tenants', 'list'],
      ['integrations', 'list'],
      ['users', 'list'],
      ['devices', 'list', 'alice'],
      ['enrollments', 'list'],
      ['challenges', 'list'],
      ['admins', 'list'],
      ['admins', 'list', '--platform'],
      ['audit', 'list'],
      ['key', 'list'],
      ['kinds', 'list'],
      ['inbox'],
    ]) {
      expect([words, Array.isArray(await cs.json([...words, '--json']))]).toEqual([words, true]);
    }
  });

  test('makes no database where a command is pointed at a wrong folder', async () => {
    const { status, stderr } = await cs.run(['users', 'list', '--data-dir', join(cs.folder, 'nothing')]);
    expect(status).toBe(1);
    expect(stderr).toContain('there is no database at');
  });

  test('does not make new keys when those of the database are lost', async () => {
    rmSync(join(cs.folder, 'keys.json'));
    const { status, stderr } = await cs.run(['users', 'list']);
    expect(status).toBe(1);
    expect(stderr).toContain('[misconfigured]');
    expect(() => readFileSync(join(cs.folder, 'keys.json'))).toThrow('ENOENT');
  });
});

describe('tenants and integrations', () => {
  test('are asked for when there are several, and found by name and id', async () => {
    const other = (await cs.json(['tenants', 'create', 'Other', '--json'])) as { id: string };
    const several = await cs.run(['users', 'list']);
    expect(several.status).toBe(1);
    expect(several.stderr).toContain('--tenant: say which: "Example", "Other"');
    await cs.done(['integrations', 'create', 'A', '-t', 'Other']);
    await cs.done([
      'integrations',
      'create',
      'B',
      '-t',
      other.id,
      '--realm',
      'own',
      '--door',
      'rest',
      '--door',
      'adjure={"openTo":["127.0.0.0/8"]}',
    ]);
    expect((await cs.run(['users', 'list', '-t', 'Other'])).stderr).toContain('--integration: say which: "A", "B"');
    await cs.done(['users', 'create', 'bob', '-t', 'Other', '-i', 'A']);
    expect(await cs.json(['users', 'list', '--json', '-t', 'Other', '-i', 'A'])).toMatchObject([{ name: 'bob' }]);
    expect(await cs.json(['users', 'list', '--json', '-t', 'Other', '-i', 'B'])).toEqual([]);
    expect(await cs.json(['integrations', 'show', 'B', '--json', '-t', 'Other'])).toMatchObject({
      doors: { rest: {}, adjure: { openTo: ['127.0.0.0/8'] } },
      credentials: [{ type: expect.any(String) as string }, { type: expect.any(String) as string }],
    });
    await cs.done(['tenants', 'disable', 'Other']);
    expect(await cs.json(['tenants', 'list', '--json'])).toMatchObject([
      { active: true },
      { name: 'Other', active: false },
    ]);
    await cs.done(['tenants', 'enable', 'Other']);
  });

  test('get a policy out of a file, and every mistake in it is named', async () => {
    const bad = write('bad.yaml', 'failMode: maybe\nchallenge: {attempts: 0}\n');
    const refused = await cs.run(['integrations', 'update', 'Web', '--policy', bad]);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('policy.failMode: ');
    expect(refused.stderr).toContain('policy.challenge.attempts: ');
    const good = write('good.yaml', 'challenge: {attempts: 3}\nbypassNetworks: [192.0.2.0/24]\n');
    await cs.done(['integrations', 'update', 'Web', '--policy', good, '--notes', 'n']);
    expect(await cs.json(['integrations', 'show', 'Web', '--json'])).toMatchObject({
      notes: 'n',
      policy: { challenge: { attempts: 3, lifeSeconds: 300 } },
    });
    expect((await cs.run(['integrations', 'update', 'Web'])).status).toBe(2);
    expect((await cs.run(['integrations', 'update', 'Web', '--door', 'window'])).stderr).toContain(
      'there is no door window',
    );
  });

  test('rotate their credentials without an outage: a second one first, then the old one goes', async () => {
    const added = (await cs.json(['integrations', 'rotate', 'Web', 'token', '--json'])) as {
      id: string;
      token: string;
    };
    expect(added.token).toMatch(/^cst_/);
    expect((await cs.run(['integrations', 'rotate', 'Web', 'token'])).stderr).toContain('[wrong_state]');
    const { credentials } = (await cs.json(['integrations', 'show', 'Web', '--json'])) as {
      credentials: { id: string; type: string }[];
    };
    const old = credentials.find(({ id, type }) => type === 'token' && id !== added.id);
    await cs.done(['integrations', 'revoke', 'Web', old?.id ?? '']);
    expect(await cs.done(['integrations', 'show', 'Web'])).not.toContain(old?.id);
  });

  test('a client of the door wsapi is shown its number and its key, which stay the same', async () => {
    await cs.done(['integrations', 'create', 'Login']);
    const closed = await cs.run(['integrations', 'wsapi-key', 'Login']);
    expect(closed.status).not.toBe(0);
    expect(closed.stderr).toContain('--door wsapi');
    await cs.done(['integrations', 'update', 'Login', '--door', 'wsapi']);
    const first = await cs.json(['integrations', 'wsapi-key', 'Login', '--json']);
    expect(first).toEqual({
      clientId: expect.any(Number) as number,
      apiKey: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string,
    });
    expect(await cs.json(['integrations', 'wsapi-key', 'Login', '--json'])).toEqual(first);
    await cs.done(['integrations', 'update', 'Login', '--door', 'wsapi={"keyGeneration":2}']);
    const second = (await cs.json(['integrations', 'wsapi-key', 'Login', '--json'])) as Record<string, unknown>;
    expect(second['clientId']).toBe((first as Record<string, unknown>)['clientId']);
    expect(second['apiKey']).not.toBe((first as Record<string, unknown>)['apiKey']);
  });
});

describe('users and devices', () => {
  test('somebody who has lost everything gets an access pass with a reason, which works once', async () => {
    await cs.done(['users', 'create', 'alice']);
    const bare = await cs.run(['users', 'access-pass', 'alice']);
    expect({ status: bare.status, stdout: bare.stdout }).toEqual({ status: 2, stdout: '' });
    expect(bare.stderr).toContain("required option '--reason <text>'");
    const words = ['users', 'access-pass', 'alice', '--reason', 'Lost his telephone', '--life', '600', '--json'];
    expect(await cs.json(words)).toEqual({
      code: expect.stringMatching(/^\w{5}-\w{5}-\w{5}$/) as string,
      expires: expect.stringMatching(/Z$/) as string,
    });
    const trail = await cs.json(['audit', 'list', '--event', 'user.access-pass-issued', '--json']);
    expect(trail).toMatchObject([{ detail: { reason: 'Lost his telephone' } }]);
  });

  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

  test('a device is given, renamed, suspended, resumed and removed', async () => {
    const added = (await cs.json(['devices', 'add', 'alice', '--name', 'Phone', '--json'])) as {
      id: string;
      shown: { uri: string };
    };
    expect(added.shown.uri).toMatch(/^otpauth:\/\/totp\//);
    await cs.done(['devices', 'rename', added.id, 'Old phone']);
    await cs.done(['devices', 'suspend', added.id]);
    expect(await cs.json(['devices', 'list', 'alice', '--json'])).toMatchObject([
      { name: 'Old phone', status: 'suspended' },
    ]);
    expect(await cs.done(['policy', 'explain', '-u', 'alice'])).toMatch(/^deny: /);
    await cs.done(['devices', 'resume', added.id]);
    expect(await cs.done(['policy', 'explain', '-u', 'alice'])).toMatch(/^challenge: /);
    await cs.done(['devices', 'remove', added.id]);
    expect(await cs.json(['devices', 'list', 'alice', '--json'])).toEqual([]);
  });

  test('a secret that exists comes by pipe, and is not shown again', async () => {
    const shown = await cs.done(['devices', 'add', 'alice', '--secret', '-'], { input: `${secret}\n` });
    expect(shown).not.toContain(secret);
    expect(shown).toContain('kind:  totp');
    expect((await cs.run(['devices', 'add', 'alice', '--secret', '-'])).status).toBe(2);
  });

  test('recovery codes are printed, one a line', async () => {
    await cs.done(['devices', 'add', 'alice']);
    const codes = (await cs.done(['devices', 'recovery-codes', 'alice'])).trimEnd().split('\n');
    expect(new Set(codes).size).toBe(10);
    const again = (await cs.done(['devices', 'recovery-codes', 'alice'])).trimEnd().split('\n');
    expect(again.filter((code) => codes.includes(code))).toEqual([]);
  });

  test('a user is made, set to bypass, unlocked and removed', async () => {
    await cs.done(['users', 'create', 'bob', 'inactive']);
    await cs.done(['users', 'set-status', 'bob', 'bypass']);
    await cs.done(['users', 'unlock', 'bob']);
    expect(await cs.json(['users', 'show', 'bob', '--json'])).toMatchObject({ status: 'bypass', devices: [] });
    await cs.done(['users', 'remove', 'bob']);
    expect((await cs.run(['users', 'show', 'bob'])).status).toBe(1);
  });

  test('an administrator is made, and given a token', async () => {
    const words = [
      'admins',
      'create',
      '--platform',
      '--email',
      'alice@example.org',
      '--first-name',
      'A',
      '--last-name',
      'B',
    ];
    await cs.done(words, { input: 'eleven green kites over the harbour\n' });
    expect(await cs.done(['admins', 'token', '--platform', 'alice@example.org'])).toMatch(/^csa_\S+\n$/);
    expect((await cs.run(words, { input: 'short\n' })).status).toBe(1);
  });

  test('an administrator is disabled and enabled, gets another password and loses his tokens (ADM-04)', async () => {
    const create = ['admins', 'create', '--platform', '--first-name', 'A', '--last-name', 'B', '--email'];
    const first = write('first', 'eleven green kites over the harbour\n');
    await cs.done([...create, 'alice@example.org', '--password-file', first]);
    const admins = async (verb: string, ...words: string[]) => cs.run(['admins', verb, '--platform', ...words]);
    const active = async () =>
      ((await cs.json(['admins', 'list', '--platform', '--json'])) as { login: string; active: boolean }[]).find(
        ({ login }) => login === 'alice@example.org',
      )?.active;
    expect((await admins('token', 'alice@example.org')).status).toBe(0);

    expect((await admins('disable', 'alice@example.org')).stderr).toContain('alice@example.org is disabled');
    expect(await active()).toBe(false);
    expect((await admins('token', 'alice@example.org')).stderr).toContain('[wrong_state]');
    expect((await admins('enable', 'alice@example.org')).status).toBe(0);
    expect(await active()).toBe(true);

    expect((await admins('revoke-tokens', 'alice@example.org')).status).toBe(0);
    const second = write('second', 'seven slow barges under the bridge\n');
    const changed = await admins('set-password', 'alice@example.org', '--password-file', second);
    expect(changed.stderr).toContain('has a new password');
    expect(changed.stdout + changed.stderr).not.toContain('barges');
    expect((await admins('set-password', 'alice@example.org', '--password-file', write('empty', '\n'))).status).toBe(2);
    expect((await admins('set-password', 'alice@example.org', 'a password that all can see')).status).toBe(2);
    const piped = ['admins', 'set-password', '--platform', 'alice@example.org'];
    expect((await cs.run(piped, { input: 'short\n' })).stderr).toContain('password: must have at least 12 characters');
    await cs.done(piped, { input: 'nine quiet owls behind the mill\n' });
    for (const verb of ['disable', 'enable', 'revoke-tokens']) {
      expect((await admins(verb, 'nobody')).stderr).toContain('no administrator is called nobody');
    }
    const trail = (await cs.json(['audit', 'list', '--platform', '--json'])) as { event: string; door: string }[];
    expect(trail.filter(({ event }) => event === 'administrator.password-set')).toMatchObject([
      { door: 'cli' },
      { door: 'cli' },
    ]);
  });

  test('a password that is typed at a terminal is not shown', async () => {
    const create = ['admins', 'create', '--platform', '--first-name', 'A', '--last-name', 'B', '--email'];
    await cs.done([...create, 'alice@example.org'], { input: 'eleven green kites over the harbour\n' });
    const words = ['admins', 'set-password', '--platform', 'alice@example.org'];
    const same = 'nine quiet owls behind the mill';
    expect(await typeAnswers(words, [same, same])).toMatchObject({
      status: 0,
      shown: expect.not.stringContaining('owls') as string,
    });
    const differing = await typeAnswers(words, [same, 'nine quiet owls behind the hill']);
    expect(differing).toMatchObject({
      status: 2,
      shown: expect.stringContaining('the two passwords differ') as string,
    });
    // Control and C: nothing is changed, and nothing hangs.
    expect(await typeAnswers(words, ['\u0003'])).toMatchObject({ status: 2 });
  });

  test('"totp" computes what oathtool computes', async () => {
    const uri = `otpauth://totp/alice?secret=${secret}&algorithm=SHA256&digits=8&period=60`;
    const options = ['--time-step-size', '60s', '-d', '8'];
    const code = () => oathtool(secret, ...options).trim();
    const sha256 = () => oathtool(secret, '--totp=sha256', ...options);
    const before = [sha256(), code()];
    const computed = [
      (await cs.done(['totp', uri])).trim(),
      (await cs.done(['totp', secret, '--digits', '8', '--period', '60'])).trim(),
    ];
    const after = [sha256(), code()];
    // The step may change in between.
    for (const [index, each] of computed.entries()) expect([before[index], after[index]]).toContain(each);
    expect((await cs.run(['totp', `otpauth://hotp/alice?secret=${secret}&counter=1`])).status).toBe(1);
  });
});

describe('countersign policy explain', () => {
  test('prints the decision and the trace as a table, and as JSON', async () => {
    await cs.done(['integrations', 'update', 'Web', '--policy', write('p.yaml', 'bypassNetworks: [192.0.2.0/24]')]);
    await cs.done(['devices', 'add', 'alice']);
    const lines = (
      await cs.done(['policy', 'explain', '--integration', 'Web', '--user', 'alice', '--ip', '198.51.100.7'])
    ).split('\n');
    expect(lines[0]).toBe('challenge: alice at Web');
    expect(lines[2]).toMatch(/^RULE +OUTCOME +BECAUSE$/);
    expect(lines[3]).toMatch(/^user-status +passes +The user is active\.$/);
    expect(lines[4]).toMatch(/^bypass-networks +passes +The address 198\.51\.100\.7 lies in no bypass network\.$/);
    expect(lines[5]).toMatch(/^trusted-browser +passes +The policy trusts no browser\.$/);
    expect(lines[6]).toMatch(/^usable-device +decides: challenge +/);
    expect(lines.join('\n')).toMatch(/\nDEVICE +KIND +ID\nAuthenticator app +totp +dev_/);
    expect(await cs.json(['policy', 'explain', '-u', 'alice', '--ip', '192.0.2.1', '--json'])).toMatchObject({
      result: 'allow',
      trace: [{ rule: 'user-status' }, { rule: 'bypass-networks', outcome: 'decides' }],
    });
  });
});

describe('countersign doctor', () => {
  test('finds what is unsafe, says how to mend it, and ends with 1', async () => {
    chmodSync(cs.folder, 0o755);
    chmodSync(join(cs.folder, 'keys.json'), 0o644);
    await cs.done(['integrations', 'update', 'Web', '--policy', write('open.yaml', 'failMode: open')]);
    const { status, stdout } = await cs.run(['doctor']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^DANGER .*others can look into/m);
    expect(stdout).toMatch(/^DANGER .*others can read the keys/m);
    expect(stdout).toMatch(/^DANGER .*failMode/m);
    expect(stdout).toContain('chmod 600');
    const findings = JSON.parse((await cs.run(['doctor', '--json'])).stdout) as { level: string }[];
    expect(findings.filter(({ level }) => level === 'danger').length).toBeGreaterThanOrEqual(3);
  });

  test('ends with 0 where nothing is dangerous', async () => {
    chmodSync(cs.folder, 0o700);
    const { status, stdout } = await cs.run(['doctor']);
    expect(stdout).not.toContain('DANGER');
    expect(status).toBe(0);
  });

  test('tells of a database that cannot be opened, and looks at the rest', async () => {
    rmSync(join(cs.folder, 'keys.json'));
    const { status, stdout } = await cs.run(['doctor']);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^DANGER .*the database cannot be opened/m);
    expect(stdout).toContain('ok ');
  });
});

describe('countersign config', () => {
  test('names all mistakes at once', async () => {
    const file = write('bad.yaml', 'listen: nowhere\ntls: {mode: sometimes}\n');
    const { status, stderr } = await cs.run(['config', 'check', '-C', file]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: .* \[misconfigured\]\n( {2}.*\n){2}$/);
    expect(stderr).toContain('listen: must be host:port');
    expect(await cs.done(['config', 'check'])).toContain('The configuration is valid');
  });

  test('prints the schema', async () => {
    expect(await cs.json(['config', 'schema'])).toMatchObject({ type: 'object', properties: { listen: {} } });
  });
});
