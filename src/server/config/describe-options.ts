import { optionVariables, olderVariables } from './environment.ts';
import { configJsonSchema, type JsonSchema } from './json-schema.ts';

/** The page `docs/configuration.md`: every option with type, default, variable and meaning, made of the schema. */
export function describeOptions(): string {
  const rows = optionRows(configJsonSchema());
  return [
    '# Configuration',
    '',
    'Made from the schema in `src/server/config/schema.ts` by `node scripts/schema.mjs`; change it there.',
    '',
    'The server needs no configuration to start. What differs from the defaults stands in a YAML file, which `COUNTERSIGN_CONFIG`',
    'or `--config` names, and in environment variables, which count before the file. An editor that knows JSON Schema completes and',
    'checks the file when its first line is',
    '',
    '```yaml',
    '# yaml-language-server: $schema=./node_modules/countersign/schema/countersign.schema.json',
    '```',
    '',
    'Relative paths start at the working directory. A mistake stops the start: all mistakes are told at once, each with the option',
    'and the fix.',
    '',
    '## Options',
    '',
    ...table(
      ['option', 'type', 'default', 'meaning'],
      rows.map(({ path, schema }) => row(path, schema)),
    ),
    '',
    '## Environment variables',
    '',
    ...table(
      ['variable', 'option'],
      Object.entries(optionVariables).map(([variable, [option]]) => [`\`${variable}\``, `\`${option}\``]),
    ),
    '',
    '`COUNTERSIGN_CONFIG` names the configuration file. `COUNTERSIGN_KEYS` holds the content of a key file (JSON, or that in base64),',
    'for hosts without a disk of their own. Lists are parted by commas.',
    '',
    'The variables of older systems are understood, and fill what neither the file nor a variable above says:',
    '',
    ...table(
      ['variable', 'option'],
      [
        ...Object.entries(olderVariables).map(([variable, [option]]) => [`\`${variable}\``, `\`${option}\``]),
        ['`MFA_DATABASE_HOST`, `_PORT`, `_NAME`, `_USER`, `_PASSWORD`', '`database.url`, of PostgreSQL'],
        ['`ADJURE_DB_HOST`', '`database.url`, from the form of SQLAlchemy'],
      ],
    ),
    '',
    '`OSS2FA_ADMIN_USERNAME`, `OSS2FA_ADMIN_EMAIL` and `OSS2FA_ADMIN_PASSWORD` choose the administrator of the first start.',
    '',
  ].join('\n');
}

function optionRows(schema: JsonSchema, prefix = ''): { path: string; schema: JsonSchema }[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
    inner.properties === undefined
      ? [{ path: `${prefix}${name}`, schema: inner }]
      : optionRows(inner, `${prefix}${name}.`),
  );
}

function row(path: string, schema: JsonSchema): string[] {
  const fallback = schema.default === undefined ? '' : `\`${JSON.stringify(schema.default).replaceAll('"', '')}\``;
  return [`\`${path}\``, typeOf(schema), fallback, schema.description ?? ''];
}

function typeOf({ type, enum: values, minimum, maximum, items }: JsonSchema): string {
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (type === 'array') return `list of ${items === undefined ? 'values' : typeOf(items)}`;
  if (type === 'object') return 'mapping';
  if (type === 'string') return 'text';
  return minimum === undefined || maximum === undefined
    ? (type ?? 'one of several')
    : `${type}, ${minimum} to ${maximum}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
