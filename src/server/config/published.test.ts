import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from './json-schema.ts';
import { describeOptions } from './describe-options.ts';

// `node scripts/schema.mjs` runs this file so that it writes what it otherwise compares.
describe('what is published of the configuration', () => {
  it('is current: schema/countersign.schema.json', async () => {
    const text = `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../../schema/countersign.schema.json');
  });

  it('is current: docs/configuration.md', async () => {
    const text = await format(describeOptions(), { parser: 'markdown', printWidth: 120 });
    await expect(text).toMatchFileSnapshot('../../../docs/configuration.md');
  });
});
