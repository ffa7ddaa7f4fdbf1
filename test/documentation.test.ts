import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decide, type DecisionFacts } from '../src/core/policy/decide.ts';
import { policySchema } from '../src/core/policy/policy.ts';
import { builtInKinds, type DeviceKind } from '../src/devices/index.ts';
import { contract } from '../src/doors/rest/index.ts';
import { type EndpointTree, isEndpoint } from '../src/http/endpoint.ts';
import { anchorsOf, codeBlocks, listMarkdown, readMarkdown, repository, withoutCode } from './fixtures/markdown.ts';
import { readSourceFiles } from './house/source-files.ts';

const pages = listMarkdown();

interface Leaf {
  path: string;
  fallback: unknown;
}

/** The options of a zod object, by dotted path, each with its default. */
function leaves(schema: z.core.JSONSchema.BaseSchema, prefix = ''): Leaf[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const path = `${prefix}${name}`;
    if (typeof property === 'boolean') return [];
    return property.properties === undefined ? [{ path, fallback: property.default }] : leaves(property, `${path}.`);
  });
}

/** A default as a table shows it. */
function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The first two cells of the row of a table that begins with this option, without their code marks. */
function cellsOf(page: string, option: string): string[] {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${option}\` `));
  return (row ?? '')
    .split('|')
    .map((cell) => cell.trim().replaceAll('`', ''))
    .slice(1, 3);
}

describe('every page', () => {
  it.each(pages)('%s links to what is there', (page) => {
    const text = readMarkdown(page);
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = links
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : posix.join(dirname(page), path);
        if (!existsSync(join(repository, file))) return true;
        return anchor !== undefined && !anchorsOf(readMarkdown(file)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it('has one heading of the first level, its first line', () => {
    const wrong = pages.filter((page) => {
      const headings =
        readMarkdown(page)
          .replaceAll(/^ *```[^]*?^ *```$/gm, '')
          .match(/^# .+$/gm) ?? [];
      return headings.length !== 1 || !readMarkdown(page).startsWith('# ');
    });
    expect(wrong).toEqual([]);
  });
});

describe('docs/policy.md', () => {
  const page = readMarkdown('docs/policy.md');

  it.each(leaves(z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' })))(
    'names $path with its default',
    ({ path, fallback }) => {
      const shown = fallback === undefined ? 'left out' : written(fallback);
      expect(cellsOf(page, path)).toEqual([path, shown]);
    },
  );

  it('explains a decision as the code decides it', () => {
    const json = (name: string): unknown =>
      JSON.parse(codeBlocks(page).find(({ info }) => info === `json ${name}`)?.text ?? '');
    const facts = json('facts') as DecisionFacts & { policy: z.input<typeof policySchema> };
    expect(decide({ ...facts, policy: policySchema.parse(facts.policy) })).toEqual(json('decision'));
  });

  it('names the rules of a decision in their order', () => {
    const facts = { policy: policySchema.parse({}), status: undefined, devices: [], ip: undefined };
    const order = page.slice(page.indexOf('## The order of a decision'), page.indexOf('## A trace'));
    const named = [...order.matchAll(/^\| `([a-z-]+)`/gm)].map(([, rule]) => rule);
    expect(named).toEqual(decide(facts).trace.map(({ rule }) => rule));
  });
});

describe('docs/device-kinds.md', () => {
  const configurationOf = (kind: DeviceKind) =>
    leaves(z.toJSONSchema(kind.configuration, { io: 'input', unrepresentable: 'any' }));
  const page = readMarkdown('docs/device-kinds.md');
  const kinds = builtInKinds().map((kind) => ({ name: kind.name, kind }));

  it.each(kinds)('has a section for $name with every option of its configuration', ({ name, kind }) => {
    const section = page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    const missing = configurationOf(kind).filter(({ path }) => !section.includes(`\`${path}\``));
    expect(section).not.toBe('');
    expect(missing).toEqual([]);
  });

  const configured = kinds.filter(({ kind }) => configurationOf(kind).length > 0);

  it.each(configured)('tells the defaults of $name', ({ name, kind }) => {
    const section = page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? '';
    const rows = configurationOf(kind)
      .map(({ path, fallback }) => ({ shown: cellsOf(section, path), told: [path, written(fallback)] }))
      // A row for several options, or a default in words.
      .filter(({ shown: [, text = ''] }) => /^(?:\w+|\d+)$/.test(text));
    expect(rows.map(({ shown }) => shown)).toEqual(rows.map(({ told }) => told));
    expect(rows).not.toEqual([]);
  });
});

describe('docs/doors/rest.md', () => {
  it('lists every endpoint, and no other', () => {
    const walk = (tree: EndpointTree): string[] =>
      Object.values(tree).flatMap((node) => (isEndpoint(node) ? [`${node.method} ${node.path}`] : walk(node)));
    const listed = [...readMarkdown('docs/doors/rest.md').matchAll(/^\| `((?:GET|POST|PATCH|PUT|DELETE) \S+)`/gm)];
    expect(listed.map(([, endpoint]) => endpoint)).toEqual(walk(contract));
  });
});

describe('docs/audit.md', () => {
  const page = readMarkdown('docs/audit.md');

  it('repeats its example line by line', () => {
    const lines = readFileSync(join(repository, 'examples/audit/log.jsonl'), 'utf8').trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => !page.includes(`\n${line}\n`))).toEqual([]);
  });

  it('names every event that the engine records', () => {
    const engine = readSourceFiles().filter(({ path }) => /^src\/engine\/(?!.*\.test\.ts$)/.test(path));
    const events = engine.flatMap(({ text }) =>
      [...text.matchAll(/entryOf\(\s*[\w.]+,\s*'([a-z]+\.[a-z-]+)'/g)].map(([, event = '']) => event),
    );
    expect(new Set(events).size).toBeGreaterThan(20);
    expect(events.filter((event) => !page.includes(`\`${event}\``))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  it('lists every decision', () => {
    const page = readMarkdown('docs/architecture.md');
    const records = pages.filter((path) => path.startsWith('docs/adr/')).map((path) => path.slice('docs/'.length));
    expect(records.length).toBeGreaterThan(5);
    expect(records.filter((path) => !page.includes(`(${path})`))).toEqual([]);
  });
});
