import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseOtpauthUri, totp } from '../src/otp/index.ts';
import { startTestServer, type TestServer } from '../src/server/server.fixture.ts';
import { codeBlocks, readMarkdown, repository } from './fixtures/markdown.ts';

const run = promisify(execFile);
const compiled = join(repository, '.cache/examples');

async function node(...args: string[]): Promise<string> {
  return (await run(process.execPath, args, { cwd: repository })).stdout;
}

/** TypeScript as a program; what it objects to is in the error. */
async function compile(project: string): Promise<void> {
  const folder = dirname(fileURLToPath(import.meta.resolve('typescript/package.json')));
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: { tsc: string } };
  await node(join(folder, bin.tsc), '-p', project).catch((error: { stdout?: string }) => {
    throw new Error(`${project} does not compile:\n${error.stdout ?? ''}`);
  });
}

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-examples-'));
  await node('scripts/build.mjs');
  await compile(join(repository, 'examples'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('examples/embed', () => {
  const embed = async (name: string) =>
    (await run(process.execPath, [join(compiled, 'embed/embed.js')], {
      env: { ...process.env, EXAMPLE_DIR: folder, EXAMPLE_USER: name },
    })) as { stdout: string };

  it('enrols, accepts a code once, and shows an audit trail that is intact', async () => {
    const { stdout } = await embed('alice@example.org');
    expect(stdout).toMatch(
      /^enrolled: true, device: Authenticator app\nfirst: true, the same code again: false\naudit: intact, (\d+) rows, \1 signed\n$/,
    );
  });

  it('goes on with the database and the keys of the run before', async () => {
    const { stdout } = await embed('bob@example.org');
    expect(stdout).toContain('first: true, the same code again: false\naudit: intact');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['app.db', 'keys.json']));
  });
});

describe('with a server', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ dataDir: join(folder, 'data') });
  });

  afterAll(() => server.close());

  describe('examples/protect-login', () => {
    let url = '';
    let example: ReturnType<typeof spawn>;
    let cookie = '';

    beforeAll(async () => {
      const { token } = server.file.integration;
      const env = { ...process.env, COUNTERSIGN_URL: server.file.url, COUNTERSIGN_TOKEN: token, PORT: '0' };
      example = spawn(process.execPath, [join(compiled, 'protect-login/server.js')], { env });
      const [line] = (await once(example.stdout ?? example, 'data')) as [Buffer];
      url = line.toString().replace('listening on ', '').trim();
    });

    afterAll(async () => {
      example.kill();
      await once(example, 'exit');
    });

    async function send(path: string, form?: Record<string, string>): Promise<{ status: number; page: string }> {
      const body = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
      const response = await fetch(`${url}${path}`, { ...body, headers: { Cookie: cookie } });
      cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
      return { status: response.status, page: await response.text() };
    }

    const password = 'correct horse battery staple';

    it('asks for the password first', async () => {
      expect(await send('/login', { user: 'alice@example.org', password: 'guess' })).toMatchObject({ status: 401 });
      expect(await send('/login', { user: 'nobody@example.org', password })).toMatchObject({ status: 401 });
    });

    it('lets nobody in with the password alone', async () => {
      const { page } = await send('/login', { user: 'alice@example.org', password });
      expect(page).toContain('data:image/png;base64,');
      expect((await send('/')).page).not.toContain('Welcome');
      expect(await send('/code', { code: '000000' })).toMatchObject({ status: 401 });
      expect((await send('/')).page).not.toContain('Welcome');
    });

    it('enrols an app at the first sign-in, and asks for its code at the second', async () => {
      const { page } = await send('/login', { user: 'alice@example.org', password });
      const image = /base64,([^"]+)"/.exec(page)?.[1] ?? '';
      const file = join(folder, 'login.png');
      writeFileSync(file, Buffer.from(image, 'base64'));
      const key = parseOtpauthUri((await run('zbarimg', ['-q', '--raw', file])).stdout.trim());
      if (key.type !== 'totp') throw new TypeError('not a TOTP key');
      expect(await send('/code', { code: totp({ ...key, time: Date.now() }) })).toMatchObject({ status: 200 });
      expect((await send('/')).page).toContain('Welcome, alice@example.org');

      cookie = '';
      expect((await send('/login', { user: 'alice@example.org', password })).page).not.toContain('base64');
      const code = totp({ ...key, time: Date.now() + 30_000 });
      expect((await send('/code', { code })).page).toContain('Welcome, alice@example.org');

      cookie = '';
      await send('/login', { user: 'alice@example.org', password });
      expect(await send('/code', { code })).toMatchObject({ status: 401 });
    });
  });

  it('examples/curl/tour.sh shows what the README shows', async () => {
    const { stdout } = await run('sh', [join(repository, 'examples/curl/tour.sh')], {
      env: { ...process.env, COUNTERSIGN_DATA_DIR: server.dataDir },
    });
    expect(stdout).toContain('QR-Code:otpauth://totp/Countersign:alice%40example.org?secret=');
    expect(stdout.match(/"state":"completed"/g)).toHaveLength(2);
    expect(stdout).toMatch(/"accepted":true.*\n\n== The same code again\n\{"accepted":false\}\n/);
    expect(stdout).toMatch(/usable-device +decides: challenge/);
    expect(stdout).toMatch(/\nintact: \d+ rows in \d+ chains?\n/);
  });

  it('the commands of the README do what the README says', async () => {
    // In a folder as a clone has it. The commands are those of the page, in one shell.
    const clone = join(folder, 'clone');
    mkdirSync(clone);
    symlinkSync(join(repository, 'dist'), join(clone, 'dist'));
    symlinkSync(server.dataDir, join(clone, 'data'));
    const readme = readMarkdown('README.md');
    const tour = readme.slice(readme.indexOf('## Five minutes'), readme.indexOf('## Protect an application'));
    const commands = codeBlocks(tour)
      .filter(({ info }) => info === 'sh')
      .map(({ text }) => `${text}\necho\n`);
    const { stdout } = await run('sh', ['-ec', commands.join('')], { cwd: clone });
    expect(commands.length).toBeGreaterThan(5);
    expect(stdout).toMatch(/"accepted":true[^]*\{"accepted":false\}[^]* replayed /);
    expect(stdout).toMatch(/^\d{6}$/m);
    expect(stdout).toContain('challenge: alice@example.org at Default');
    expect(stdout.match(/^intact: /gm)).toHaveLength(2);
  }, 90_000);

  it('examples/audit/verify.py judges a trail of this server as our own verifier does', async () => {
    const log = join(folder, 'log.jsonl');
    const key = join(folder, 'key.pem');
    const cli = (...args: string[]) => node('dist/cli/main.js', '--data-dir', server.dataDir, ...args);
    await cli('audit', 'export', log);
    writeFileSync(key, await cli('audit', 'key'));
    expect(await verify(log, key)).toMatch(/^intact: \d+ rows/);
    const [rows] = /\d+ rows/.exec(await cli('audit', 'verify', log, '--public-key', key)) ?? [];
    expect(await verify(log, key)).toContain(`intact: ${rows}`);
  });
});

