import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorTable } from '../../src/core/errors.ts';
import { repository } from './source-files.ts';

const sections = readFileSync(join(repository, 'docs/errors.md'), 'utf8')
  .split(/^### /m)
  .slice(1)
  .map((section) => {
    const [code = '', text = '', ...paragraphs] = section.split(/^## /m)[0]?.trim().split(/\n\n/) ?? [];
    return { code, text, paragraphs };
  });

describe('docs/errors.md', () => {
  it('has a heading for every code of the table of errors, in its order, and for nothing else (design law 10)', () => {
    expect(sections.map(({ code }) => code)).toEqual(Object.keys(errorTable));
  });

  it.each(Object.entries(errorTable))('gives the status and the text of %s', (code, { status, text }) => {
    expect(sections.find((section) => section.code === code)?.text).toBe(`**${status}** · ${text}`);
  });

  it.each(sections)('says what $code means and what to do', ({ paragraphs }) => {
    expect(paragraphs.join(' ').length).toBeGreaterThan(40);
  });
});
