import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, type Cli } from './cli.fixture.ts';
import { installation } from './installation.fixture.ts';

let cs: Cli;
let integration: string;
beforeAll(async () => {
  build();
  cs = await installation();
  const { stdout } = await cs.run(['integrations', 'list', '--json']);
  integration = (JSON.parse(stdout) as { id: string }[])[0]?.id ?? '';
});
afterAll(() => cs.remove());

function write(name: string, text: string): string {
  const path = join(cs.folder, name);
  writeFileSync(path, text);
  return path;
}

describe('integrations webhook', () => {
  const webhook = (...words: string[]) => cs.run(['integrations', 'webhook', integration, ...words]);

  test('sets, rotates, shows and removes; a secret is printed once, a header never (OUT-03)', async () => {
    expect((await webhook()).stderr).toContain('has no webhook');
    const file = write('webhook.yaml', 'endpoint: https://app.example.org/\nheaders: { X-Token: very-secret }\n');
    const set = JSON.parse((await webhook('--set', file, '--json')).stdout) as { secret: string };
    expect(set).toMatchObject({ endpoint: 'https://app.example.org/', headers: ['X-Token'], secrets: 1 });
    expect(set.secret).toMatch(/^whs_/);
    const rotated = JSON.parse((await webhook('--rotate', '--json')).stdout) as { secret: string; secrets: number };
    expect(rotated.secrets).toBe(2);
    expect(rotated.secret).not.toBe(set.secret);
    expect(JSON.parse((await webhook('--retire', '--json')).stdout)).toMatchObject({ secrets: 1 });
    const shown = await webhook();
    expect(shown.stdout).toContain('https://app.example.org/');
    expect(shown.stdout).not.toMatch(/whs_|very-secret/);
    expect((await webhook('--set', file, '--remove')).status).toBe(2);
    expect((await webhook('--remove')).status).toBe(0);
    expect((await webhook('--remove')).status).not.toBe(0);
  });

  test('names what is wrong in the file', async () => {
    const { status, stderr } = await webhook('--set', write('bad.yaml', 'endpoint: ftp://example.org/\n'));
    expect(status).not.toBe(0);
    expect(stderr).toContain('endpoint');
  });
});

describe('settings', () => {
  test('are set from a file, shown and removed', async () => {
    const file = write('theme.yaml', "name: Example\nprimaryColor: '#0b57d0'\n");
    expect((await cs.run(['settings', 'set', 'theme', file])).status).toBe(0);
    const shown = await cs.run(['settings', 'show', 'theme']);
    expect(JSON.parse(shown.stdout)).toEqual({ name: 'Example', primaryColor: '#0b57d0' });
    expect((await cs.run(['settings', 'remove', 'theme'])).status).toBe(0);
    expect(JSON.parse((await cs.run(['settings', 'show', 'theme'])).stdout)).toEqual({});
    expect((await cs.run(['settings', 'show', 'nonsense'])).status).toBe(2);
  });

  test('of texts without the code are refused', async () => {
    const file = write('texts.yaml', 'de:\n  code:\n    text: Hallo\n');
    const { status, stderr } = await cs.run(['settings', 'set', 'templates', file]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('de.code.text');
  });
});