async function verify(log: string, key: string): Promise<string> {
  const program = join(repository, 'examples/audit/verify.py');
  return run('python3', [program, log, key]).then(
    ({ stdout }) => stdout,
    ({ code, stdout }: { code: number; stdout: string }) => `exit ${code}: ${stdout}`,
  );
}

describe('examples/audit/verify.py', () => {
  const key = join(repository, 'examples/audit/key.pem');
  const lines = readFileSync(join(repository, 'examples/audit/log.jsonl'), 'utf8').trim().split('\n');
  const [first = '', second = '', head = ''] = lines;

  it.each([
    ['as it was written', [first, second, head], /^intact: 2 rows in 1 chains, 2 of them/],
    ['with a changed row', [first, second.replace('accepted', 'refused'), head], /^exit 1: changed/],
    ['without its end', [first, head], /^exit 1: cut/],
    ['without its beginning', [second, head], /^exit 1: dropped/],
    ['with a row twice', [first, first, second, head], /^exit 1: dropped, doubled/],
    ['with a forged head', [first, second, head.replace('":"ik-', '":"jk-')], /^exit 1: forged-head/],
    ['with a member twice', [first, second.replace('"door"', '"door":"x","door"'), head], /^exit 1: changed/],
  ])('judges a log %s', async (_, log, verdict) => {
    const file = join(folder, 'judged.jsonl');
    writeFileSync(file, `${log.join('\n')}\n`);
    expect(await verify(file, key)).toMatch(verdict);
  });
});

describe('the code on our pages', () => {
  /** `name:region` after `ts` says which region of which example a block repeats. */
  const pages = ['README.md', 'docs/embedding.md', 'docs/doors/rest.md', 'docs/device-kinds.md'];
  const blocks = pages.flatMap((page) =>
    codeBlocks(readMarkdown(page))
      .filter(({ info }) => info.split(' ')[0] === 'ts')
      .map(({ info, text }) => ({ page, quotes: info.split(' ')[1], text })),
  );
  const files = { embed: 'examples/embed/embed.ts', 'protect-login': 'examples/protect-login/server.ts' };

  it.each(blocks.filter(({ quotes }) => quotes?.includes(':')))('$page: $quotes is what the example has', (block) => {
    const [example = '', region = ''] = block.quotes?.split(':') ?? [];
    const source = readFileSync(join(repository, files[example as keyof typeof files]), 'utf8');
    const [, text] = new RegExp(`// #region ${region}\n([^]*?)// #endregion ${region}\n`).exec(source) ?? [];
    expect(block.text).toBe(text);
  });

  it('compiles where it is whole', async () => {
    const whole = blocks.filter(({ quotes }) => quotes === undefined);
    const project = join(repository, '.cache/page-code');
    rmSync(project, { recursive: true, force: true });
    mkdirSync(project, { recursive: true });
    const compilerOptions = { paths: {}, noUnusedLocals: false };
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.json', compilerOptions, include: ['.'] }),
    );
    for (const [index, { text }] of whole.entries()) writeFileSync(join(project, `${index}.ts`), text);
    expect(whole.length).toBeGreaterThan(1);
    await compile(project);
  });
});
